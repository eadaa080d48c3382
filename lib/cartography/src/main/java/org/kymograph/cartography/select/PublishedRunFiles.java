package org.kymograph.cartography.select;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;
import tech.tablesaw.api.Table;

/**
 * What the code of Swayamdipta et al. (EMNLP 2020, allenai/cartography) writes about a training: {@code eval_metrics_train.json}, a JSON
 * object for each epoch, and {@code cartography_config_<mode>.json}, its settings. The outputs for samples are in {@link PredictionFiles}.
 *
 * <pre>{@code
 * PublishedRunFiles.write(folder, "train", run);
 * Experiment again = PublishedRunFiles.readConfig(folder.resolve("cartography_config_train.json"), experiment);
 * }</pre>
 */
public final class PublishedRunFiles {
    private static final String METRICS = "eval_metrics_train.json";
    private static final List<String> FIELDS =
            List.of("epoch", "train_acc", "best_dev_performance", "avg_batch_loss", "learning_rate");

    private PublishedRunFiles() {}

    /**
     * Writes both files of a run that is evaluated after its epochs.
     *
     * @param folder the folder to write them into
     * @param mode what stands behind {@code cartography_config_}, such as {@code "train"}
     * @param run the run
     * @throws RecordException if the run has no metrics at the end of an epoch, or the files can't be written
     */
    public static void write(Path folder, String mode, RunFolder run) {
        StringBuilder lines = new StringBuilder();
        double best = Double.NEGATIVE_INFINITY;
        for (ObjectNode line : run.metrics().read()) {
            double epochs = line.path("epoch").asDouble();
            if (epochs < 1 || epochs != Math.rint(epochs)) {
                continue;
            }
            ObjectNode out = Json.object().put("epoch", (int) epochs - 1);
            best = line.has("eval_accuracy")
                    ? Math.max(best, line.get("eval_accuracy").asDouble())
                    : best;
            put(out, "train_acc", line.path("train_accuracy"));
            out.put("best_dev_performance", best == Double.NEGATIVE_INFINITY ? Double.NaN : best);
            put(out, "avg_batch_loss", line.path("train_loss"));
            out.put("learning_rate", rate(run.setting(), line.path("step").asLong(), epochs));
            lines.append(Json.line(out)).append('\n');
        }
        if (lines.length() == 0) {
            throw new RecordException(run.path(), "has no metrics at the end of an epoch");
        }
        AtomicFiles.writeText(folder.resolve(METRICS), lines);
        Json.writePythonSorted(folder.resolve("cartography_config_" + mode + ".json"), config(folder, run));
    }

    private static void put(ObjectNode out, String name, JsonNode value) {
        out.put(name, value.isNumber() ? value.asDouble() : Double.NaN);
    }

    // The rate of the step that follows an epoch.
    private static double rate(ObjectNode setting, long step, double epochs) {
        Span length = Json.value(setting.get("length"), Span.class);
        long total = length.unit() == Span.Unit.STEPS ? length.count() : Math.round(step / epochs * length.count());
        return setting.at("/optimizer/learningRate").asDouble()
                * Json.value(setting.get("schedule"), Schedule.class).fraction(step, total);
    }

    private static ObjectNode config(Path folder, RunFolder run) {
        ObjectNode setting = run.setting();
        Span length = Json.value(setting.get("length"), Span.class);
        boolean epochs = length.unit() == Span.Unit.EPOCHS;
        int parts = setting.path("gradientAccumulation").asInt(1);
        ObjectNode out = Json.object()
                .put("task_name", setting.at("/task/name").asText())
                .put("model_type", setting.at("/network/name").asText())
                .put("output_dir", folder.toString())
                .put("seed", run.seed())
                .put("learning_rate", setting.at("/optimizer/learningRate").asDouble())
                .put("weight_decay", setting.at("/optimizer/weightDecay").asDouble())
                .put("per_gpu_train_batch_size", setting.path("batchSize").asInt() / parts)
                .put("gradient_accumulation_steps", parts)
                .put("per_gpu_eval_batch_size", setting.path("evaluationBatch").asInt())
                .put("warmup_steps", setting.at("/schedule/warmup").asLong())
                .put("patience", setting.path("patience").asInt())
                .put("max_steps", epochs ? -1 : length.count());
        if (epochs) {
            out.put("num_train_epochs", length.count());
        }
        if (setting.at("/optimizer/epsilon").isNumber()) {
            out.put("adam_epsilon", setting.at("/optimizer/epsilon").asDouble());
        }
        if (setting.path("clipNorm").isNumber()) {
            out.put("max_grad_norm", setting.path("clipNorm").asDouble());
        }
        return out;
    }

