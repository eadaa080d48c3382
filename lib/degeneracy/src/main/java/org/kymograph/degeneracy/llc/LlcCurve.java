package org.kymograph.degeneracy.llc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.files.Json;
import tech.tablesaw.api.Table;

/**
 * The learning coefficient along a training.
 *
 * @param settings how it was estimated
 * @param estimates the estimates by step, ascending
 */
public record LlcCurve(LearningCoefficient settings, List<LlcEstimate> estimates) {
    /** Copies the list. */
    public LlcCurve {
        estimates = List.copyOf(estimates);
    }

    /**
     * Returns the estimate of a step.
     *
     * @param step a step
     * @return its estimate
     * @throws IllegalArgumentException if there is none
     */
    public LlcEstimate at(long step) {
        return estimates.stream()
                .filter(e -> e.step() == step)
                .findFirst()
                .orElseThrow(() -> Arguments.unexpected(
                        "step",
                        step,
                        "one of " + estimates.stream().map(LlcEstimate::step).toList()));
    }

    /**
     * Returns a row per step.
     *
     * @return columns step, llc, standard error, lower, upper, rhat, effective draws, train loss, test loss, health, and corrected where the
     *     bias was checked
     */
    public Table table() {
        return table("learning coefficient", estimates);
    }

    static Table table(String name, List<LlcEstimate> estimates) {
        Columns<LlcEstimate> columns = Columns.of(name, estimates)
                .longs("step", LlcEstimate::step)
                .doubles("llc", LlcEstimate::llc)
                .doubles("standard error", LlcEstimate::standardError)
                .doubles("lower", LlcEstimate::lower)
                .doubles("upper", LlcEstimate::upper)
                .doubles("rhat", LlcEstimate::rhat)
                .doubles("effective draws", LlcEstimate::effectiveDraws)
                .doubles("train loss", LlcEstimate::trainLoss)
                .doubles("test loss", LlcEstimate::testLoss);
        if (estimates.stream().anyMatch(e -> !Double.isNaN(e.halved()))) {
            columns.doubles("corrected", LlcEstimate::corrected);
        }
        return columns.texts("health", LlcCurve::verdict).table();
    }

    static String verdict(LlcEstimate e) {
        List<String> ills = e.health();
        return ills.isEmpty() ? "ok" : String.join("; ", ills);
    }

    /**
     * Returns the settings and the estimates as a JSON object; numbers that are not known are null. Where the bias was checked, an estimate
     * has also what it is extrapolated to without a step size, and the error of that.
     *
     * @return the object
     */
    public ObjectNode json() {
        ObjectNode out = Json.object();
        out.set("settings", settings.json());
        ArrayNode checkpoints = out.putArray("checkpoints");
        for (LlcEstimate e : estimates) {
            ObjectNode one = checkpoints.addObject();
            one.put("step", e.step());
            put(one, "llc", e.llc());
            put(one, "se", e.standardError());
            ArrayNode interval = one.putArray("interval");
            add(interval, e.lower());
            add(interval, e.upper());
            put(one, "rhat", e.rhat());
            put(one, "ess", e.effectiveDraws());
            ArrayNode chains = one.putArray("chains");
            Arrays.stream(e.chains()).forEach(x -> add(chains, x));
            put(one, "trainLoss", e.trainLoss());
            put(one, "testLoss", e.testLoss());
            if (settings.biasCheck()) {
                put(one, "corrected", e.corrected());
                put(one, "correctedSe", e.correctedError());
            }
            ArrayNode health = one.putArray("health");
            (e.isHealthy() ? List.of("ok") : e.health()).forEach(health::add);
        }
        return out;
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }

    private static void add(ArrayNode node, double value) {
        if (Double.isFinite(value)) {
            node.add(value);
        } else {
            node.addNull();
        }
    }

    /**
     * Writes {@link #json} to a file.
     *
     * @param file the file, such as {@code llc.json}
     */
    public void save(Path file) {
        Json.write(file, json());
    }
}
