package org.kymograph.connectivity.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.MarkovText;
import org.kymograph.data.ModularArithmetic;
import org.kymograph.data.SparseParity;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.images.Images;
import org.kymograph.model.LeNet5;
import org.kymograph.model.Mlp;
import org.kymograph.model.Network;
import org.kymograph.model.Transformer;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/**
 * What a run trained on what, as its {@code run.json} says: enough to evaluate its checkpoints again.
 *
 * @param network the network
 * @param loss the loss
 * @param task the task
 */
public record RunTask(Network network, Loss loss, Task task) {
    private static final Map<String, Class<? extends Network>> NETWORKS = new LinkedHashMap<>();
    private static final Map<String, Class<? extends Task>> TASKS = new LinkedHashMap<>();
    private static final List<Loss> LOSSES =
            List.of(Loss.CROSS_ENTROPY, Loss.HINGE, Loss.MEAN_SQUARED_ERROR, Loss.BINARY_CROSS_ENTROPY);

    static {
        NETWORKS.put("mlp", Mlp.class);
        NETWORKS.put("lenet5", LeNet5.class);
        NETWORKS.put("transformer", Transformer.class);
        NETWORKS.put("cue-reader", CueReader.class);
        NETWORKS.put("llama", Llama.class);
        TASKS.put("two-cue", TwoCue.class);
        TASKS.put("polarity-sum", PolaritySum.class);
        TASKS.put("glyphs", Glyphs.class);
        TASKS.put("markov-text", MarkovText.class);
        TASKS.put("sparse-parity", SparseParity.class);
        TASKS.put("modular-arithmetic", ModularArithmetic.class);
    }

    /** Checks that there are three. */
    public RunTask {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(task, "task");
    }

    /**
     * Reads a run's setting. Images are looked for in their usual places.
     *
     * @param run a run
     * @return its network, loss and task
     * @throws RecordException if the run is of a network, loss or task that can't be made from its setting alone
     */
    public static RunTask of(RunFolder run) {
        return of(run, null);
    }

    /**
     * Reads a run's setting.
     *
     * @param run a run
     * @param data the folder of its images; null for their usual places
     * @return its network, loss and task
     * @throws RecordException if the run is of a network, loss or task that can't be made from its setting alone
     */
    public static RunTask of(RunFolder run, Path data) {
        JsonNode loss = run.setting().path("loss");
        return new RunTask(
                made(run, "network", NETWORKS),
                LOSSES.stream()
                        .filter(l -> Json.tree(l.setting()).equals(loss))
                        .findFirst()
                        .orElseThrow(() -> refused(run, "loss", loss.toString(), "a loss without settings")),
                task(run, data));
    }

    private static Task task(RunFolder run, Path data) {
        String name = run.setting().path("task").path("name").asText();
        return switch (name) {
            case "mnist" -> Task.of(name, data == null ? Images.mnist() : Images.mnist(data));
            case "fashion-mnist" -> Task.of(name, data == null ? Images.fashionMnist() : Images.fashionMnist(data));
            default -> made(run, "task", TASKS);
        };
    }

    private static <T> T made(RunFolder run, String part, Map<String, Class<? extends T>> known) {
        if (!(run.setting().get(part) instanceof ObjectNode setting)) {
            throw new RecordException(run.path().resolve("run.json"), "setting has no object '" + part + "'");
        }
        String name = setting.path("name").asText();
        Class<? extends T> type = known.get(name);
        if (type == null) {
            throw refused(run, part, name, "one of " + known.keySet());
        }
        ObjectNode components = setting.deepCopy();
        components.remove("name");
        try {
            return Json.value(components, type);
        } catch (IllegalArgumentException e) {
            throw new RecordException(run.path().resolve("run.json"), part + " " + name + ": " + e.getMessage(), e);
        }
    }

    private static RecordException refused(RunFolder run, String part, String found, String expected) {
        return new RecordException(
                run.path().resolve("run.json"),
                "has the " + part + " " + found + "; expected " + expected
                        + " (in Java, an Objective can be made of any network, loss and data)");
    }

    /**
     * Returns a part of the task's data.
     *
     * @param seed the seed that the samples are drawn with, where they depend on it
     * @param split {@code train}, {@code test} or the name of one of the task's further tests
     * @return the samples
     * @throws IllegalArgumentException if there is no such part
     */
    public Dataset data(long seed, String split) {
        Split both = task.sample(seed);
        if (split.equals("test")) {
            return both.test();
        }
        if (split.equals("train")) {
            return both.train();
        }
        Map<String, Dataset> further = task.tests(seed);
        if (!further.containsKey(split)) {
            throw Arguments.unknown(
                    "split",
                    split,
                    Stream.concat(Stream.of("test", "train"), further.keySet().stream())
                            .toList());
        }
        return further.get(split);
    }

    /**
     * Returns the loss of the network on some samples.
     *
     * @param data the samples
     * @param samples how many, from the first on; 0 for all
     * @return the objective
     */
    public Objective objective(Dataset data, int samples) {
        Arguments.atLeast("samples", samples, 0);
        return Objective.of(network, loss, samples == 0 || samples >= data.size() ? data : data.take(samples));
    }
}
