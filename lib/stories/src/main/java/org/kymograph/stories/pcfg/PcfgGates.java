package org.kymograph.stories.pcfg;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.evaluate.LinearProbe;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Tables;
import org.kymograph.train.Objective;
import tech.tablesaw.api.Table;

/**
 * What the paper says of fine-tuning, as numbers of a study that must lie on one side of a limit: a weak capability is wrapped where
 * the data allow it, a strong one is used, pruning a few rows and a little training bring the old one back, and probes read it all the
 * while.
 *
 * @param rows a row for each statement and seed
 * @param majority the share of the commonest answer, which needs no capability
 */
public record PcfgGates(List<Row> rows, double majority) {
    /**
     * A statement for one seed.
     *
     * @param statement what is said
     * @param seed the seed
     * @param value what was measured; NaN for steps that were not enough, which no limit allows
     * @param limit what it must reach, or must not exceed
     * @param above whether the value must be at least the limit, and not at most
     */
    public record Row(String statement, long seed, double value, double limit, boolean above) {
        /** Returns whether the value lies on the right side of the limit. */
        public boolean met() {
            return above ? value >= limit : value <= limit;
        }
    }

    private static final double LEARNED = 0.9;
    // 2 % of the rows of weight matrices.
    private static final int SHARE = 50;

    /** Copies the list. */
    public PcfgGates {
        rows = List.copyOf(rows);
    }

    /**
     * Trains what is missing of a study, and measures it.
     *
     * @param study the study
     * @param root the folder of all experiments
     * @param seeds the seeds, at least one
     * @return the statements
     */
    public static PcfgGates of(PcfgStudy study, Path root, long... seeds) {
        List<Row> rows = new ArrayList<>();
        Population weak = study.pretrain(root, PcfgStudy.WEAK, seeds);
        Population strong = study.pretrain(root, PcfgStudy.STRONG, seeds);
        Population never = study.pretrain(root, PcfgStudy.NEVER, seeds);

        Population wrapped = study.tune(root, weak, study.counting(1, 1), study.medium());
        add(rows, study, wrapped, study.asking(1, 1), "weak, tuned on tied data: b where tied", 0.95, true);
        add(rows, study, wrapped, study.asking(1, 0), "weak, tuned on tied data: b elsewhere", 0.20, false);

        Population used = study.tune(root, strong, study.counting(1, 0), study.medium());
        add(rows, study, used, study.asking(1, 1), "strong, tuned on free data: b where tied", 0.95, true);
        add(rows, study, used, study.asking(1, 0), "strong, tuned on free data: b elsewhere", 0.95, true);

        Population back = study.tune(root, wrapped, study.counting(0, 0), study.medium());
        Population fresh = study.tune(root, never, study.counting(0, 0), study.medium());
        for (int i = 0; i < seeds.length; i++) {
            ParameterVector tuned = study.last(wrapped.runs().get(i));
            rows.add(new Row("lift of a by pruning 2 % of the rows", seeds[i], lift(study, tuned), 0.30, true));
            double steps = steps(study, back.runs().get(i));
            // Where a is never learned anew, it takes more than all steps, and the share is below that of all.
            double control = steps(study, fresh.runs().get(i));
            rows.add(new Row(
                    "steps to a again / steps to a anew",
                    seeds[i],
                    steps / (Double.isNaN(control) ? study.tuning() : control),
                    1.0 / 3,
                    false));
            double before = best(study.probes(study.last(weak.runs().get(i))));
            rows.add(new Row(
                    "probe of a before less after tuning", seeds[i], before - best(study.probes(tuned)), 0.10, false));
        }
        return new PcfgGates(rows, PcfgStudy.majority(study.counting(1, 0)));
    }

    private static void add(
            List<Row> rows,
            PcfgStudy study,
            Population runs,
            Objective asked,
            String statement,
            double limit,
            boolean above) {
        for (RunFolder run : runs.runs()) {
            double accuracy = asked.accuracies(List.of(study.last(run)))[0];
            rows.add(new Row(statement, run.seed(), accuracy, limit, above));
        }
    }

    private static double lift(PcfgStudy study, ParameterVector tuned) {
        long all = tuned.segments().stream()
                .filter(s -> s.shape().size() > 1)
                .mapToLong(s -> s.shape().get(0))
                .sum();
        int most = (int) Math.max(1, all / SHARE);
        int[] counts = IntStream.rangeClosed(0, 5)
                .map(i -> (i * most + 4) / 5)
                .distinct()
                .toArray();
        List<Double> a = study.pruned(tuned, counts).accuracies().get("a");
        return a.stream().mapToDouble(x -> x).max().orElseThrow() - a.get(0);
    }

    // The first checkpoint at which a is counted right; NaN if there is none.
    private static double steps(PcfgStudy study, RunFolder run) {
        Objective a = study.asking(0, 0);
        List<Long> steps = run.checkpointSteps();
        double[] accuracies =
                a.accuracies(steps.stream().map(step -> a.parameters(run, step)).toList());
        return IntStream.range(0, accuracies.length)
                .filter(i -> accuracies[i] >= LEARNED)
                .mapToDouble(i -> Math.max(1, steps.get(i)))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double best(List<LinearProbe> probes) {
        return probes.stream().mapToDouble(LinearProbe::accuracy).max().orElse(Double.NaN);
    }

    /**
     * Returns the statements with the range over the seeds.
     *
     * @return a row for each statement: its mean, lowest and highest value, to three decimals, "never" of steps that were not enough, the limit and for how many seeds it holds
     */
    public Table table() {
        List<String> statements = rows.stream().map(Row::statement).distinct().toList();
        return Columns.of("gates", statements)
                .texts("statement", s -> s)
                .texts("mean", s -> text(Arrays.stream(values(s)).average().orElse(Double.NaN)))
                .texts(
                        "lowest",
                        s -> text(Arrays.stream(values(s))
                                .filter(x -> !Double.isNaN(x))
                                .min()
                                .orElse(Double.NaN)))
                .texts("highest", s -> text(Arrays.stream(values(s)).max().orElse(Double.NaN)))
                .texts("limit", s -> (first(s).above() ? "≥ " : "≤ ") + text(first(s).limit()))
                .texts(
                        "holds for",
                        s -> rows.stream()
                                        .filter(r -> r.statement().equals(s) && r.met())
                                        .count()
                                + " of " + values(s).length)
                .table();
    }

    private static String text(double value) {
        return Double.isNaN(value) ? "never" : "" + Tables.rounded(value, 3);
    }

    private Row first(String statement) {
        return rows.stream()
                .filter(r -> r.statement().equals(statement))
                .findFirst()
                .orElseThrow();
    }

    private double[] values(String statement) {
        return rows.stream()
                .filter(r -> r.statement().equals(statement))
                .mapToDouble(Row::value)
                .toArray();
    }
}
