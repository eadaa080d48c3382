package org.kymograph.states.collate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.kymograph.base.Wording;
import org.kymograph.model.weights.WeightRoles;
import org.kymograph.model.weights.WeightStatistics;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;

/** One run on disk that can be collated. */
sealed interface RunSource {
    /** Returns the run's name, which names its CSV. */
    String name();

    /** Returns where the run is. */
    Path path();

    /** Returns how many files are read, at least 1. */
    int files();

    /**
     * Reads the run.
     *
     * @param how the settings
     * @param done called after each file
     * @return the run's checkpoints, ascending by step
     * @throws RecordException if a file isn't what it must be
     */
    List<Measured> read(Collation how, Consumer<Path> done);

    /** Refuses to choose among tensors that were measured before. */
    static void checkWhole(Path file, Collation how) {
        if (!how.prefix().isEmpty()) {
            throw new RecordException(
                    file,
                    "holds statistics of a whole network; the prefix '" + Wording.shown(how.prefix())
                            + "' can choose one of several networks in a checkpoint only");
        }
    }

    /**
     * The measurements of one checkpoint.
     *
     * @param step the step of the row
     * @param file where it comes from
     * @param jsonName the name that the original would give it
     * @param json its statistics in the original's layout
     * @param losses further columns by name
     */
    record Measured(long step, Path file, String jsonName, ObjectNode json, Map<String, Double> losses) {}

    /**
     * A run of ours: the statistics are in its metrics.
     *
     * @param name the run's name
     * @param run the run
     */
    record OurRun(String name, RunFolder run) implements RunSource {
        @Override
        public Path path() {
            return run.path();
        }

        @Override
        public int files() {
            return 1;
        }

        @Override
        public List<Measured> read(Collation how, Consumer<Path> done) {
            Path file = run.metrics().path();
            checkWhole(file, how);
            boolean epochs = how.steps() == Collation.Steps.ORIGINAL
                    && run.setting().path("evaluation").path("unit").asText().equals("EPOCHS");
            List<Measured> out = new ArrayList<>();
            List<ObjectNode> lines = run.metrics().read();
            for (int i = 0; i < lines.size(); i++) {
                ObjectNode line = lines.get(i);
                JsonNode at = line.path(epochs ? "epoch" : "step");
                if (!at.isNumber()) {
                    throw new RecordException(file, i + 1, "has no number '" + (epochs ? "epoch" : "step") + "'");
                }
                if (!line.has("tensors")) {
                    throw new RecordException(
                            file,
                            i + 1,
                            "has no statistics of the weights; train with them, or collate "
                                    + "the run's checkpoints folder instead");
                }
                // The original counts epochs from 0 and names the one just ended.
                long step = epochs ? Math.round(at.doubleValue()) - 1 : at.longValue();
                Map<String, Double> extra = new LinkedHashMap<>();
                long optimiserStep = line.path("step").longValue();
                if (how.extraLoss() != null && run.checkpointSteps().contains(optimiserStep)) {
                    try (TensorFile checkpoint = run.checkpoint(optimiserStep)) {
                        extra.putAll(how.extraLoss().apply(checkpoint));
                    }
                }
                out.add(new Measured(
                        step,
                        file,
                        (epochs ? "epoch" : "step") + step + ".json",
                        OriginalJson.of(file, line, how.preset()),
                        extra));
            }
            if (out.isEmpty()) {
                throw new RecordException(file, "has no evaluations");
            }
            done.accept(file);
            return out;
        }
    }

    /**
     * A folder of the original's JSON files, or of checkpoints made elsewhere.
     *
     * @param name the run's name
     * @param path the folder
     * @param byStep the files by step
     */
    record Folder(String name, Path path, TreeMap<Long, Path> byStep) implements RunSource {
        @Override
        public int files() {
            return byStep.size();
        }

        @Override
        public List<Measured> read(Collation how, Consumer<Path> done) {
            Map<Long, Map<String, Double>> trainer = how.losses() == Collation.Losses.NONE ? null : trainerState();
            List<Measured> out = new ArrayList<>();
            byStep.forEach((step, file) -> {
                if (trainer == null || trainer.containsKey(step)) {
                    out.add(measure(how, step, file, trainer == null ? Map.of() : trainer.get(step)));
                }
                done.accept(file);
            });
            if (out.isEmpty()) {
                throw new RecordException(
                        path,
                        "has no checkpoint at a step for which trainer_state.json has both a "
                                + "'loss' and an 'eval_loss'");
            }
            return out;
        }

        private Measured measure(Collation how, long step, Path file, Map<String, Double> trainer) {
            Map<String, Double> losses = new LinkedHashMap<>(trainer);
            if (RunSources.isJson(file)) {
                if (how.extraLoss() != null) {
                    throw new RecordException(file, "holds statistics only; an extra loss needs the checkpoint itself");
                }
                checkWhole(file, how);
                return new Measured(step, file, String.valueOf(file.getFileName()), Json.readObject(file), losses);
            }
            try (TensorFile tensors = TensorFile.open(file, how.prefix())) {
                WeightRoles roles = how.preset().roles(tensors);
                ObjectNode statistics = WeightStatistics.of(
                        // Not the embeddings, whose measuring would take most of the time.
                        tensors.only(roles.weights().or(roles.biases())), roles, n -> Collation.checkInterrupt());
                if (how.extraLoss() != null) {
                    losses.putAll(how.extraLoss().apply(tensors));
                }
                return new Measured(
                        step,
                        file,
                        "stats_" + step + "_losses",
                        OriginalJson.of(file, statistics, how.preset()),
                        losses);
            }
        }

        // The trainer's log, by step: those that have both a training and an evaluation loss. Null if there is none.
        private Map<Long, Map<String, Double>> trainerState() {
            Path file = path.resolve("trainer_state.json");
            if (!Files.exists(file)) {
                file = byStep.lastEntry().getValue().resolveSibling("trainer_state.json");
            }
            if (!Files.exists(file)) {
                return null;
            }
            JsonNode log = Json.readObject(file).path("log_history");
            if (!log.isArray()) {
                throw new RecordException(file, "has no list 'log_history'");
            }
            Map<Long, Map<String, Double>> byStep = new TreeMap<>();
            for (JsonNode entry : log) {
                Map<String, Double> at =
                        byStep.computeIfAbsent(entry.path("step").longValue(), s -> new LinkedHashMap<>());
                put(at, "train_loss", entry.path("loss"));
                put(at, "eval_loss", entry.path("eval_loss"));
                put(at, "eval_accuracy", entry.path("eval_accuracy"));
            }
            byStep.values().removeIf(at -> !at.keySet().containsAll(List.of("train_loss", "eval_loss")));
            return byStep;
        }

        private static void put(Map<String, Double> at, String name, JsonNode value) {
            if (value.isNumber()) {
                at.put(name, value.doubleValue());
            }
        }
    }
}