    /**
     * Reads what a training was worth after each epoch.
     *
     * @param file a file {@code eval_metrics_train.json} of this or the published program
     * @return a row an epoch: {@code epoch} (from 0), {@code train_acc}, {@code best_dev_performance}, {@code avg_batch_loss} and
     *     {@code learning_rate}; missing where a line has none
     * @throws RecordException if it can't be read, or a line lacks a whole number epoch or has another field that is no number
     */
    public static Table readMetrics(Path file) {
        List<ObjectNode> lines = new ArrayList<>();
        for (String text : GuidFiles.lines(file)) {
            ObjectNode line = Json.parseLine(file, lines.size() + 1L, text.getBytes(StandardCharsets.UTF_8));
            for (String field : FIELDS) {
                JsonNode value = line.path(field);
                boolean first = field.equals(FIELDS.get(0));
                if (first
                        ? !value.isIntegralNumber()
                        : !value.isNumber() && !value.isNull() && !value.isMissingNode()) {
                    throw new RecordException(
                            file,
                            lines.size() + 1L,
                            "field '" + field + "': expected " + (first ? "a whole number" : "a number") + ", found "
                                    + value);
                }
            }
            lines.add(line);
        }
        Columns<ObjectNode> table = Columns.of("training", lines)
                .ints("epoch", line -> line.path("epoch").asInt());
        FIELDS.subList(1, FIELDS.size())
                .forEach(field -> table.doubles(field, line -> line.path(field).asDouble(Double.NaN)));
        return table.table();
    }

    /**
     * Reads the settings of a training: AdamW, a linear schedule and what the file has of rate, batches, length, clipping and patience.
     *
     * @param file a file {@code cartography_config_<mode>.json} of this or the published program; settings that it lacks are those of
     *     the published program: a rate of 1e-5, batches of 96, 3 epochs, gradients clipped to norm 1, patience 3
     * @param experiment an experiment, whose task and network stay
     * @return the experiment with these settings
     * @throws RecordException if the file can't be read, or a setting is no number or out of range
     */
    public static Experiment readConfig(Path file, Experiment experiment) {
        ObjectNode config = Json.readObject(file);
        int parts = (int) whole(file, config, "gradient_accumulation_steps", 1);
        long steps = whole(file, config, "max_steps", -1);
        double clip = number(file, config, "max_grad_norm", 1);
        try {
            return experiment
                    .withOptimizer(Optimizer.adamW(number(file, config, "learning_rate", 1e-5))
                            .withWeightDecay(number(file, config, "weight_decay", 0))
                            .withEpsilon(number(file, config, "adam_epsilon", 1e-8))
                            .withoutDecayOfBiasesAndNorms())
                    .withSchedule(Schedule.LINEAR.withWarmup(whole(file, config, "warmup_steps", 0)))
                    .withBatchSize(Math.toIntExact(parts * whole(file, config, "per_gpu_train_batch_size", 96)))
                    .withGradientAccumulation(parts)
                    .withLength(steps > 0 ? Span.steps(steps) : Span.epochs(whole(file, config, "num_train_epochs", 3)))
                    .withClipNorm(clip == 0 ? Double.POSITIVE_INFINITY : clip)
                    .withEvaluation(Span.epochs(1))
                    .withPatience((int) whole(file, config, "patience", 3));
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, e.getMessage(), e);
        }
    }

    private static double number(Path file, ObjectNode config, String name, double otherwise) {
        JsonNode value = config.path(name);
        if (!value.isNumber() && !value.isMissingNode()) {
            throw new RecordException(
                    file,
                    Arguments.unexpected("field " + name, value, "a number").getMessage());
        }
        return value.asDouble(otherwise);
    }

    private static long whole(Path file, ObjectNode config, String name, long otherwise) {
        double value = number(file, config, name, (double) otherwise);
        if (value != Math.rint(value)) {
            throw new RecordException(
                    file,
                    Arguments.unexpected("field " + name, value, "a whole number")
                            .getMessage());
        }
        return (long) value;
    }
}
