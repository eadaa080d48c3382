package org.kymograph.cartography;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.kymograph.record.Json;
import org.kymograph.record.RecordException;

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
     * @param n how many epochs to read, from the first on ("burn-out"), at least 1
     * @return a reader of these
     * @throws IllegalArgumentException if n is less than 1
     */
    public DynamicsReader withEpochs(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("epochs (burn-out) is " + n + "; expected at least 1");
        }
        return new DynamicsReader(n, lenience, stripLast);
    }

    /**
     * @param what what to put up with, besides what this reader does already
     * @return a reader that does
     */
    public DynamicsReader withLenient(Lenience what) {
        EnumSet<Lenience> more = EnumSet.of(what);
        more.addAll(lenience);
        return new DynamicsReader(epochs, more, stripLast);
    }

    /**
     * @param strip whether to take the last character off every guid, as the original does for QNLI
     * @return a reader that does, or doesn't
     */
    public DynamicsReader withStripLast(boolean strip) {
        return new DynamicsReader(epochs, lenience, strip);
    }

    /**
     * @param logDir the folder that holds {@code training_dynamics}, or that folder itself
     * @return its log
     * @throws org.kymograph.record.RecordException if anything in it is not as it must be; the message names file,
     *     line, field and sample
     */
    public Dynamics read(Path logDir) {
        Path folder = Files.isDirectory(logDir.resolve("training_dynamics")) ? logDir.resolve("training_dynamics") : logDir;
        List<float[]> logits = new ArrayList<>();
        Guids guids = null;
        int[] gold = null;
        int classes = 0;
        for (int e = 0; epochs == 0 || e < epochs; e++) {
            Path file = folder.resolve("dynamics_epoch_" + e + ".jsonl");
            if (e > 0 && epochs == 0 && !Files.exists(file)) {
                break;
            }
            List<ObjectNode> rows = new ArrayList<>();
            try {
                for (String line : Files.readAllLines(file)) {
                    rows.add(Json.parseLine(file, rows.size() + 1, line.getBytes(StandardCharsets.UTF_8)));
                }
            } catch (IOException x) {
                throw new RecordException(file, "can't be read", x);
            }
            if (guids == null) {
                guids = rows.get(0).get("guid").isNumber() ? Guids.of(rows.stream().mapToLong(r -> r.get("guid").asLong()).toArray())
                        : Guids.of(rows.stream().map(r -> r.get("guid").asText()).toList());
                gold = rows.stream().mapToInt(r -> r.get("gold").asInt()).toArray();
                classes = rows.get(0).get("logits_epoch_0").size();
            }
            float[] z = new float[guids.size() * classes];
            for (ObjectNode row : rows) {
                int i = guids.indexOf(row.get("guid").asText());
                for (int c = 0; c < classes; c++) {
                    z[i * classes + c] = (float) row.get("logits_epoch_" + e).get(c).asDouble();
                }
            }
            logits.add(z);
        }
        return Dynamics.of(guids, gold, logits.toArray(float[][]::new), classes);
    }
}
