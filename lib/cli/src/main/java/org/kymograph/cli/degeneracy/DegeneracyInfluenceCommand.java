package org.kymograph.cli.degeneracy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.figures.InfluencePlots;
import org.kymograph.degeneracy.influence.DatamodelingScore;
import org.kymograph.degeneracy.influence.InfluenceMatrix;
import org.kymograph.degeneracy.influence.InfluenceStudy;
import org.kymograph.degeneracy.influence.LossDraws;
import org.kymograph.degeneracy.influence.NetworkPart;
import org.kymograph.degeneracy.influence.SubsetRetraining;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.notebook.Page;
import org.kymograph.record.files.Json;
import org.kymograph.stats.Resampling.Interval;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tech.tablesaw.api.Table;

/** {@code kymograph degeneracy influence}. */
@Command(
        name = "influence",
        description = {
            "Tells which pairs help a network with which others, from how their losses move together along chains.",
            "What was sampled is kept in the run's readings, and not sampled again."
        })
final class DegeneracyInfluenceCommand extends ConsoleCommand {
    private static final int STRONGEST = 10;
    private static final int RESAMPLES = 1000;
    private static final String HELD_OUT = "held out";

    @Parameters(paramLabel = "RUN", description = "A run's folder.")
    Path folder;

    @Option(names = "--step", paramLabel = "STEP", description = "The checkpoint's step (default: the last).")
    Long step;

    @Option(names = "--gamma", defaultValue = "1000", description = "Localisation.")
    double gamma;

    @Option(names = "--epsilon", defaultValue = "0.0003", description = "Step size.")
    double epsilon;

    @Option(names = "--steps", defaultValue = "2000", description = "Steps of a chain.")
    int steps;

    @Option(names = "--chains", defaultValue = "4", description = "Chains.")
    int chains;

    @Option(names = "--every", defaultValue = "10", description = "Losses are kept at every so many steps.")
    int every;

    @Option(names = "--seed", defaultValue = "0", description = "Random seed.")
    long seed;

    @Option(names = "--covariance", description = "Covariances of losses instead of correlations.")
    boolean covariance;

    @Option(
            names = "--lds",
            paramLabel = "SUBSETS",
            description = {
                "Score the influences by training again on so many random halves of the training set, twice each,",
                "beside gradient-free baselines. The runs go into the folder EXPERIMENT-subsets beside the run's experiment."
            })
    Integer subsets;

    @Option(
            names = "--parts",
            description = {
                "Also follow the susceptibilities of the network's parts to the held-out pairs over all checkpoints,",
                "among them the Fourier modes of the embedding that stand out at the end, and the others."
            })
    boolean parts;

    @Option(
            names = "--reading",
            defaultValue = "influence",
            description = "Name of the reading in the run; other settings need another.")
    String reading;

    @Option(names = "--out", required = true, description = "The JSON file to write or replace.")
    Path out;

