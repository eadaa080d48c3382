package org.kymograph.train.dynamics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Dataset.Target;
import org.kymograph.record.RunFolder;
import org.kymograph.record.RunFolder.Status;
import org.kymograph.record.dynamics.DynamicsWriter;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.dynamics.LogFormat;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.TrainingListener.Start;

/** The recording of one run. */
final class RecordedRun {
    private static final System.Logger LOG = System.getLogger(RecordedRun.class.getName());
    private static final Pattern NAME = Pattern.compile("dynamics_epoch_(\\d{1,9})\\.jsonl(\\.part)?");
    private static final String STOPPED = "stopped";

    private final RunFolder run;
    private final Path folder;
    private final ObjectNode setting;
    private final LogFormat format;
    private final boolean inPass;
    private final Guids guids;
    private final Dataset train;
    private final Target target;
    private final int samples;
    private final float[] gold;
    private DynamicsWriter writer;
    private int epochSteps;
    private boolean stopped;

    RecordedRun(RunFolder run, ObjectNode setting, LogFormat format, boolean inPass, Guids guids, Dataset train) {
        this.run = run;
        folder = run.path();
        this.setting = setting;
        this.format = format;
        this.inPass = inPass;
        this.guids = guids;
        this.train = train;
        target = train.target();
        samples = train.size();
        gold = new float[target == Target.TOKENS ? samples : samples * train.targetSize()];
        if (target != Target.TOKENS) {
            train.gatherTargets(IntStream.range(0, samples).toArray(), gold, 0);
        }
    }

    Dataset train() {
        return train;
    }

    int samples() {
        return samples;
    }

    /** Refuses a run that wasn't recorded from its start, or in another way. */
    void check(int stepsPerEpoch) {
        epochSteps = stepsPerEpoch;
        List<Long> steps = run.checkpointSteps();
        long step = steps.isEmpty() ? 0 : steps.get(steps.size() - 1);
        if (step == 0 && run.status() != Status.DONE) {
            return;
        }
        String remedy = ": delete the folder or give the experiment another name to record it";
        if (!Files.exists(note())) {
            throw new IllegalStateException(folder + " has been trained without recording" + remedy);
        }
        ObjectNode before = Json.readObject(note());
        int end = stopped(before);
        before.remove(STOPPED);
        if (!Json.canonical(before).equals(Json.canonical(setting))) {
            throw new IllegalStateException(
                    folder + " has been recorded as " + Json.line(before) + ", not as " + Json.line(setting) + remedy);
        }
        for (int e = 0; e < Math.min(end, step / epochSteps); e++) {
            if (!Files.exists(DynamicsWriter.file(folder, e))) {
                throw new IllegalStateException(folder + " has been trained without recording epoch " + e + remedy);
            }
        }
    }

    void start(Start start) {
        int epoch = (int) (start.step() / epochSteps);
        stopped = start.step() > 0 && stopped(Json.readObject(note())) < epoch;
        int batches = (int) (start.step() % epochSteps);
        boolean within = inPass && batches > 0 && !stopped;
        removeFrom(folder.resolve("training_dynamics"), within ? epoch + 1 : epoch);
        removeFrom(folder, within ? epoch + 1 : epoch);
        if (!stopped) {
            Json.write(note(), setting);
        }
        if (within) {
            long rows = Math.min(samples, (long) batches * start.experiment().batchSize());
            writer = DynamicsWriter.resume(folder, epoch, format, rows);
        }
    }

    void record(int epoch, int[] rows, float[] outputs, int from, int classes) {
        int to = from + rows.length * classes;
        for (int k = from; k < to && !stopped; k++) {
            if (!Float.isFinite(outputs[k])) {
                stop(
                        epoch,
                        "output " + (k - from) % classes + " of guid " + guids.text(rows[(k - from) / classes]) + " is "
                                + outputs[k]);
            }
        }
        if (stopped) {
            return;
        }
        int labels = gold.length / samples;
        Arguments.check(
                target == Target.CLASS ? classes >= 2 : classes == labels,
                "the number of outputs for targets of kind " + target,
                classes,
                target == Target.CLASS ? "one for each class" : "" + labels);
        if (writer == null) {
            writer = DynamicsWriter.open(folder, epoch, format);
        }
        float[] pair = new float[2];
        for (int i = 0, at = from; i < rows.length; i++, at += classes) {
            int row = rows[i];
            if (!writer.begin(guids, row)) {
                continue;
            }
            switch (target) {
                case CLASS -> writer.sample(outputs, at, classes).gold((int) gold[row]);
                case SIGN -> {
                    pair[1] = outputs[at];
                    writer.sample(pair, 0, 2).gold(gold[row] > 0 ? 1 : 0);
                }
                // Of tokens the mean loss is recorded, which is 0 at best.
                case REAL, TOKENS -> writer.sample(outputs, at, 1).gold(gold[row]);
                case LABELS -> writer.sample(outputs, at, labels).gold(gold, row * labels, labels);
            }
            writer.end(Float.NaN);
        }
    }

    /** All steps so far are recorded. */
    void taken(long step) {
        if (step % epochSteps == 0 && writer != null) {
            writer.finish();
            writer = null;
        }
    }

    void force() {
        if (writer != null) {
            writer.force();
        }
    }

    void end() {
        if (writer == null) {
            return;
        }
        writer.close();
        if (run.status() == Status.DONE) {
            LOG.log(
                    System.Logger.Level.INFO,
                    folder + ": the last epoch isn't whole, and its " + writer.rows()
                            + " samples are left out of the log");
            removeFrom(folder, 0);
        }
        writer = null;
    }

    private void stop(int epoch, String why) {
        LOG.log(System.Logger.Level.WARNING, folder + ": recording ends in epoch " + epoch + ", since " + why);
        stopped = true;
        if (writer != null) {
            writer.close();
            writer = null;
        }
        ObjectNode note = setting.deepCopy();
        note.putObject(STOPPED).put("epoch", epoch).put("why", why);
        Json.write(note(), note);
    }

    private static int stopped(ObjectNode note) {
        return note.path(STOPPED).path("epoch").asInt(Integer.MAX_VALUE);
    }

    private Path note() {
        return folder.resolve("dynamics.json");
    }

    private static void removeFrom(Path folder, int epoch) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "dynamics_epoch_*")) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches() && Integer.parseInt(name.group(1)) >= epoch) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new RecordException(folder, "can't be rid of later epochs: " + e.getMessage(), e);
        }
    }
}
