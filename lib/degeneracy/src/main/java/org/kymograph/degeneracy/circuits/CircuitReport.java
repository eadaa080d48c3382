package org.kymograph.degeneracy.circuits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.degeneracy.modular.Embeddings;
import org.kymograph.degeneracy.modular.ModularMlp;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.evaluate.Activations;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * Which of two algorithms a network adds with. A <em>clock</em> multiplies the rotations cos(2πka/p), sin(2πka/p) of both numbers; a
 * <em>pizza</em> adds them, takes absolute values, and so has the doubled frequency 2k behind its hidden layer. Three measures tell them
 * apart (Zhong et al., The Clock and the Pizza, 2023): the magnitude of the doubled mode beside that of a key mode at every stage,
 * averaged over all first numbers; gradient symmetricity, published 0.99 of a pizza and 0.33 of a clock; and distance irrelevance,
 * published 0.17 and 0.85 of these two. Distance irrelevance scatters widely in the authors' own table of runs: with nearly constant attention
 * the middle four fifths of 367 networks of one layer lie between 0.17 and 0.76, with nearly learned attention those of 347 between 0.71 and 0.92.
 *
 * <p>The dichotomy is a diagnostic and no fact: both may be seen as one algorithm, and networks between them are common.
 *
 * @param step the checkpoint's step
 * @param p the modulus
 * @param testAccuracy the share of the test pairs that are right; of all pairs if there is no test set
 * @param keyModes the modes that stand out in the embedding, the largest first
 * @param stages the stages of the network, in order
 * @param symmetricity the mean cosine of the gradients with respect to the two embeddings, −1 to 1
 * @param symmetricityError its standard error over the triples
 * @param distanceIrrelevance how much the logit of the right class varies at a given distance a − b, as a share of how much it
 *     varies at all, 0 to 1
 * @param verdict what these say
 */
