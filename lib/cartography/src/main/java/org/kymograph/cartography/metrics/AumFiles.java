package org.kymograph.cartography.metrics;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Tables;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * The two files of PyPI's {@code aum} (Pleiss et al., arXiv 2001.10528): {@code aum_values.csv} with sample_id and aum, the
 * largest first, and {@code full_aum_records.csv} with a row for each sample and epoch: sample_id, num_measurements, the class
 * of the label and its logit (target_logit, target_val), the strongest other class and its logit (other_logit, other_val), their
 * difference, and its mean so far.
 */
public final class AumFiles {
    /** The name of the file with a row for each sample. */
    public static final String VALUES = "aum_values.csv";

    /** The name of the file with a row for each sample and epoch. */
    public static final String RECORDS = "full_aum_records.csv";

    private AumFiles() {}

    /**
     * Writes both files, samples of equal AUM in the log's order.
     *
     * @param log a log of classes
     * @param folder the folder to write them into
     * @throws IllegalArgumentException if the log is of another kind
     */
    public static void write(Dynamics log, Path folder) {
        Arguments.check(log.kind() == Dynamics.Kind.CLASSES, "the log's kind", log.kind(), "CLASSES");
        double[] aum = new double[log.samples()];
        StringBuilder records = new StringBuilder(
                "sample_id,num_measurements,target_logit,target_val,other_logit,other_val,margin,aum\n");
        int[] byId = Statistics.order(
                log.samples(),
                (a, b) -> log.guids().numeric()
                        ? Long.compare(log.guids().number(a), log.guids().number(b))
                        : log.guids().text(a).compareTo(log.guids().text(b)));
        for (int i : byId) {
            double sum = 0;
            int gold = log.gold(i);
            for (int e = 0; e < log.epochs(); e++) {
                int other = other(log, e, i, gold);
                float target = log.logit(e, i, gold);
                float margin = target - log.logit(e, i, other);
                sum += margin;
                records.append(id(log.guids().text(i)))
                        .append(',')
                        .append(e + 1)
                        .append(',')
                        .append(gold);
                records.append(',')
                        .append((double) target)
                        .append(',')
                        .append(other)
                        .append(',');
                records.append((double) log.logit(e, i, other)).append(',').append((double) margin);
                records.append(',').append(sum / (e + 1)).append('\n');
            }
            aum[i] = sum / log.epochs();
        }
        StringBuilder values = new StringBuilder("sample_id,aum\n");
        for (int i : Statistics.order(aum.length, (a, b) -> Double.compare(aum[b], aum[a]))) {
            values.append(id(log.guids().text(i))).append(',').append(aum[i]).append('\n');
        }
        AtomicFiles.writeText(folder.resolve(VALUES), values);
        AtomicFiles.writeText(folder.resolve(RECORDS), records);
    }

    /**
     * Reads the file with a row for each sample.
     *
     * @param file {@value #VALUES} of this or the published program
     * @return samples with AUM alone, in the file's order
     * @throws org.kymograph.record.files.RecordException if it can't be read or lacks a column
     */
    public static SampleMetrics read(Path file) {
        Table table = Tables.readCsv(file, Set.of("sample_id"));
        double[] aum = Tables.numbers(file, table, "aum");
        return SampleMetrics.of(
                GuidFiles.guids(
                        Tables.column(file, table, "sample_id").asStringColumn().asList()),
                null,
                Map.of(Metric.AUM, aum),
                0);
    }

    private static int other(Dynamics log, int epoch, int i, int gold) {
        int best = gold == 0 ? 1 : 0;
        for (int c = best + 1; c < log.classes(); c++) {
            best = c != gold && log.logit(epoch, i, c) > log.logit(epoch, i, best) ? c : best;
        }
        return best;
    }

    /** A field of a CSV file. */
    private static String id(String text) {
        return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
