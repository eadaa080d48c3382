package org.kymograph.degeneracy.modular;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

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

    /**
     * Returns the models of a folder with one parameter file, {@code params_SUFFIX.json}.
     *
     * @param folder the folder of the models
     * @return the models
     * @throws RecordException if the folder has no parameter file, or several
     */
    public static OriginalModels in(Path folder) {
        List<Path> found = AtomicFiles.list(folder, "params_.*\\.json");
        if (found.size() != 1) {
            throw new RecordException(
                    folder,
                    found.isEmpty()
                            ? "has no params_….json; expected the settings of the models"
                            : "has " + found.size() + " files of settings, from "
                                    + found.get(0).getFileName() + " to "
                                    + found.get(found.size() - 1).getFileName() + "; say which");
        }
        return of(folder, found.get(0));
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

    /**
     * Returns the run that {@link #importTo} made of the models, made now if there is none.
     *
     * @param root the folder of all experiments
     * @param experiment names the folder that holds the run
     * @param seed the number of the run
     * @return the run, open for reading
     * @throws RecordException if an import was broken off, or a file is not as expected
     */
    public RunFolder imported(Path root, String experiment, long seed) {
        if (Files.isDirectory(root.resolve(experiment))) {
            String setting =
                    Json.canonical(settings.experiment().withName(experiment).setting());
            for (RunFolder run : RunFolder.list(root.resolve(experiment))) {
                if (run.seed() == seed
                        && Json.canonical(run.setting()).equals(setting)
                        && run.status() == RunFolder.Status.DONE) {
                    return run;
                }
            }
        }
        return importTo(root, experiment, seed);
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
            return Objective.of(
                            settings.network(),
                            Loss.CROSS_ENTROPY,
                            settings.task().all())
                    .parameters(tensors);
        }
    }
}
