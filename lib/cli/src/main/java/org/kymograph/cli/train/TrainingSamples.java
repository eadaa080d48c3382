package org.kymograph.cli.train;

import java.nio.file.Path;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.noise.NoisyLabels;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.train.Experiment;
import picocli.CommandLine.Option;

/** Which training samples to learn from, and which labels to make wrong. Samples are named by their row numbers, from 0. */
final class TrainingSamples {
    @Option(
            names = "--noise",
            description = "Learn with the wrong labels that noise.jsonl lists (cartography noise inject).")
    Path noise;

    @Option(
            names = {"--samples", "--selected_indices_filename"},
            description =
                    "Learn from the samples that the file lists only, a guid on each line, or .jsonl (cartography "
                            + "select); they keep their guids in a log.")
    Path samples;

    /** Trains the experiment, whose data are the same for every seed, on these samples. */
    int train(TrainingOptions training, Experiment e) {
        if (noise == null && samples == null) {
            return training.train(e);
        }
        Split all = e.task().sample(0);
        Dataset train = all.train();
        Guids guids = Guids.rows(train.size());
        if (noise != null) {
            train = NoisyLabels.read(noise).applyTo(train, guids);
        }
        Guids chosen = null;
        if (samples != null) {
            chosen = GuidFiles.read(samples);
            train = train.subset(SampleRows.of(guids, chosen));
        }
        return training.train(e.withTask(Task.byContent(e.task().name(), new Split(train, all.test()))), chosen);
    }
}
