package org.kymograph.states.hmm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.kymograph.base.Columns;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;

/** Reads and writes models as JSON files. */
final class HmmFile {
    private HmmFile() {}

    static void write(Path file, HmmModel model) {
        HmmParameters p = model.parameters();
        ObjectNode out = Json.object();
        out.put("states", p.states());
        out.put("covariance", p.covariance().label());
        out.set("features", Json.tree(model.features()));
        out.set("startprob", Json.tree(p.startProbabilities()));
        out.set("transmat", Json.tree(p.transitionMatrix()));
        out.set("means", Json.tree(p.means()));
        out.set("covars", nested(p.flatCovariances(), p.covariance().shape(p.states(), p.features())));
        out.set("history", Json.tree(model.history()));
        out.put("logLikelihood", model.logLikelihood());
        out.put("aic", model.aic());
        out.put("bic", model.bic());
        out.put("freeParameters", model.freeParameters());
        ObjectNode paths = out.putObject("paths");
        for (int run = 0; run < model.paths().runs().size(); run++) {
            paths.set(model.paths().runs().get(run), Json.tree(model.paths().path(run)));
        }
        out.put("prior", model.prior().label());
        out.put("iterations", model.iterations());
        out.put("seed", model.seed());
        out.put("standardized", model.isStandardized());
        out.put("pathsLogProbability", model.paths().logProbability());
        out.set("remarks", Json.tree(model.remarks()));
        Json.write(file, out);
    }

    private static JsonNode nested(double[] flat, int... shape) {
        return nested(flat, 0, flat.length, shape, 0);
    }

    private static JsonNode nested(double[] flat, int from, int to, int[] shape, int level) {
        ArrayNode array = Json.object().arrayNode(shape[level]);
        int step = (to - from) / shape[level];
        for (int at = from; at < to; at += step) {
            if (level == shape.length - 1) {
                array.add(flat[at]);
            } else {
                array.add(nested(flat, at, at + step, shape, level + 1));
            }
        }
        return array;
    }

    static HmmModel read(Path file) {
        ObjectNode in = Json.readObject(file);
        Covariance covariance = labelled(file, in, "covariance", Covariance::of);
        HmmParameters p = parameters(file, in, covariance);
        checkStates(file, in, p);
        List<String> features = texts(file, in, "features");
        if (features.size() != p.features()) {
            throw new RecordException(
                    file,
                    "features has length " + features.size() + "; expected " + p.features()
                            + ", the number of columns of means");
        }
        if (new HashSet<>(features).size() < features.size()) {
            throw new RecordException(file, "features is " + features + "; expected different names");
        }
        List<String> runs = new ArrayList<>();
        List<int[]> paths = new ArrayList<>();
        int rows = 0;
        for (var path : field(file, in, "paths", n -> n.isObject() && !n.isEmpty(), "an object with a path per run")
                .properties()) {
            runs.add(path.getKey());
            paths.add(states(file, path.getKey(), path.getValue(), p.states()));
            rows += path.getValue().size();
        }
        double logLikelihood = number(file, in, "logLikelihood");
        double probability = isNull(in, "pathsLogProbability") ? Double.NaN : number(file, in, "pathsLogProbability");
        boolean standardized = !in.has("standardized")
                || field(file, in, "standardized", JsonNode::isBoolean, "true or false")
                        .booleanValue();
        return new HmmModel(
                p,
                features,
                new HmmModel.Training(
                        numbers(file, in, "history", -1),
                        logLikelihood,
                        freeParameters(file, in, p),
                        rows,
                        standardized,
                        new HmmParameters.Decoding(runs, paths, probability),
                        labelled(file, in, "prior", Covariance.Prior::of),
                        field(
                                        file,
                                        in,
                                        "iterations",
                                        n -> n.isInt() && n.intValue() >= 1,
                                        "a whole number of at least 1")
                                .intValue(),
                        field(file, in, "seed", n -> n.isIntegralNumber() && n.canConvertToLong(), "a whole number")
                                .longValue(),
                        in.has("remarks") ? texts(file, in, "remarks") : List.of()));
    }

    /**
     * Reads how many numbers EM chose. Models that go left to right were once written with the probabilities that must be 0
     * counted: their number is taken from the zeros.
     */
    private static int freeParameters(Path file, ObjectNode in, HmmParameters p) {
        int k = p.states();
        int others = k * p.features() + p.covariance().freeParameters(k, p.features());
        int most = others + k - 1 + k * (k - 1);
        if (!in.has("freeParameters")) {
            return p.isLeftToRight() && k > 1 ? others + k * (k - 1) / 2 : most;
        }
        int free = field(
                        file,
                        in,
                        "freeParameters",
                        n -> n.isInt() && n.intValue() >= others && n.intValue() <= most,
                        "a whole number from " + others + " to " + most)
                .intValue();
        return free == most && p.isLeftToRight() ? others + k * (k - 1) / 2 : free;
    }

    private static boolean isNull(ObjectNode in, String name) {
        return !in.has(name) || in.get(name).isNull();
    }

