package org.kymograph.cartography.metrics;

import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Experiment;
import org.kymograph.train.Outputs;

/**
 * How unsure a trained network is of each sample: the spread of its answers when dropout stays switched on (Gal and
 * Ghahramani, arXiv 1506.02142), which Swayamdipta et al., EMNLP 2020, section 6, compare with variability.
 */
public final class DropoutUncertainty {
    private DropoutUncertainty() {}

    /**
     * Returns the population standard deviation over the passes of the probability of each sample's class, 0 to 0.5.
     *
     * @param experiment what was trained; its network should have dropout, without it all is certain
     * @param run one of its runs, whose last checkpoint is asked
     * @param data N samples with class indices, at least one
     * @param passes how often each is asked, at least 2
     * @param seed the random seed of the dropped units
     * @throws IllegalArgumentException if there are fewer than 2 passes or the targets aren't class indices
     * @throws RecordException if the run has no good checkpoint
     */
    public static double[] of(Experiment experiment, RunFolder run, Dataset data, int passes, long seed) {
        Arguments.atLeast("passes", passes, 2);
        int[] gold = SampleRows.classes(data);
        float[][] logits = new float[passes][];
        long step = run.lastGoodCheckpoint()
                .orElseThrow(() -> new RecordException(run.path(), "has no good checkpoint to ask"));
        try (TensorFile checkpoint = run.checkpoint(step)) {
            for (int pass = 0; pass < passes; pass++) {
                Tensor outputs = Outputs.noisy(
                        experiment.network(),
                        checkpoint,
                        data,
                        experiment.evaluationBatch(),
                        Streams.key(seed, "dropout", pass));
                logits[pass] = outputs.toFloats();
            }
        }
        // The spread over passes is what variability is over epochs.
        return SampleMetrics.of(Dynamics.of(Guids.rows(data.size()), gold, logits, data.classes()))
                .values(Metric.VARIABILITY);
    }
}
