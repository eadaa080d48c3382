package org.kymograph.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kymograph.degeneracy.circuits.CircuitExperiments;
import org.kymograph.degeneracy.circuits.CircuitReport;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.degeneracy.influence.InfluenceStudy;
import org.kymograph.degeneracy.influence.NetworkPart;
import org.kymograph.degeneracy.influence.Patterning;
import org.kymograph.degeneracy.influence.Patterning.Arm;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.degeneracy.modular.Embeddings;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.Tables;
import org.kymograph.stats.Resampling.Interval;
import org.kymograph.train.Experiment;
import org.kymograph.train.Trainer;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Whether weights on the pairs choose the algorithm that a small transformer learns, beside the same weights dealt out at random:
 * {@code [FOLDER [SEEDS [P [STEPS [TRIALS]]]]]}, with 10 seeds, p = 23 and 1,200 steps unless said. Trials are {@code learnt-lambda},
 * {@code learnt-distance} and {@code constant-distance}, all of them unless said. Runs, and what was measured of them, lie in the folder and
 * are not made again; {@code patterning.csv} there has a row per run.
 */
public final class PatterningBenchmark {
    private static final int WIDTH = 32;
    // Arms go on from this share of the training on.
    private static final int EARLY = 10;

    private final Path root;
    private final int p;
    private final int steps;
    private final ResultLog log;
    private final Table found = Table.create(
            "patterning",
            StringColumn.create("network"),
            StringColumn.create("score"),
            StringColumn.create("arm"),
            LongColumn.create("seed"),
            StringColumn.create("measure"),
            DoubleColumn.create("value"));

    private PatterningBenchmark(Path root, int p, int steps) throws IOException {
        this.root = root;
        this.p = p;
        this.steps = steps;
        this.log = new ResultLog(root.resolve("measured.jsonl"));
    }

    /**
     * Trains, measures and prints a table.
     *
     * @param args the folder (patterning), the number of seeds (10), the modulus (23), the steps (1,200), the trials by commas
     * @throws IOException if the folder can't be written
     */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args.length > 0 ? args[0] : "patterning");
        long[] seeds = LongStream.range(0, args.length > 1 ? Long.parseLong(args[1]) : 10)
                .toArray();
        Files.createDirectories(root);
        PatterningBenchmark all = new PatterningBenchmark(
                root,
                args.length > 2 ? Integer.parseInt(args[2]) : 23,
                args.length > 3 ? Integer.parseInt(args[3]) : 1200);
        List<String> trials =
                List.of((args.length > 4 ? args[4] : "learnt-distance,learnt-lambda,constant-distance").split(","));
        System.out.println(
                "| network | score | measure | towards | away | at random | towards less at random, 95 % | away less at random, 95 % |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (String trial : trials) {
            String[] both = trial.split("-", -1);
            all.trial(both[0], both[1], seeds);
            Tables.writeCsv(root.resolve("patterning.csv"), all.found);
        }
    }

    private void trial(String network, String score, long[] seeds) {
        Experiment kind = network.equals("learnt")
                ? CircuitExperiments.learnedAttention(p, WIDTH, steps)
                : CircuitExperiments.constantAttention(p, WIDTH, steps);
        Population pilots = Trainer.of(kind).train(root, seeds);
        Function<RunFolder, double[]> scores = score.equals("lambda") ? this::byLambda : this::byDistance;
        Map<String, ToDoubleFunction<RunFolder>> measures = new LinkedHashMap<>();
        for (String measure :
                List.of("distance irrelevance", "gradient symmetricity", "test accuracy", "λ̂", "pizza", "clock")) {
            measures.put(measure, arm -> measured(arm, kind).path(measure).asDouble());
        }
        for (Patterning.Trial trial :
                new Patterning(kind, steps / EARLY, steps - steps / EARLY, 1).run(root, pilots, scores, measures)) {
            tell(network, score, trial);
        }
    }

    private void tell(String network, String score, Patterning.Trial trial) {
        trial.values()
                .forEach((arm, values) -> IntStream.range(0, values.length).forEach(i -> {
                    found.stringColumn(0).append(network);
                    found.stringColumn(1).append(score);
                    found.stringColumn(2).append(arm.name().toLowerCase(Locale.ROOT));
                    ((LongColumn) found.column(3)).append(trial.seeds().get(i));
                    found.stringColumn(4).append(trial.metric());
                    found.doubleColumn(5).append(values[i]);
                }));
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %.3f | %.3f | %.3f | %s | %s |%n",
                network,
                score,
                trial.metric(),
                mean(trial, Arm.TOWARDS),
                mean(trial, Arm.AWAY),
                mean(trial, Arm.SHUFFLED),
                told(trial.difference(Arm.TOWARDS, Arm.SHUFFLED)),
                told(trial.difference(Arm.AWAY, Arm.SHUFFLED)));
    }

    private static double mean(Patterning.Trial trial, Arm arm) {
        return Arrays.stream(trial.values().get(arm)).average().orElseThrow();
    }

    private static String told(Interval by) {
        return String.format(Locale.ROOT, "%+.3f [%.3f, %.3f]", by.estimate(), by.lower(), by.upper());
    }

    // A pizza answers pairs weakly where Σ Mₖ |cos(πk(a − b)/p)| over its key modes is small: weight on those makes
    // pizzas costly.
    private double[] byDistance(RunFolder pilot) {
        ModularRun run = ModularRun.of(pilot);
        double[] m = FourierModes.magnitudes(Embeddings.of(run.parameters(run.last())));
        int[] keys = FourierModes.keyModes(m);
        return Arrays.stream(run.rows(run.split().train()))
                .mapToDouble(row -> -IntStream.of(keys)
                        .mapToDouble(k -> m[k] * Math.abs(Math.cos(Math.PI * k * (row / p - row % p) / p)))
                        .sum())
                .toArray();
    }

    // The derivative of λ̂ with respect to the weight of each pair, by chains at the checkpoint that the arms go on
    // from.
    private double[] byLambda(RunFolder pilot) {
        ModularRun run = ModularRun.of(pilot);
        int[] known = run.rows(run.split().train());
        InfluenceStudy study =
                InfluenceStudy.of(run.objective(run.all()), known).withEvery(5);
        study = study.withSettings(study.settings().withSteps(400).withChains(2));
        double[] chi =
                study.susceptibility(pilot, steps / EARLY, NetworkPart.whole()).perSample();
        return Arrays.stream(known).mapToDouble(i -> -chi[i]).toArray();
    }

    private ObjectNode measured(RunFolder arm, Experiment kind) {
        try {
            return log.get(root.relativize(arm.path()).toString(), () -> {
                ModularRun run = new ModularRun(arm, kind.network(), kind.task());
                CircuitReport report = CircuitReport.of(run);
                return Json.object()
                        .put("distance irrelevance", report.distanceIrrelevance())
                        .put("gradient symmetricity", report.symmetricity())
                        .put("test accuracy", report.testAccuracy())
                        .put("pizza", report.verdict() == CircuitReport.Verdict.PIZZA ? 1 : 0)
                        .put("clock", report.verdict() == CircuitReport.Verdict.CLOCK ? 1 : 0)
                        .put("λ̂", lambda(run));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double lambda(ModularRun run) {
        return LearningCoefficient.withDefaults()
                .withGamma(100)
                .withEpsilon(1e-4)
                .withOrthogonal(true)
                .withChains(2)
                .withSteps(400)
                .estimate(run.objective(run.split().train()), run.parameters(run.last()))
                .llc();
    }
}
