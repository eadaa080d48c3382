package org.kymograph.record.dynamics;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * How to read a log: which epochs, and what to put up with. Immutable.
 *
 * @param epochs the number of epochs to read, from the first on ("burn-out"); 0 for all
 * @param epochNumbers the numbers of the epochs to read, rising; empty for every number from 0 on, without a gap
 * @param lenience what to put up with
 * @param stripLast whether to take the last character off every guid
 * @param oneLogit the kind of a log with one logit a sample, {@link Dynamics.Kind#CLASSES} or
 *     {@link Dynamics.Kind#REGRESSION}; null to tell it from {@code gold}
 */
public record DynamicsReader(
        int epochs, List<Integer> epochNumbers, Set<Lenience> lenience, boolean stripLast, Dynamics.Kind oneLogit) {
    static final DynamicsReader STRICT = new DynamicsReader(0, List.of(), Set.of(), false, null);

    /** Checks the numbers, and copies the collections. */
    public DynamicsReader {
        Arguments.atLeast("epochs", epochs, 0);
        epochNumbers = List.copyOf(epochNumbers);
        for (int i = 0; i < epochNumbers.size(); i++) {
            Arguments.atLeast("epoch number", epochNumbers.get(i), i == 0 ? 0 : epochNumbers.get(i - 1) + 1);
        }
        lenience = Set.copyOf(lenience);
        Arguments.check(
                oneLogit == null || oneLogit == Dynamics.Kind.CLASSES || oneLogit == Dynamics.Kind.REGRESSION,
                "oneLogit",
                oneLogit,
                "CLASSES or REGRESSION");
    }

    /**
     * Returns a copy that reads the first epochs only ("burn-out").
     *
     * @param n the number of epochs to read, at least 1
     * @throws IllegalArgumentException if n is less than 1
     */
    public DynamicsReader withEpochs(int n) {
        return Copies.with(this, "epochs", Arguments.atLeast("epochs (burn-out)", n, 1));
    }

    /**
     * Returns a copy that reads epochs by number, such as those of a log that starts at 1 or has every fifth epoch only.
     * They are counted from 0 in the log that is read.
     *
     * @param numbers the epochs in the files' names, rising, at least one
     * @throws IllegalArgumentException if there are none, one is negative, or they don't rise
     */
    public DynamicsReader withEpochNumbers(int... numbers) {
        List<Integer> list = Arrays.stream(numbers).boxed().toList();
        return Copies.with(this, "epochNumbers", Arguments.notEmpty("numbers", list));
    }

    /**
     * Returns a copy that is lenient in one more way.
     *
     * @param what what to put up with, besides what this reader does already
     */
    public DynamicsReader withLenient(Lenience what) {
        EnumSet<Lenience> more = EnumSet.of(what);
        more.addAll(lenience);
        return Copies.with(this, "lenience", more);
    }

    /**
     * Returns a copy that does or doesn't take the last character off every guid.
     *
     * @param strip whether to take the last character off every guid, as the original does for QNLI
     */
    public DynamicsReader withStripLast(boolean strip) {
        return Copies.with(this, "stripLast", strip);
    }

    /**
     * Returns a copy that knows what a log with one logit a sample is. Unless it is told, gold of 0 and 1 without a decimal
     * point are classes, the logit being that of class 1 before the sigmoid, and other gold with a decimal point are
     * the targets of a regression; what could be either is refused.
     *
     * @param kind {@link Dynamics.Kind#CLASSES} or {@link Dynamics.Kind#REGRESSION}
     * @throws IllegalArgumentException if it is another kind
     */
    public DynamicsReader withOneLogit(Dynamics.Kind kind) {
        return Copies.with(this, "oneLogit", kind);
    }

    /**
     * Reads a log.
     *
     * @param logDir the folder that holds {@code training_dynamics}, or that folder itself
     * @throws org.kymograph.record.files.RecordException if anything in it is not as it must be; the message names file,
     *     line, field and sample
     */
    public Dynamics read(Path logDir) {
        return new LogReading(LogFolder.find(logDir, epochs, epochNumbers), this).read();
    }

    boolean lenient(Lenience what) {
        return lenience.contains(what);
    }

    /** Returns whether a log with one logit is of two classes; null if {@code gold} is to tell. */
    Boolean binary() {
        return oneLogit == null ? null : oneLogit == Dynamics.Kind.CLASSES;
    }

    /**
     * What a log held and what of it is used.
     *
     * @param samples how many samples are used
     * @param epochs how many epochs
     * @param rows how many rows were read, those that aren't used included
     * @param repeated rows left out because their sample had one in the epoch before, one sentence each
     * @param dropped samples left out because an epoch lacks them, one sentence each
     * @param cutOff last lines left out because they end too early, one sentence each
     * @param strayFiles names of the files beside the log's own, which were not read
     */
    public record Coverage(
            int samples,
            int epochs,
            long rows,
            List<String> repeated,
            List<String> dropped,
            List<String> cutOff,
            List<String> strayFiles) {
        /** Copies the lists. */
        public Coverage {
            repeated = List.copyOf(repeated);
            dropped = List.copyOf(dropped);
            cutOff = List.copyOf(cutOff);
            strayFiles = List.copyOf(strayFiles);
        }

        static Coverage whole(int samples, int epochs) {
            return new Coverage(samples, epochs, (long) samples * epochs, List.of(), List.of(), List.of(), List.of());
        }

        /** Returns whether every row is used. */
        public boolean complete() {
            return repeated.isEmpty() && dropped.isEmpty() && cutOff.isEmpty();
        }

        @Override
        public String toString() {
            return samples + " samples, " + epochs + " epochs, " + rows + " rows; " + repeated.size()
                    + " repeated rows, " + dropped.size() + " incomplete samples and " + cutOff.size()
                    + " cut-off lines left out; " + strayFiles.size() + " other files";
        }
    }

    /** What a reader may put up with in a log; what it does is counted and listed in the {@link DynamicsReader.Coverage}. */
    public enum Lenience {
        /** Of several rows of a sample in an epoch the first is kept. */
        KEEP_FIRST,
        /** Samples that aren't in every epoch, or have an output there that isn't finite, are left out, and a last line cut off. */
        DROP_INCOMPLETE
    }
}