    private static double number(Path file, ObjectNode in, String name) {
        return field(file, in, name, n -> n.isNumber() && Double.isFinite(n.doubleValue()), "a finite number")
                .doubleValue();
    }

    static HmmParameters readStart(Path file, Covariance covariance) {
        ObjectNode in = Json.readObject(file);
        if (in.has("covariance")) {
            Covariance own = labelled(file, in, "covariance", Covariance::of);
            if (own != covariance) {
                throw new RecordException(
                        file, "covariance is \"" + own.label() + "\"; expected \"" + covariance.label() + "\"");
            }
        }
        HmmParameters p = parameters(file, in, covariance);
        if (in.has("states")) {
            checkStates(file, in, p);
        }
        return p;
    }

    static List<String> readFeatures(Path file) {
        ObjectNode in = Json.readObject(file);
        return in.has("features") ? texts(file, in, "features") : List.of();
    }

    private static void checkStates(Path file, ObjectNode in, HmmParameters p) {
        int states =
                field(file, in, "states", JsonNode::isInt, "a whole number").intValue();
        if (states != p.states()) {
            throw new RecordException(
                    file, "states is " + states + "; expected " + p.states() + ", the length of startprob");
        }
    }

    private static HmmParameters parameters(Path file, ObjectNode in, Covariance covariance) {
        double[] start = numbers(file, in, "startprob", -1);
        int k = start.length;
        JsonNode firstMean =
                field(file, in, "means", JsonNode::isArray, "an array").path(0);
        int d = firstMean.size();
        if (k == 0 || d == 0) {
            throw new RecordException(
                    file, (k == 0 ? "startprob" : "means[0]") + " is empty; expected at least one number");
        }
        try {
            return HmmParameters.of(
                    covariance,
                    start,
                    numbers(file, in, "transmat", k, k),
                    numbers(file, in, "means", k, d),
                    numbers(file, in, "covars", covariance.shape(k, d)));
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, e.getMessage(), e);
        }
    }

    private static JsonNode field(Path file, ObjectNode in, String name, Predicate<JsonNode> fits, String expected) {
        JsonNode value = in.get(name);
        if (value == null) {
            throw new RecordException(file, name + " is missing; expected " + expected);
        }
        if (!fits.test(value)) {
            throw new RecordException(file, name + " is " + abbreviated(value) + "; expected " + expected);
        }
        return value;
    }

    private static String abbreviated(JsonNode value) {
        String text = value.toString();
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    private static <T> T labelled(Path file, ObjectNode in, String name, Function<String, T> of) {
        try {
            return of.apply(field(file, in, name, JsonNode::isTextual, "a word").textValue());
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, e.getMessage(), e);
        }
    }

    private static List<String> texts(Path file, ObjectNode in, String name) {
        List<String> result = new ArrayList<>();
        for (JsonNode text : field(file, in, name, JsonNode::isArray, "an array")) {
            if (!text.isTextual()) {
                throw new RecordException(
                        file, "an element of " + name + " is " + abbreviated(text) + "; expected a text");
            }
            result.add(text.textValue());
        }
        return result;
    }

    private static int[] states(Path file, String run, JsonNode path, int states) {
        if (!path.isArray() || path.isEmpty()) {
            throw new RecordException(
                    file, "the path of run '" + run + "' is " + abbreviated(path) + "; expected an array of states");
        }
        int[] result = new int[path.size()];
        for (int t = 0; t < result.length; t++) {
            JsonNode state = path.get(t);
            if (!state.isInt() || state.intValue() < 0 || state.intValue() >= states) {
                throw new RecordException(
                        file,
                        "the path of run '" + run + "' holds " + abbreviated(state) + "; expected states 0 to "
                                + (states - 1));
            }
            result[t] = state.intValue();
        }
        return result;
    }

    /** Reads a nested array of finite numbers; a length of −1 takes any. */
    private static double[] numbers(Path file, ObjectNode in, String name, int... shape) {
        List<Double> flat = new ArrayList<>();
        collect(file, name, name, field(file, in, name, JsonNode::isArray, "an array"), shape, 0, flat);
        return Columns.numbers(flat, x -> x);
    }

    private static void collect(
            Path file, String name, String place, JsonNode value, int[] shape, int level, List<Double> flat) {
        if (level == shape.length) {
            if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
                throw new RecordException(file, place + " is " + abbreviated(value) + "; expected a finite number");
            }
            flat.add(value.doubleValue());
            return;
        }
        if (!value.isArray() || shape[level] >= 0 && value.size() != shape[level]) {
            throw new RecordException(
                    file,
                    place
                            + (value.isArray() ? " has length " + value.size() : " is " + abbreviated(value))
                            + "; expected an array"
                            + (shape[level] >= 0 ? " of length " + shape[level] : ""));
        }
        for (int i = 0; i < value.size(); i++) {
            collect(file, name, place + "[" + i + "]", value.get(i), shape, level + 1, flat);
        }
    }
}