    @Option(names = "--page", paramLabel = "FILE.html", description = "A page with the matrix and the scores.")
    Path page;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Destination.checkPage("--page", page);
        ModularRun opened = RunCheckpoints.open(folder, null);
        Dataset all = opened.all();
        int[] train = opened.rows(opened.split().train());
        int[] test = opened.rows(opened.split().test());
        Arguments.check(test.length > 0, "RUN", folder, "a run with pairs that it was not trained on");
        InfluenceStudy study = InfluenceStudy.of(opened.objective(all), train);
        study = study.withEvery(every)
                .withReading(reading)
                .withSettings(study.settings()
                        .withGamma(gamma)
                        .withEpsilon(epsilon)
                        .withSteps(steps)
                        .withChains(chains)
                        .withSeed(seed));
        SubsetRetraining retraining = subsets == null ? null : retraining(opened, all, train);
        long at = step == null ? opened.last() : step;
        LossDraws draws = study.draws(opened.run(), at);
        InfluenceMatrix matrix = covariance ? draws.covariance(train, test) : draws.correlation(train, test);
        DatamodelingScore score = retraining == null ? null : score(opened, all, matrix, retraining);
        Map<String, Map<Long, double[]>> responses = parts ? susceptibilities(opened, study, test) : Map.of();
        ObjectNode json = json(at, matrix, all, score);
        if (parts) {
            json.set("susceptibilities", Json.tree(responses));
        }
        Json.write(out, json);
        tell(matrix, all);
        if (parts) {
            print("susceptibilities to held-out pairs, with their standard errors");
            responses.forEach((part, values) ->
                    values.forEach((step, value) -> print("%-12s %8d %12.3e ± %.1e", part, step, value[0], value[1])));
        }
        if (score != null) {
            tell(score);
        }
        print("wrote " + out);
        if (page != null) {
            List<Object> shown = new ArrayList<>(List.of(InfluencePlots.matrix(matrix)));
            if (score != null) {
                shown.add(InfluencePlots.scores(score));
            }
            Page.write(page, "Influences of " + opened.run().id(), shown);
            print("wrote " + page);
        }
    }

    // By part and step, χ and its error.
    private static Map<String, Map<Long, double[]>> susceptibilities(ModularRun run, InfluenceStudy study, int[] test) {
        List<NetworkPart> parts = NetworkPart.of(run);
        Table table = study.along(run.run(), run.steps(), parts, Map.of(HELD_OUT, test));
        Map<String, Map<Long, double[]>> out = new LinkedHashMap<>();
        double[] steps = Columns.numbers(table, "step");
        for (NetworkPart part : parts) {
            String name = part.name() + " " + HELD_OUT;
            double[] values = Columns.numbers(table, name);
            double[] errors = Columns.numbers(table, name + "_error");
            Map<Long, double[]> own = new LinkedHashMap<>();
            for (int i = 0; i < steps.length; i++) {
                own.put((long) steps[i], new double[] {values[i], errors[i]});
            }
            out.put(part.name(), own);
        }
        return out;
    }

    private SubsetRetraining retraining(ModularRun run, Dataset all, int[] train) {
        Path params = run.run().path().resolve("params.json");
        Arguments.check(
                Files.exists(params),
                "--lds",
                subsets,
                "a run of train modular-mlp, whose params.json says how to train again");
        return SubsetRetraining.of(
                        ModularExperiment.read(params)
                                .experiment()
                                .withName(run.run().experiment()),
                        all,
                        train)
                .withSubsets(subsets)
                .withSeed(seed);
    }

    private DatamodelingScore score(ModularRun run, Dataset all, InfluenceMatrix matrix, SubsetRetraining retraining) {
        int[] rows = matrix.rows();
        int[] columns = matrix.columns();
        Path root = run.run().path().toAbsolutePath().getParent().getParent();
        InfluenceMatrix checkpoints =
                LossDraws.overCheckpoints(run.run(), run.objective(all)).correlation(rows, columns);
        return DatamodelingScore.of(
                List.of(
                        matrix,
                        checkpoints.withMethod("correlation over the checkpoints"),
                        InfluenceMatrix.sameLabel(all, rows, columns)),
                retraining.run(root, columns),
                RESAMPLES,
                seed);
    }

    private static ObjectNode json(long step, InfluenceMatrix matrix, Dataset all, DatamodelingScore score) {
        ObjectNode json = Json.object();
        json.put("step", step);
        json.put("method", matrix.method());
        json.set("trained", Json.tree(pairs(matrix.rows(), all)));
        json.set("heldOut", Json.tree(pairs(matrix.columns(), all)));
        json.set("influence", Json.tree(matrix.values()));
        if (score != null) {
            ArrayNode scores = json.putArray("lds");
            for (int i = 0; i < score.methods().size(); i++) {
                add(scores, score.methods().get(i), score.scores().get(i));
            }
            add(scores, "a second training", score.retrained());
        }
        return json;
    }

    private static void add(ArrayNode scores, String method, Interval score) {
        ObjectNode one = scores.addObject();
        one.put("method", method);
        one.put("score", score.estimate());
        one.putArray("interval").add(score.lower()).add(score.upper());
    }

    private static long[][] pairs(int[] rows, Dataset all) {
        long[] tokens = all.inputs().toLongs();
        int width = all.inputSize();
        return Arrays.stream(rows)
                .mapToObj(row -> Arrays.copyOfRange(tokens, row * width, row * width + 2))
                .toArray(long[][]::new);
    }

    private void tell(DatamodelingScore score) {
        print("linear datamodeling score over %d subsets", subsets);
        for (int i = 0; i < score.methods().size(); i++) {
            tell(score.methods().get(i), score.scores().get(i));
        }
        tell("a second training", score.retrained());
    }

    private void tell(String method, Interval score) {
        print("%-34s %7.3f [%6.3f, %6.3f]", method, score.estimate(), score.lower(), score.upper());
    }

    private record Entry(int i, int j, float value) {}

    private void tell(InfluenceMatrix matrix, Dataset all) {
        long[][] trained = pairs(matrix.rows(), all);
        long[][] heldOut = pairs(matrix.columns(), all);
        float[][] values = matrix.values();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < trained.length; i++) {
            for (int j = 0; j < heldOut.length; j++) {
                entries.add(new Entry(i, j, values[i][j]));
            }
        }
        entries.sort((a, b) -> Float.compare(b.value(), a.value()));
        print(matrix.method() + ": the strongest, and the most opposed");
        print("%-14s %-14s %12s", "trained pair", "held-out pair", "influence");
        int n = entries.size();
        for (int k = 0; k < n; k++) {
            if (k < STRONGEST || k >= n - STRONGEST) {
                Entry e = entries.get(k);
                print(
                        "%-14s %-14s %12.4g",
                        Arrays.toString(trained[e.i()]), Arrays.toString(heldOut[e.j()]), e.value());
            }
        }
    }
}