public record CircuitReport(
        long step,
        int p,
        double testAccuracy,
        List<Integer> keyModes,
        List<Stage> stages,
        double symmetricity,
        double symmetricityError,
        double distanceIrrelevance,
        Verdict verdict) {
    private static final int TRIPLES = 1000;
    private static final double LEARNED = 0.9;
    private static final double SYMMETRIC = 0.8;
    private static final double ASYMMETRIC = 0.6;
    private static final double IRRELEVANT = 0.6;

    /** What a network's measures say. */
    public enum Verdict {
        /** Symmetricity of at least 0.8 and distance irrelevance below 0.6. */
        PIZZA,
        /** Symmetricity of at most 0.6 and distance irrelevance of at least 0.6. */
        CLOCK,
        /** Neither. */
        BETWEEN,
        /** Fewer than 0.9 of the test pairs are right. */
        NOT_LEARNED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * The modes of what a stage gives for (a, b), over b, averaged over all a.
     *
     * @param name the point's name, or {@code "logits"}
     * @param magnitudes the mean magnitude of the modes 0 to p/2
     */
    public record Stage(String name, double[] magnitudes) {
        /**
         * Returns the magnitude of the doubled mode as a multiple of a mode's own.
         *
         * @param mode the mode, 1 to p/2
         * @param p the modulus
         * @return M_2k / M_k
         */
        public double doubled(int mode, int p) {
            return magnitudes[FourierModes.fold(2L * mode, p)] / magnitudes[mode];
        }

        /**
         * Returns the median magnitude of the modes from 1 on that are neither key modes nor their doubles.
         *
         * @param keyModes the key modes
         * @param p the modulus
         * @return the background; NaN if no mode is left
         */
        public double background(List<Integer> keyModes, int p) {
            double[] rest = IntStream.range(1, magnitudes.length)
                    .filter(k -> keyModes.stream().noneMatch(key -> k == key || k == FourierModes.fold(2L * key, p)))
                    .mapToDouble(k -> magnitudes[k])
                    .sorted()
                    .toArray();
            return rest.length == 0 ? Double.NaN : (rest[(rest.length - 1) / 2] + rest[rest.length / 2]) / 2;
        }
    }

    /** Copies the lists. */
    public CircuitReport {
        keyModes = List.copyOf(keyModes);
        stages = List.copyOf(stages);
    }

    /**
     * Examines the end of a run.
     *
     * @param run a run
     * @return the report
     */
    public static CircuitReport of(ModularRun run) {
        return of(run, run.last());
    }

    /**
     * Examines a checkpoint of a run.
     *
     * @param run a run
     * @param step one of its checkpoints
     * @return the report; symmetricity is over 1000 triples, drawn with the run's seed
     */
    public static CircuitReport of(ModularRun run, long step) {
        ParameterVector w = run.parameters(step);
        int p = run.p();
        Dataset all = run.all();
        // What the second map of an untied network gives are the logits.
        String out = run.network() instanceof ModularMlp mlp && mlp.tieUnembed() ? "mlp_out.0" : "resid_post.0";
        List<String> points = Activations.points(run.network(), all).stream()
                .filter(List.of("embed", "resid_mid.0", "mlp_pre.0", "mlp_post.0", out)::contains)
                .toList();
        Activations activations = Activations.of(run.network(), w, all, points.toArray(String[]::new));
        List<Stage> stages = new ArrayList<>();
        for (String point : points) {
            stages.add(new Stage(point, overB(activations.get(point), p, point.equals("embed"))));
        }
        stages.add(new Stage("logits", overB(activations.outputs(), p, false)));
        double[][] logits = FourierHistory.rows(activations.outputs());
        Dataset test = run.split().test();
        double accuracy = run.objective(test.size() == 0 ? all : test).accuracies(List.of(w))[0];
        double[] cosines = Arrays.stream(
                        GradientSymmetricity.cosines(run, w, TRIPLES, run.run().seed()))
                .filter(Double::isFinite)
                .toArray();
        double mean = Statistics.mean(cosines);
        double error = Statistics.populationSd(cosines) / Math.sqrt(cosines.length - 1.0);
        double irrelevance = distanceIrrelevance(right(logits, all), p);
        int[] keys = FourierModes.keyModes(FourierModes.magnitudes(Embeddings.of(w)));
        return new CircuitReport(
                step,
                p,
                accuracy,
                IntStream.of(keys).boxed().toList(),
                stages,
                mean,
                error,
                irrelevance,
                verdict(accuracy, mean, irrelevance));
    }

    private static Verdict verdict(double accuracy, double symmetricity, double irrelevance) {
        if (!(accuracy >= LEARNED)) {
            return Verdict.NOT_LEARNED;
        }
        if (symmetricity >= SYMMETRIC && irrelevance < IRRELEVANT) {
            return Verdict.PIZZA;
        }
        return symmetricity <= ASYMMETRIC && irrelevance >= IRRELEVANT ? Verdict.CLOCK : Verdict.BETWEEN;
    }

    // Of [p², d] the whole rows; of [p², T, d] the last position, or that of b.
    private static double[] overB(Tensor values, int p, boolean second) {
        long[] shape = values.shape();
        int positions = shape.length == 3 ? (int) shape[1] : 1;
        int d = (int) shape[shape.length - 1];
        int at = second ? 1 : positions - 1;
        double[] flat = values.toDoubles();
        double[] mean = new double[p / 2 + 1];
        for (int a = 0; a < p; a++) {
            double[][] rows = new double[p][];
            for (int b = 0; b < p; b++) {
                int from = ((a * p + b) * positions + at) * d;
                rows[b] = Arrays.copyOfRange(flat, from, from + d);
            }
            double[] magnitudes = FourierModes.magnitudes(rows);
            for (int k = 0; k < mean.length; k++) {
                mean[k] += magnitudes[k] / p;
            }
        }
        return mean;
    }

    private static double[] right(double[][] logits, Dataset all) {
        long[] labels = all.targets().toLongs();
        return Columns.numbers(logits.length, i -> logits[i][(int) labels[i]]);
    }

    /**
     * Returns the distance irrelevance of the logits of the right classes, (1/p) Σ_d std_i(L_{i,i+d}) / std_{ij}(L_ij).
     *
     * @param right the logit of each pair's right class, pair (i, j) at i·p + j
     * @param p the modulus
     * @return 0 if the logits depend on j − i alone, 1 if not at all
     */
    static double distanceIrrelevance(double[] right, int p) {
        double sum = 0;
        for (int d = 0; d < p; d++) {
            int distance = d;
            sum += Statistics.populationSd(Columns.numbers(p, i -> right[i * p + (i + distance) % p]));
        }
        return sum / p / Statistics.populationSd(right);
    }

    /**
     * Returns the doubled frequencies as a table with a row per stage and key mode.
     *
     * @return {@code stage}, {@code mode}, {@code magnitude}, {@code doubled_mode}, {@code doubled_magnitude}, their {@code ratio},
     *     and the stage's {@code background}
     */
    public Table table() {
        record Row(Stage stage, int mode) {}
        List<Row> rows = stages.stream()
                .flatMap(stage -> keyModes.stream().map(mode -> new Row(stage, mode)))
                .toList();
        return Columns.of("doubled frequencies", rows)
                .texts("stage", row -> row.stage().name())
                .ints("mode", Row::mode)
                .doubles("magnitude", row -> row.stage().magnitudes()[row.mode()])
                .ints("doubled_mode", row -> FourierModes.fold(2L * row.mode(), p))
                .doubles("doubled_magnitude", row -> row.stage().magnitudes()[FourierModes.fold(2L * row.mode(), p)])
                .doubles("ratio", row -> row.stage().doubled(row.mode(), p))
                .doubles("background", row -> row.stage().background(keyModes, p))
                .table();
    }

    /**
     * Returns what several reports say, a row for each.
     *
     * @param reports the reports, at least one
     * @return {@code step}, {@code test_accuracy}, {@code key_modes}, {@code symmetricity} and its error, {@code distance_irrelevance},
     *     {@code doubled_ratio} (the mean over the key modes behind the hidden layer) and {@code verdict}
     */
    public static Table compared(List<CircuitReport> reports) {
        return Columns.of("circuits", Arguments.notEmpty("reports", reports))
                .longs("step", CircuitReport::step)
                .doubles("test_accuracy", CircuitReport::testAccuracy)
                .texts("key_modes", report -> report.keyModes().toString())
                .doubles("symmetricity", CircuitReport::symmetricity)
                .doubles("symmetricity_error", CircuitReport::symmetricityError)
                .doubles("distance_irrelevance", CircuitReport::distanceIrrelevance)
                .doubles("doubled_ratio", CircuitReport::doubledRatio)
                .texts("verdict", CircuitReport::verdict)
                .table();
    }

    /**
     * Returns the doubled modes' magnitudes behind the hidden layer, as multiples of their key modes'.
     *
     * @return the mean over the key modes
     */
    public double doubledRatio() {
        Stage hidden = stages.stream()
                .filter(stage -> stage.name().equals("mlp_post.0"))
                .findFirst()
                .orElseThrow();
        return keyModes.stream()
                .mapToDouble(k -> hidden.doubled(k, p))
                .average()
                .orElse(Double.NaN);
    }
}
