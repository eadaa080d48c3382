package org.kymograph.record.dynamics;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** How to read a log: which epochs, and what to put up with. Immutable. */
public final class DynamicsReader {
    static final DynamicsReader STRICT = new DynamicsReader(0, EnumSet.noneOf(Lenience.class), false);

    private final int epochs;
    private final Set<Lenience> lenience;
    private final boolean stripLast;

    private DynamicsReader(int epochs, Set<Lenience> lenience, boolean stripLast) {
        this.epochs = epochs;
        this.lenience = lenience;
        this.stripLast = stripLast;
    }

    /**
     * Returns a copy that reads the first epochs only ("burn-out").
     *
     * @param n how many epochs to read, from the first on ("burn-out"), at least 1
     * @throws IllegalArgumentException if n is less than 1
     */
    public DynamicsReader withEpochs(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("epochs (burn-out) is " + n + "; expected at least 1");
        }
        return new DynamicsReader(n, lenience, stripLast);
    }

    /**
     * Returns a copy that is lenient in one more way.
     *
     * @param what what to put up with, besides what this reader does already
     */
    public DynamicsReader withLenient(Lenience what) {
        EnumSet<Lenience> more = EnumSet.of(what);
        more.addAll(lenience);
        return new DynamicsReader(epochs, more, stripLast);
    }

    /**
     * Returns a copy that does or doesn't take the last character off every guid.
     *
     * @param strip whether to take the last character off every guid, as the original does for QNLI
     */
    public DynamicsReader withStripLast(boolean strip) {
        return new DynamicsReader(epochs, lenience, strip);
    }

    /**
     * Reads a log.
     *
     * @param logDir the folder that holds {@code training_dynamics}, or that folder itself
     * @throws org.kymograph.record.files.RecordException if anything in it is not as it must be; the message names file,
     *     line, field and sample
     */
    public Dynamics read(Path logDir) {
        return new LogReading(LogFolder.find(logDir, epochs), lenience, stripLast).read();
    }
}
