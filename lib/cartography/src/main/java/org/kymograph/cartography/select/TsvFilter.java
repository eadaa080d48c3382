package org.kymograph.cartography.select;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.data.text.GlueTask;
import org.kymograph.data.text.GlueTsv;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/**
 * Writes parts of a task's {@code train.tsv}: header and rows as they are, the rows in the order of the selection, with
 * the files that measure a model copied beside ({@code dev.tsv} and {@code test.tsv}; of MNLI
 * {@code dev_matched.tsv} and {@code dev_mismatched.tsv}). Rows that {@link org.kymograph.data.text.GlueTsv} passes over are
 * in no part.
 *
 * <p>A part of fraction f has {@code (int) (f * n)} of the n rows. {@link #withExtraRow} takes one more, as the published
 * filter does. All rows are held in memory. Immutable.
 *
 * <p>The log's labels are held against the file's, under whatever names of the classes: a log that was written of other rows
 * is refused.
 *
 * <p>Source: the code published with Swayamdipta et al., Dataset Cartography (EMNLP 2020).
 *
 * @param task what the files hold
 * @param conversion how a row becomes the guid in the log
 * @param fractions the fractions to take, each above 0 to 1, no two with the same two decimals; of the published ones those
 *     that are less than a row are left out
 * @param worst whether the ranking is turned round; the easy samples are confidence's worst
 * @param bothEnds whether seven tenths come from the start of the ranking and the rest from its end
 * @param extraRow whether a part has one row more than its fraction says, if it isn't of both ends
 * @param otherLabels whether the log may have other labels than the file, such as wrong ones that were made on purpose
 */
