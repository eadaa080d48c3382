package org.kymograph.states.figures;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.map.Outcome;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/** Invented runs that memorise, then generalise at once or by way of a detour, with the model that finds it. */
final class StateExample {
    static final int LENGTH = 80;
    static final List<String> FEATURES = List.of("l1", "l2", "var_w", "mean_lambda");
    private static final double[][] MEANS = {
        {-1.2, -1.3, 0.5, 1.1}, {0.6, 0.2, -0.8, 0.4}, {1.6, 1.5, 1.4, -0.4}, {0.2, 0.7, -0.2, -1.4}
    };

    final RunTables tables;
    final Observations runs;
    final HmmModel model;
    final DecodedRuns decoded;
    final Outcome convergence;

    private StateExample(RunTables tables) {
        this.tables = tables;
        runs = tables.observations(FEATURES);
        model = Hmm.gaussian(4)
                .withCovariance(Covariance.DIAG)
                .withRestarts(6)
                .withIterations(20)
                .withSeed(3)
                .fit(runs)
                .renumbered();
        decoded = DecodedRuns.of(model, runs);
        convergence = Outcome.convergence(tables, "eval_accuracy", 0.9);
    }

    static StateExample of(int count) {
        Map<String, Table> tables = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            tables.put("lr0.1_sgd_seed" + i, run(new Random((i + 1) * 0x9E3779B97F4A7C15L), i % 4 == 3, i == 7));
        }
        return new StateExample(RunTables.of(tables));
    }

    private static Table run(Random random, boolean detour, boolean never) {
        int memorised = 12 + random.nextInt(8);
        int left = memorised + (detour ? 14 + random.nextInt(12) : 0);
        int generalised = never ? LENGTH : left + 9 + random.nextInt(7);
        double[][] features = new double[FEATURES.size()][LENGTH];
        double[] train = new double[LENGTH];
        double[] eval = new double[LENGTH];
        double[] accuracy = new double[LENGTH];
        int[] step = new int[LENGTH];
        for (int t = 0; t < LENGTH; t++) {
            int state = t < memorised ? 0 : t >= generalised ? 3 : detour && t < left ? 2 : 1;
            for (int j = 0; j < features.length; j++) {
                features[j][t] = MEANS[state][j] + 0.35 * random.nextGaussian();
            }
            step[t] = 10 * t;
            train[t] = 0.004 + 0.7 * Math.exp(-0.12 * t) * (1 + 0.1 * random.nextGaussian());
            eval[t] = 0.01
                    + 0.7
                            / (1 + Math.exp(0.5 * (t - generalised)))
                            * (1 + 0.5 * (t < memorised ? t : memorised) / memorised)
                            * (1 + 0.03 * random.nextGaussian());
            accuracy[t] = 0.5 + 0.5 / (1 + Math.exp(-0.6 * (t - generalised)));
        }
        Table table = Table.create(
                IntColumn.create("step", step),
                DoubleColumn.create("train_loss", train),
                DoubleColumn.create("eval_loss", eval),
                DoubleColumn.create("eval_accuracy", accuracy));
        for (int j = 0; j < features.length; j++) {
            table.addColumns(DoubleColumn.create(FEATURES.get(j), features[j]));
        }
        return table;
    }
}
