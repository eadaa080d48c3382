package org.kymograph.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.kymograph.base.Arguments;
import org.kymograph.base.Checksums;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

/**
 * One run of training on disk, {@code <root>/<experiment>/<setting hash>-seed<N>/}: run.json, metrics.jsonl and
 * checkpoints. The list of checkpoints in run.json is the truth: a checkpoint is written before it is listed, so a file
 * that isn't listed is the rest of a crash.
 *
 * <p>A folder opened with {@link #openOrCreate} is locked against other processes until it is closed.
 */
public final class RunFolder implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RunFolder.class.getName());
    private static final Pattern EXPERIMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final Path folder;
    private final RunLock lock;
    private final MetricsLog metrics;
    private RunInfo info;

    /** How far a run has come. */
    public enum Status {
        /** It is being trained, or its process was killed. */
        RUNNING,
        /** It reached its last step. */
        DONE,
        /** It ended with an error, which {@link RunFolder#failure()} tells. */
        FAILED,
        /** It was stopped from outside and can go on. */
        INTERRUPTED;

        static Status of(Path file, String text) {
            for (Status s : values()) {
                if (s.toString().equals(text)) {
                    return s;
                }
            }
            throw new RecordException(file, "field 'status' is '" + text + "'; expected one of " + List.of(values()));
        }

        /**
         * Returns the name in run.json, in lower case.
         *
         * @return the name in run.json, in lower case
         */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private RunFolder(Path folder, RunLock lock, RunInfo info) {
        this.folder = folder;
        this.lock = lock;
        this.info = info;
        this.metrics = new MetricsLog(folder.resolve("metrics.jsonl"), lock == null ? null : lock::check);
    }

    /**
     * Opens the run of a setting and seed for training, with {@link #versions()}.
     *
     * @param root the folder of all runs
     * @param experiment 1 to 100 letters, digits, dots, dashes or underscores, the first a letter or digit
     * @param seed the run's seed
     * @param setting everything that determines the run beside the seed
     * @return the run, new or as the last process left it, rid of what a crash left half done
     * @throws IllegalArgumentException if the experiment's name isn't as said or the setting holds NaN or an infinity
     * @throws RecordException if the folder can't be written or is being trained by a process
     */
    public static RunFolder openOrCreate(Path root, String experiment, long seed, ObjectNode setting) {
        return openOrCreate(root, experiment, seed, setting, versions());
    }

    /**
     * Opens the run of a setting and seed for training.
     *
     * @param root the folder of all runs
     * @param experiment 1 to 100 letters, digits, dots, dashes or underscores, the first a letter or digit
     * @param seed the run's seed
     * @param setting everything that determines the run beside the seed
     * @param versions the versions of what trains, by name, recorded when the run is new
     * @return the run, new or as the last process left it, rid of what a crash left half done
     * @throws IllegalArgumentException if the experiment's name isn't as said or the setting holds NaN or an infinity
     * @throws RecordException if the folder can't be written or is being trained by a process
     */
    public static RunFolder openOrCreate(
            Path root, String experiment, long seed, ObjectNode setting, Map<String, String> versions) {
        Arguments.check(
                EXPERIMENT.matcher(experiment).matches(),
                "experiment",
                experiment,
                "1 to 100 letters, digits, dots, dashes or underscores, the first a letter or digit");
        Json.checkFinite("setting", setting);
        RunInfo fresh = RunInfo.start(experiment, seed, setting.deepCopy(), versions);
        Path folder = root.resolve(experiment).resolve(fresh.id());
        AtomicFiles.attempt(folder, "can't be created", () -> Files.createDirectories(folder.resolve("checkpoints")));
        RunLock lock = RunLock.acquire(folder);
        try {
            AtomicFiles.removeTemporaries(folder);
            AtomicFiles.removeTemporaries(folder.resolve("checkpoints"));
            RunInfo found = RunInfo.readOrSetAside(folder.resolve("run.json"));
            if (found != null
                    && (!found.experiment().equals(experiment)
                            || found.seed() != seed
                            || !Json.canonical(found.setting()).equals(Json.canonical(setting)))) {
                throw new RecordException(
                        folder.resolve("run.json"),
                        "describes another run than " + experiment + "/" + fresh.id()
                                + ": the folder was renamed or copied");
            }
            RunFolder run = new RunFolder(folder, lock, found == null ? fresh : found);
            if (found == null) {
                run.save();
                AtomicFiles.delete(run.metrics.path());
            }
            run.removeUnlisted();
            return run;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Opens a run for reading; it may be in training meanwhile.
     *
     * @param runDir the run's folder, with run.json in it
     * @return the run as run.json describes it now
     * @throws RecordException if there is no run.json or it isn't what {@link #openOrCreate} writes
     */
    public static RunFolder open(Path runDir) {
        return new RunFolder(runDir, null, RunInfo.read(runDir.resolve("run.json")));
    }

    /**
     * Returns the runs in it, for reading, by experiment, setting hash and seed.
     *
     * @param dir a run's folder, an experiment's folder or the folder of all runs
     * @return the runs in it, for reading, by experiment, setting hash and seed
     * @throws RecordException if there is no such folder or a run.json isn't what {@link #openOrCreate} writes
     */
    public static List<RunFolder> list(Path dir) {
        return RunFinder.in(dir).stream()
                .sorted(Comparator.comparing(RunFolder::experiment)
                        .thenComparing(r -> RunInfo.hash(r.info.setting()))
                        .thenComparingLong(RunFolder::seed)
                        .thenComparing(r -> r.folder))
                .toList();
    }

    /**
     * Returns the versions of java, kymograph, djl and pytorch that are in use.
     *
     * @return the versions of java, kymograph, djl and pytorch that are in use
     */
    public static Map<String, String> versions() {
        return Versions.inUse();
    }

    /**
     * Returns the run's folder.
     *
     * @return the run's folder
     */
    public Path path() {
        return folder;
    }

    /**
     * Returns {@code <setting hash>-seed<N>}.
     *
     * @return {@code <setting hash>-seed<N>}
     */
    public String id() {
        return info.id();
    }

    /**
     * Returns the experiment's name.
     *
     * @return the experiment's name
     */
    public String experiment() {
        return info.experiment();
    }

    /**
     * Returns the run's seed.
     *
     * @return the run's seed
     */
    public long seed() {
        return info.seed();
    }

    /**
     * Returns everything that determines the run beside the seed, a copy.
     *
     * @return everything that determines the run beside the seed, a copy
     */
    public ObjectNode setting() {
        return info.setting().deepCopy();
    }

    /**
     * Says how far the run has come.
     *
     * @return how far the run has come
     */
    public Status status() {
        return info.status();
    }

    /**
     * Says why the run failed, or null unless it did.
     *
     * @return why the run failed, or null unless it did
     */
    public String failure() {
        return info.failure();
    }

    /**
     * Records how far the run has come and forgets an earlier failure.
     *
     * @param status the new status
     */
    public void setStatus(Status status) {
        update(info.withStatus(status, null));
    }

    /**
     * Records that the run failed.
     *
     * @param why one sentence for the reader of run.json
     */
    public void fail(String why) {
        update(info.withStatus(Status.FAILED, why));
    }

    /**
     * Returns the run's measurements.
     *
     * @return the run's measurements
     */
    public MetricsLog metrics() {
        return metrics;
    }

    /**
     * Writes a checkpoint: forces the metrics to disk, then the checkpoint, then lists it in run.json.
     *
     * @param step the step that it was taken at, greater than that of the last checkpoint
     * @param tensors the tensors by name
     * @param metadata what else the file shall say
     * @throws IllegalArgumentException if the step is negative or not greater than the last checkpoint's
     * @throws RecordException if the files can't be written
     */
    public void writeCheckpoint(long step, Map<String, Tensor> tensors, Map<String, String> metadata) {
        checkWritable();
        List<Long> steps = checkpointSteps();
        long last = steps.isEmpty() ? -1 : steps.get(steps.size() - 1);
        Arguments.check(step > last, "step", step, "more than " + last + ", that of the last checkpoint");
        lock.check();
        metrics.force();
        MessageDigest sha256 = Checksums.sha256();
        Path file = folder.resolve("checkpoints").resolve(RunInfo.tensorFile(step));
        AtomicFiles.writeBeside(
                file, out -> Safetensors.writeTo(new DigestOutputStream(out, sha256), tensors, metadata));
        AtomicFiles.attempt(
                file,
                "can't be read",
                () -> update(info.withCheckpoint(
                        new RunInfo.Checkpoint(step, Files.size(file), Checksums.hex(sha256), metrics.prefix()))));
    }

    /**
     * Returns the steps of the checkpoints that are listed, ascending.
     *
     * @return the steps of the checkpoints that are listed, ascending
     */
    public List<Long> checkpointSteps() {
        return info.checkpoints().stream().map(RunInfo.Checkpoint::step).toList();
    }

    /**
     * Returns the step of the last checkpoint that is listed.
     *
     * @return the step
     * @throws RecordException if there is none
     */
    public long lastCheckpointStep() {
        List<Long> steps = checkpointSteps();
        if (steps.isEmpty()) {
            throw new RecordException(folder, "has no checkpoint");
        }
        return steps.get(steps.size() - 1);
    }

    /** The checksums of the checkpoints that are listed, by step. */
    Map<Long, String> checkpointChecksums() {
        return info.checkpoints().stream()
                .collect(Collectors.toMap(RunInfo.Checkpoint::step, RunInfo.Checkpoint::sha256));
    }

    /**
     * Opens a checkpoint after verifying it: its length, its checksum, its header, and that no element is NaN or infinite.
     *
     * @param step one of {@link #checkpointSteps()}
     * @return the open checkpoint
     * @throws IllegalArgumentException if no checkpoint of that step is listed
     * @throws RecordException if the file isn't the one that was written
     */
    public TensorFile checkpoint(long step) {
        RunInfo.Checkpoint listed = listed(step);
        return VerifiedCheckpoint.open(folder.resolve(listed.file()), listed);
    }

    /**
     * Returns the file of a checkpoint, for readers of files; {@link #checkpoint} verifies what it opens.
     *
     * @param step one of {@link #checkpointSteps()}
     * @return the file
     * @throws IllegalArgumentException if no checkpoint of that step is listed
     */
    public Path checkpointFile(long step) {
        return folder.resolve(listed(step).file());
    }

    private RunInfo.Checkpoint listed(long step) {
        return info.checkpoints().stream()
                .filter(c -> c.step() == step)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        folder + " has no checkpoint of step " + step + "; it has " + checkpointSteps()));
    }

    /**
     * Says whether it can be used.
     *
     * @param step the step of a checkpoint in the manifest
     * @return whether it can be used; if not, that is warned of
     */
    public boolean isGood(long step) {
        try {
            checkpoint(step).close();
            return true;
        } catch (RecordException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the checkpoint of step " + step + " is passed over: " + e.getMessage());
            return false;
        }
    }

    /**
     * Says whether training can go on from a checkpoint: whether it can be used, and the metrics up to it are those that
     * were there when it was written. If not, that is warned of.
     *
     * @param step the step of a checkpoint in the manifest
     * @return whether training can go on from it
     */
    public boolean canResumeFrom(long step) {
        return isGood(step) && metricsFit(listed(step), "training can't go on from the checkpoint of step " + step);
    }

    /**
     * Says whether the run is done and what it measured is still there. A run whose metrics were changed since is not, and
     * is trained again from where they fit; checkpoints that are missing are only warned of, because they may have been
     * deleted to save space.
     *
     * @return whether there is nothing left to train
     */
    public boolean isComplete() {
        if (status() != Status.DONE) {
            return false;
        }
        List<RunInfo.Checkpoint> all = info.checkpoints();
        if (!all.isEmpty() && !metricsFit(all.get(all.size() - 1), "the run is done, but is trained again")) {
            return false;
        }
        long missing = all.stream()
                .filter(c -> !Files.exists(folder.resolve(c.file())))
                .count();
        if (missing > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    folder + ": the run is done, but " + missing + " of its " + all.size()
                            + " checkpoints are missing; it is trained again if its folder is deleted");
        }
        return true;
    }

    private boolean metricsFit(RunInfo.Checkpoint checkpoint, String otherwise) {
        String why;
        try {
            if (checkpoint.metrics() == null || metrics.startsWith(checkpoint.metrics())) {
                return true;
            }
            why = metrics.path() + " does not begin with the "
                    + checkpoint.metrics().lines() + " lines that it had at step " + checkpoint.step();
        } catch (RecordException e) {
            why = e.getMessage();
        }
        LOG.log(System.Logger.Level.WARNING, otherwise + ": " + why);
        return false;
    }

    /**
     * Returns the step of the newest checkpoint that can be used.
     *
     * @return the step of the newest checkpoint that can be used; those that can't are warned of
     */
    public OptionalLong lastGoodCheckpoint() {
        return checkpointSteps().stream()
                .mapToLong(s -> s)
                .map(s -> -s)
                .sorted()
                .map(s -> -s)
                .filter(this::isGood)
                .findFirst();
    }

    /**
     * Drops the metrics and checkpoints of later steps, so that training can go on from a step.
     *
     * @param step the last step to keep; -1 keeps nothing
     * @throws RecordException if the metrics can't be read or the folder can't be written
     */
    public void rewindTo(long step) {
        checkWritable();
        if (info.upTo(step).checkpoints().size() < info.checkpoints().size()) {
            update(info.upTo(step));
        }
        removeUnlisted();
        metrics.rewindTo(step);
    }

    @Override
    public void close() {
        try {
            metrics.close();
        } finally {
            if (lock != null) {
                lock.close();
            }
        }
    }

    @Override
    public String toString() {
        return info.experiment() + "/" + info.id() + " (" + info.status() + ")";
    }

    private void update(RunInfo to) {
        checkWritable();
        RunInfo before = info;
        info = to;
        try {
            save();
        } catch (RuntimeException e) {
            info = before;
            throw e;
        }
    }

    private void save() {
        lock.check();
        byte[] text = Json.bytes(info.toJson());
        AtomicFiles.writeBeside(folder.resolve("run.json"), out -> out.write(text));
    }

    private void checkWritable() {
        if (lock == null) {
            throw new IllegalStateException(folder + " was opened for reading only");
        }
    }

    private void removeUnlisted() {
        List<String> listed =
                info.checkpoints().stream().map(RunInfo.Checkpoint::file).toList();
        for (Path file : AtomicFiles.list(folder.resolve("checkpoints"), "step-.*\\.safetensors")) {
            if (!listed.contains("checkpoints/" + file.getFileName())) {
                AtomicFiles.delete(file);
            }
        }
    }
}