public record TsvFilter(
        GlueTask task,
        GuidConversion conversion,
        List<Double> fractions,
        boolean worst,
        boolean bothEnds,
        boolean extraRow,
        boolean otherLabels) {
    /** The fractions of the published filter. */
    public static final List<Double> FRACTIONS = List.of(0.01, 0.05, 0.10, 0.1667, 0.25, 0.3319, 0.50, 0.75);
    /** The fractions of the published random baseline. */
    public static final List<Double> RANDOM_FRACTIONS = List.of(0.01, 0.05, 0.10, 0.1667, 0.25, 0.33, 0.50, 0.75);
    /** The seed of the published random baseline. */
    public static final long RANDOM_SEED = 725862;

    /** Checks the fractions, and copies them. */
    public TsvFilter {
        Objects.requireNonNull(conversion, "conversion");
        TsvTraining.checkFractions(fractions);
        fractions = List.copyOf(fractions);
    }

    /**
     * Returns a filter that finds rows by the guids of the cartography code's logs, and takes every one of the
     * published fractions.
     *
     * @param task what the files hold
     */
    public static TsvFilter of(GlueTask task) {
        GuidConversion conversion =
                switch (task) {
                    case SNLI, MNLI -> GuidConversion.DIGITS;
                    case WINOGRANDE -> GuidConversion.NUMBER;
                    default -> GuidConversion.NONE;
                };
        return new TsvFilter(task, conversion, FRACTIONS, false, false, false, false);
    }

    /**
     * Returns a copy with another conversion of rows into guids.
     *
     * @param conversion how a row becomes the guid in the log
     */
    public TsvFilter withConversion(GuidConversion conversion) {
        return Copies.with(this, "conversion", conversion);
    }

    /** Returns a copy for logs whose guids are the numbers of rows, from 0, see {@link GuidConversion#ROW}. */
    public TsvFilter withRowNumbers() {
        return withConversion(GuidConversion.ROW);
    }

    /**
     * Returns a copy with other fractions.
     *
     * @param fractions the fractions to take, each above 0 to 1, no two with the same two decimals
     * @throws IllegalArgumentException if they aren't such
     */
    public TsvFilter withFractions(List<Double> fractions) {
        return Copies.with(this, "fractions", fractions);
    }

    /**
     * Returns a copy that does or doesn't turn the ranking round.
     *
     * @param worst whether the ranking is turned round; the easy samples are confidence's worst
     */
    public TsvFilter withWorst(boolean worst) {
        return Copies.with(this, "worst", worst);
    }

    /**
     * Returns a copy that does or doesn't take both ends of the ranking.
     *
     * @param bothEnds whether seven tenths come from the start of the ranking and the rest from its end
     */
    public TsvFilter withBothEnds(boolean bothEnds) {
        return Copies.with(this, "bothEnds", bothEnds);
    }

    /**
     * Returns a copy that does or doesn't take one row more.
     *
     * @param extraRow whether a part has one row more than its fraction says, if it isn't of both ends
     */
    public TsvFilter withExtraRow(boolean extraRow) {
        return Copies.with(this, "extraRow", extraRow);
    }

    /**
     * Returns a copy that does or doesn't accept logs with other labels than the file's.
     *
     * @param otherLabels whether the log may have other labels, such as wrong ones that were made on purpose
     */
    public TsvFilter withOtherLabels(boolean otherLabels) {
        return Copies.with(this, "otherLabels", otherLabels);
    }

    /**
     * A part that was written.
     *
     * @param folder holds the task's folder
     * @param fraction the fraction of the rows
     * @param rows how many rows it has
     */
    public record Part(Path folder, double fraction, int rows) {}

    /**
     * What was written.
     *
     * @param parts the parts
     * @param skipped what of {@code train.tsv} was taken and passed over
     * @param clashing rows passed over because an earlier row's id becomes the same guid
     * @param unknown rows that the metrics lack, which are in no part
     * @param tooSmall published fractions that are less than a row, for which there is no part
     */
    public record Written(List<Part> parts, GlueTsv.Skipped skipped, int clashing, int unknown, List<Double> tooSmall) {
        /** Copies the lists. */
        public Written {
            parts = List.copyOf(parts);
            tooSmall = List.copyOf(tooSmall);
        }
    }

    /**
     * Writes {@code <out>/cartography_<metric>_<fraction>/<task>/train.tsv} for each fraction, its folder's name with two
     * decimals and followed by {@code _worst} and {@code _both_ends} where these are asked for.
     *
     * @param metrics the samples
     * @param metric what ranks them
     * @param data the folder of all tasks, or the task's own
     * @param out where to write
     * @return what was written
     * @throws IllegalArgumentException if the metric is absent, or a fraction is less than a row
     * @throws RecordException if a file is missing, damaged or can't be written, a sample has no row, or the labels differ
     */
    public Written write(SampleMetrics metrics, Metric metric, Path data, Path out) {
        TsvTraining training = new TsvTraining(task, data, conversion);
        int[] rows = rows(metrics, training, data);
        SampleSelection selection = SampleSelection.by(metric)
                .withWorst(worst)
                .withBothEnds(bothEnds)
                .withExtraRow(extraRow);
        List<Double> taken = taken(training.size(), extraRow && !bothEnds);
        List<int[]> chosen = new ArrayList<>();
        for (double f : taken) {
            // The fraction is of the rows; half a sample more keeps rounding out of it where there are fewer samples.
            double ofSamples = Math.min(1, ((int) (f * training.size()) + 0.5) / metrics.size());
            chosen.add(selection.withFraction(ofSamples).of(metrics));
        }
        List<Part> parts = new ArrayList<>();
        for (int k = 0; k < chosen.size(); k++) {
            Path folder = out.resolve("cartography_" + metric.column() + "_" + TsvTraining.twoDecimals(taken.get(k))
                    + (worst ? "_worst" : "") + (bothEnds ? "_both_ends" : ""));
            training.write(
                    folder, Arrays.stream(chosen.get(k)).map(i -> rows[i]).toArray());
            parts.add(new Part(folder, taken.get(k), chosen.get(k).length));
        }
        return new Written(
                parts, training.skipped(), training.clashing(), training.size() - metrics.size(), left(taken));
    }

    /**
     * Writes {@code <out>_<seed>/<task>_<fraction>/<task>/train.tsv} for each fraction, with exactly
     * {@code (int) (fraction * n)} rows drawn without replacement. The draw follows from the seed and the number of rows
     * alone, and a smaller fraction's rows are among a larger one's; it isn't pandas' draw.
     *
     * @param data the folder of all tasks, or the task's own
     * @param out the start of the folder's name
     * @param seed the random seed of the draw
     * @return what was written
     * @throws RecordException if a file is missing, damaged or can't be written
     */
    public Written writeRandom(Path data, Path out, long seed) {
        TsvTraining training = new TsvTraining(task, data, GuidConversion.ROW);
        RandomGenerator random = Streams.of(seed, "selection");
        int[] order = Streams.permutation(random, training.size());
        Path root = out.toAbsolutePath().normalize();
        root = root.resolveSibling(root.getFileName() + "_" + seed);
        List<Double> taken = taken(training.size(), false);
        List<Part> parts = new ArrayList<>();
        for (double f : taken) {
            int n = (int) (f * training.size());
            Path folder = root.resolve(task.folder() + "_" + TsvTraining.twoDecimals(f));
            training.write(folder, Arrays.copyOf(order, n));
            parts.add(new Part(folder, f, n));
        }
        return new Written(parts, training.skipped(), training.clashing(), 0, left(taken));
    }

    /**
     * Writes {@code filtering_configs.json}, the options of a call, sorted.
     *
     * @param out the folder to write it in
     * @param options the options
     * @throws RecordException if it can't be written
     */
    public static void writeConfigs(Path out, ObjectNode options) {
        Json.writePythonSorted(out.resolve("filtering_configs.json"), options);
    }

    /** Returns the fractions that are at least a row. */
    private List<Double> taken(int rows, boolean oneMore) {
        boolean published = fractions.equals(FRACTIONS) || fractions.equals(RANDOM_FRACTIONS);
        List<Double> taken = new ArrayList<>();
        for (double f : fractions) {
            if ((int) (f * rows) > 0 || oneMore) {
                taken.add(f);
            } else if (!published) {
                throw Arguments.unexpected("fraction", f, "at least one of " + rows + " rows, which is " + 1.0 / rows);
            }
        }
        return taken;
    }

    private List<Double> left(List<Double> taken) {
        return fractions.stream().filter(f -> !taken.contains(f)).toList();
    }

    // The row of each sample.
    private int[] rows(SampleMetrics metrics, TsvTraining training, Path data) {
        Guids guids = metrics.guids();
        int[] rows = new int[guids.size()];
        int missing = 0;
        String first = null;
        for (int i = 0; i < rows.length; i++) {
            Integer row = training.row(guids.text(i));
            if (row == null) {
                missing++;
                first = first == null ? guids.text(i) : first;
            } else {
                rows[i] = row;
            }
        }
        if (missing > 0) {
            throw new RecordException(
                    training.file(),
                    "has no row for " + missing + " of the " + guids.size() + " samples, guid " + first + " the first; "
                            + others(guids, data));
        }
        checkLabels(metrics, training, rows);
        return rows;
    }

    /** Looks for a renaming of the classes that makes the log's labels those of the file. */
    private void checkLabels(SampleMetrics metrics, TsvTraining training, int[] rows) {
        int[] gold = metrics.gold();
        if (gold == null || task.regression() || otherLabels) {
            return;
        }
        Map<Integer, Map<Double, Integer>> counts = new TreeMap<>();
        for (int i = 0; i < rows.length; i++) {
            counts.computeIfAbsent(gold[i], g -> new TreeMap<>()).merge(training.label(rows[i]), 1, Integer::sum);
        }
        Map<Integer, Double> renaming = new TreeMap<>();
        counts.forEach((g, labels) -> renaming.put(
                g,
                Collections.max(labels.entrySet(), Map.Entry.comparingByValue()).getKey()));
        boolean oneToOne = new HashSet<>(renaming.values()).size() == renaming.size();
        int[] wrong = IntStream.range(0, rows.length)
                .filter(i -> training.label(rows[i]) != renaming.get(gold[i]))
                .toArray();
        if (wrong.length > 0 || !oneToOne) {
            String first = wrong.length == 0 ? "" : ", guid " + metrics.guids().text(wrong[0]) + " the first";
            throw new RecordException(
                    training.file(),
                    "the labels of " + wrong.length + " of the " + rows.length + " samples" + first
                            + ", differ from gold in the log, whatever the classes are called"
                            + (oneToOne ? "" : ": several classes of the log are one of the file")
                            + "; expected the rows that the log was written of, perhaps by another reading of the guids"
                            + " (--guids), or a statement that labels were changed (--other-labels, withOtherLabels)");
        }
    }

    // Which other reading of the ids knows the most guids.
    private String others(Guids guids, Path data) {
        String best = null;
        long most = 0;
        for (GuidConversion other : GuidConversion.values()) {
            try {
                TsvTraining training = new TsvTraining(task, data, other);
                long found = IntStream.range(0, guids.size())
                        .filter(i -> training.row(guids.text(i)) != null)
                        .count();
                if (other != conversion && found > most) {
                    most = found;
                    best = name(other);
                }
            } catch (RecordException e) {
                // Ids that this conversion can't take aren't what the log was written with.
            }
        }
        return best == null ? "no other reading of its ids finds any" : "as " + best + ", " + most + " are found";
    }

    private static String name(GuidConversion conversion) {
        return switch (conversion) {
            case ROW -> "the numbers of rows (--guids row)";
            case LABELLED_ROW -> "the numbers of rows with a label (--guids labelled-row)";
            case NONE -> "ids after conversion NONE (--guids id)";
            default ->
                "ids after conversion " + conversion + " (--guids "
                        + conversion.name().toLowerCase(Locale.ROOT) + ")";
        };
    }
}
