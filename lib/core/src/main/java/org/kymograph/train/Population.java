package org.kymograph.train;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/**
 * Runs that are studied together, in most studies the seeds of one experiment.
 *
 * @param runs the runs, open for reading, at least one
 */
public record Population(List<RunFolder> runs) {
    /** Checks that there are runs. */
    public Population {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("a population without runs");
        }
        runs = List.copyOf(runs);
    }

    /**
     * @param runs the runs
     * @return the population of them
     */
    public static Population of(List<RunFolder> runs) {
        return new Population(runs);
    }

    /**
     * Opens every run at or below a folder.
     *
     * @param folder a run, an experiment or the folder of all experiments
     * @return the runs, by experiment, setting and seed
     * @throws RecordException if there is none
     */
    public static Population open(Path folder) {
        List<RunFolder> runs = RunFolder.list(folder);
        if (runs.isEmpty()) {
            throw new RecordException(folder, "no run here: a run is a folder with a run.json");
        }
        return of(runs);
    }

    /** @return the evaluations of all runs, one below the other, with the run's {@code seed} as the first column */
    public Table metrics() {
        Table all = null;
        for (RunFolder run : runs) {
            Table one = run.metrics().table();
            LongColumn seed = LongColumn.create("seed", one.rowCount());
            for (int i = 0; i < one.rowCount(); i++) {
                seed.set(i, run.seed());
            }
            one.insertColumn(0, seed);
            all = all == null ? one : all.append(one);
        }
        return all.setName(runs.get(0).experiment());
    }
}
