package org.kymograph.states.collate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Progress;
import org.kymograph.model.weights.WeightPreset;
import org.kymograph.record.CheckpointNames;
import org.kymograph.record.Population;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.states.collate.RunSource.Measured;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Makes one row of numbers of every checkpoint's weight statistics, ready for a hidden Markov model.
 *
 * <p>A run is one of our run folders, whose metrics hold statistics; a folder of the original's JSON files; or a folder of
 * checkpoints made elsewhere, as files or as Hugging Face's folders. The rows of a run ascend by step. Their columns are
 * {@link FeatureSets#BASE}, {@link #STEP}, those of {@link #LOSSES} that are known, and those of an extra loss. Each of the first
 * eight features is the plain mean over the tensors that count and have it; for {@code variance_lambda} over those where it
 * is a number, since a single singular value has no variance. A matrix that held NaN or an infinity is left out. Missing
 * numbers are missing values.
 *
 * <p>A folder that holds {@code trainer_state.json}, or whose last checkpoint does, keeps the steps for which that has both
 * {@code loss} and {@code eval_loss}, which become {@code train_loss} and {@code eval_loss}.
 *
 * <p>Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023), and their code's second step; unlike there,
 * the CSVs of all networks have the same columns in the same order, and no run takes in the files of another seed.
 *
 * @param preset the tensors that count
 * @param pattern tells the step of a checkpoint from its name
 * @param steps the step of one of our runs
 * @param losses whether there are columns for losses
 * @param extraLoss computes further columns of an open checkpoint; null for none
 * @param prefix the beginning of the names of the tensors that are measured, of checkpoints made elsewhere; empty for all
 */
