package org.kymograph.degeneracy.modular;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

/**
 * The models that the original program wrote: {@code checkpoints/CHECKPOINT_k_SUFFIX.pt} and {@code model_SUFFIX.pt} in one folder, for
 * {@link ModularExperiment#suffix}.
 *
 * <p>Losses on its training set can't be told from its files: it deals out the pairs in the order of a Python set.
 *
 * @param folder the folder, {@code models} in the original
 * @param settings whose models they are
 */
public record OriginalModels(Path folder, ModularExperiment settings) {
    /**
     * Returns the models of a parameter file.
     *
     * @param folder the folder of the models
     * @param params the file with the settings
     * @return the models
     */
    public static OriginalModels of(Path folder, Path params) {
        return new OriginalModels(folder, ModularExperiment.read(params));
    }

    /** Returns the number of checkpoints: those numbered from 0 without a gap. */
    public int checkpoints() {
        int n = 0;
        while (Files.exists(file(n))) {
            n++;
        }
        return n;
    }

    /**
     * Reads a checkpoint.
     *
     * @param k its number, 0 for the initial state
     * @return the parameters, in the order of the file
     * @throws RecordException if there is no such file, or it belongs to another network
     */
    public ParameterVector checkpoint(int k) {
        return read(file(k));
    }

    /**
     * Reads the model of the end.
     *
     * @return the parameters
     * @throws RecordException if there is no such file, or it belongs to another network
     */
    public ParameterVector end() {
        return read(folder.resolve("model_" + settings.suffix() + ".pt"));
    }

    /**
     * Makes a run's folder of the checkpoints and the end, as if they had been trained here, for all that analyses runs. Its split is
     * this library's.
     *
     * @param root the folder of all experiments
     * @param experiment names the folder that holds the run
     * @param seed the number that the run gets
     * @return the run, open for reading
     * @throws RecordException if there is no checkpoint, a file is not as expected, or there is such a run already
     */
    public RunFolder importTo(Path root, String experiment, long seed) {
        int n = checkpoints();
        if (n == 0) {
            throw new RecordException(file(0), "doesn't exist; expected the first checkpoint of the original");
        }
        try (RunFolder run = RunFolder.openOrCreate(
                root,
                experiment,
                seed,
                settings.experiment().withName(experiment).setting())) {
            if (!run.checkpointSteps().isEmpty()) {
                throw new RecordException(run.path(), "has checkpoints already; expected a new folder");
            }
            int every = settings.every(Math.max(1, settings.nSaveModelCheckpoints()));
            Map<String, String> metadata = Map.of("network", settings.network().name(), "input_shape", "[2]");
            for (int k = 0; k < n && (long) k * every < settings.nBatches(); k++) {
                run.writeCheckpoint((long) k * every, floats(checkpoint(k)), metadata);
            }
            if (Files.exists(folder.resolve("model_" + settings.suffix() + ".pt"))) {
                run.writeCheckpoint(settings.nBatches(), floats(end()), metadata);
            }
            run.setStatus(RunFolder.Status.DONE);
            return RunFolder.open(run.path());
        }
    }

    private static Map<String, Tensor> floats(ParameterVector parameters) {
        Map<String, Tensor> out = new LinkedHashMap<>();
        parameters.toTensors().forEach((name, t) -> out.put(name, Tensor.of(t.toFloats(), t.shape())));
        return out;
    }

    private Path file(int k) {
        return folder.resolve("checkpoints").resolve(settings.suffix(k) + ".pt");
    }

    private ParameterVector read(Path file) {
        try (TensorFile tensors = TensorFile.open(file)) {
            return ModularRun.parameters(settings.network(), settings.task().all(), tensors);
        }
    }
}
