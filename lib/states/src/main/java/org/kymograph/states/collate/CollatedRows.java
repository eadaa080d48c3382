package org.kymograph.states.collate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.files.RecordException;
import org.kymograph.states.collate.Collation.Losses;
import org.kymograph.states.collate.RunSource.Measured;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/** The rows of collated checkpoints: features, step, and losses where known. */
final class CollatedRows {
    private CollatedRows() {}

    static Table table(List<Measured> measured, Losses losses) {
        int n = measured.size();
        double[][] features = new double[FeatureSets.BASE.size()][n];
        LongColumn steps = LongColumn.create(Collation.STEP);
        List<Map<String, Double>> more = new ArrayList<>();
        for (int row = 0; row < n; row++) {
            Measured m = measured.get(row);
            double[] values = OriginalJson.features(m.file(), m.json());
            for (int i = 0; i < values.length; i++) {
                features[i][row] = values[i];
            }
            steps.append(m.step());
            more.add(OriginalJson.losses(m.file(), m.json(), losses));
            more.get(row).putAll(m.losses());
            if (losses == Losses.REQUIRED) {
                checkLosses(m, more.get(row));
            }
        }
        Table table = Table.create("collation");
        for (int i = 0; i < features.length; i++) {
            table.addColumns(DoubleColumn.create(FeatureSets.BASE.get(i), features[i]));
        }
        table.addColumns(steps);
        List<String> names = new ArrayList<>(Collation.LOSSES);
        TreeSet<String> extra = new TreeSet<>();
        more.forEach(m -> extra.addAll(m.keySet()));
        names.removeIf(name -> !extra.contains(name));
        extra.removeAll(names);
        names.addAll(extra);
        for (String name : names) {
            Arguments.require(
                    !table.containsColumn(name), "extra loss '" + name + "': there is a column of that name already");
            table.addColumns(DoubleColumn.create(name, Columns.numbers(more, m -> m.getOrDefault(name, Double.NaN))));
        }
        return table;
    }

    // A trainer's log has losses but no training accuracy.
    private static void checkLosses(Measured m, Map<String, Double> has) {
        for (String name : m.losses().containsKey("train_loss") ? Collation.LOSSES.subList(0, 2) : Collation.LOSSES) {
            if (!has.containsKey(name)) {
                throw new RecordException(
                        m.file(), "has no '" + name + "' at step " + m.step() + ", and losses are wanted");
            }
        }
    }
}