public record Collation(
        WeightPreset preset,
        Pattern pattern,
        Steps steps,
        Losses losses,
        Function<TensorFile, Map<String, Double>> extraLoss,
        String prefix) {
    /** How well the network does, in the original's order. */
    public static final List<String> LOSSES = List.of("train_loss", "eval_loss", "train_accuracy", "eval_accuracy");

    /** The column that names the run. */
    public static final String RUN = "run";

    /** The column that says when. */
    public static final String STEP = CheckpointNames.STEP;

    /**
     * Finds the step of a checkpoint in the name of its file or folder: the first group, or the one named {@code step}.
     */
    public static final Pattern PATTERN = CheckpointNames.PATTERN;

    private static final Map<String, String> ALIASES =
            Map.of("mean_singular_value", "mean_lambda", "var_singular_value", "variance_lambda");

    /** The meaning of the step of one of our runs. */
    public enum Steps {
        /**
         * As the original's: the optimiser step if the run was evaluated every so many steps; the epoch, counted from 0, if
         * it was evaluated after epochs, so that the evaluation after the first epoch is step 0.
         */
        ORIGINAL,
        /** The optimiser step. */
        OPTIMISER
    }

    /** Whether there are columns for losses and accuracies. */
    public enum Losses {
        /** Those that a run has. */
        IF_PRESENT,
        /** All four, and it is an error if a checkpoint has none; of a trainer's log, the two losses. */
        REQUIRED,
        /** None. */
        NONE
    }

    /** Checks the settings. */
    public Collation {
        Objects.requireNonNull(preset, "preset");
        Objects.requireNonNull(steps, "steps");
        Objects.requireNonNull(losses, "losses");
        Objects.requireNonNull(prefix, "prefix");
        Arguments.check(
                pattern.matcher("").groupCount() > 0,
                "pattern",
                pattern.pattern(),
                "a group for the step, in parentheses");
    }

    /** Returns the preset told from the tensors' names, {@link #PATTERN}, the original's steps, losses where present. */
    public static Collation withDefaults() {
        return new Collation(WeightPreset.AUTO, PATTERN, Steps.ORIGINAL, Losses.IF_PRESENT, null, "");
    }

    /**
     * Returns a copy with another choice of tensors.
     *
     * @param preset the tensors that count
     * @return the copy
     */
    public Collation withPreset(WeightPreset preset) {
        return Copies.with(this, "preset", preset);
    }

    /**
     * Returns a copy with another pattern of names.
     *
     * @param pattern the pattern that is searched for in the names of files and folders; its group named {@code step}, or
     *     else its first, is the step, digits perhaps followed by k for thousands; if it has a group named {@code run}, that
     *     is the run's name, which otherwise is the folder's
     * @return the copy
     * @throws IllegalArgumentException if the pattern has no group
     */
    public Collation withPattern(Pattern pattern) {
        return Copies.with(this, "pattern", pattern);
    }

    /**
     * Returns a copy with another reading of steps.
     *
     * @param steps the step of one of our runs
     * @return the copy
     */
    public Collation withSteps(Steps steps) {
        return Copies.with(this, "steps", steps);
    }

    /**
     * Returns a copy with or without losses.
     *
     * @param losses whether there are columns for losses
     * @return the copy
     */
    public Collation withLosses(Losses losses) {
        return Copies.with(this, "losses", losses);
    }

    /**
     * Returns a copy with further columns.
     *
     * @param extraLoss computes further columns of an open checkpoint; evaluated where a run has both a checkpoint and an
     *     evaluation, missing elsewhere
     * @return the copy
     */
    public Collation withExtraLoss(Function<TensorFile, Map<String, Double>> extraLoss) {
        return Copies.with(this, "extraLoss", Objects.requireNonNull(extraLoss, "extraLoss"));
    }

    /**
     * Returns a copy that measures one of several networks in a file.
     *
     * @param prefix the beginning of the names of its tensors, such as {@code "ema."}; empty for all
     * @return the copy
     */
    public Collation withPrefix(String prefix) {
        return Copies.with(this, "prefix", prefix);
    }

    /**
     * Collates a population into one table.
     *
     * @param population runs whose metrics hold statistics
     * @return all rows, run by run in the population's order, with the run's id in the first column, {@link #RUN}
     * @throws RecordException if a run has no statistics, or a line isn't what training writes
     */
    public Table table(Population population) {
        return table(RunSources.of(population.runs()));
    }

    /**
     * Collates folders into one table.
     *
     * @param folders runs or folders above them
     * @return all rows, run by run by seed and name, with the run's name in the first column, {@link #RUN}
     * @throws RecordException if a folder holds no run, two runs have one name, or a file isn't what it must be
     */
    public Table table(Path... folders) {
        return table(RunSources.find(List.of(folders), pattern));
    }

    /**
     * Collates a population into tables as a hidden Markov model takes them, without files between.
     *
     * @param population runs whose metrics hold statistics
     * @return a table per run, by its id
     * @throws RecordException if a run has no statistics, or a line isn't what training writes
     */
    public RunTables runs(Population population) {
        return runs(RunSources.of(population.runs()));
    }

    /**
     * Collates folders into tables as a hidden Markov model takes them.
     *
     * @param folders runs or folders above them
     * @return a table per run, by its name, in the order of seed and name
     * @throws RecordException if a folder holds no run, two runs have one name, or a file isn't what it must be
     */
    public RunTables runs(Path... folders) {
        return runs(RunSources.find(List.of(folders), pattern));
    }

    private RunTables runs(List<RunSource> sources) {
        Map<String, Table> tables = new LinkedHashMap<>();
        each(
                sources,
                (source, measured) -> tables.put(
                        source.name(), CollatedRows.table(measured, losses).setName(source.name())));
        return RunTables.of(tables);
    }

    private Table table(List<RunSource> sources) {
        List<String> names = new ArrayList<>();
        List<Measured> all = new ArrayList<>();
        each(sources, (source, measured) -> {
            measured.forEach(m -> names.add(source.name()));
            all.addAll(measured);
        });
        Table table = Table.create("collation", StringColumn.create(RUN, names));
        CollatedRows.table(all, losses).columns().forEach(table::addColumns);
        return table;
    }

    /**
     * Writes one CSV per run, {@code NAME.csv}, with pandas' unnamed row numbers as the first column.
     *
     * @param folders runs or folders above them
     * @param out where to; created if need be
     * @param json whether to write the original's JSON too, a file per checkpoint in {@code json/NAME/}, named
     *     {@code epoch{N}.json} or {@code step{N}.json} for our runs and {@code stats_{N}_losses} for checkpoints
     * @return the CSVs, by seed and name
     * @throws RecordException if a folder holds no run, two runs have one name, a file isn't what it must be, or the
     *     folder can't be written
     * @throws CancellationException if the thread is interrupted; the files of finished runs are kept
     */
    public List<Path> write(List<Path> folders, Path out, boolean json) {
        List<Path> written = new ArrayList<>();
        each(RunSources.find(folders, pattern), (source, measured) -> {
            Table rows = CollatedRows.table(measured, losses);
            LongColumn index = LongColumn.create(Tables.INDEX);
            for (long i = 0; i < rows.rowCount(); i++) {
                index.append(i);
            }
            Path file = out.resolve(source.name() + ".csv");
            Tables.writeCsv(file, rows.insertColumn(0, index));
            written.add(file);
            if (json) {
                measured.forEach(m -> Json.writePython(
                        out.resolve("json").resolve(source.name()).resolve(m.jsonName()), m.json()));
            }
        });
        return written;
    }

    /** Leaves row numbers out of a table and gives columns the names of {@link FeatureSets#BASE}; changes the table. */
    static Table inOurNames(Table table) {
        if (table.containsColumn(Tables.INDEX)) {
            table.removeColumns(Tables.INDEX);
        }
        ALIASES.forEach((alias, name) -> {
            if (table.containsColumn(alias) && !table.containsColumn(name)) {
                table.column(alias).setName(name);
            }
        });
        return table;
    }

    /** Returns our name of a column that may be called by another. */
    static String ourName(String name) {
        return ALIASES.getOrDefault(name, name);
    }

    static void checkInterrupt() {
        if (Thread.interrupted()) {
            throw new CancellationException("the collation was interrupted; the CSVs of finished runs are kept");
        }
    }

    private void each(List<RunSource> sources, BiConsumer<RunSource, List<Measured>> use) {
        int total = sources.stream().mapToInt(RunSource::files).sum();
        try (Progress progress = Progress.start("collating", "files", Math.max(1, total))) {
            int[] done = {0};
            for (RunSource source : sources) {
                use.accept(source, source.read(this, file -> {
                    progress.update(++done[0], source.name());
                    checkInterrupt();
                }));
            }
        }
    }
}
