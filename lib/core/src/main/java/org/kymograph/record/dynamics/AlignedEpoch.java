package org.kymograph.record.dynamics;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kymograph.record.files.RecordException;

/** One epoch's rows in the order of the first epoch's samples. */
final class AlignedEpoch {
    /** What the rows of all epochs are held against. */
    record First(
            String epoch,
            Dynamics.Kind kind,
            int width,
            boolean hasExtras,
            Guids guids,
            double[] golds,
            int goldWidth) {}

    final float[] outputs;
    final float[] extras;
    /** The samples that the epoch has. */
    final BitSet present;

    final List<String> repeated = new ArrayList<>();
    /** Why a sample is left out, by its guid. */
    final Map<String, String> dropped = new LinkedHashMap<>();

    final String cutOff;
    final long rows;

    /** Puts the rows in order, and throws for what the reader's lenience does not cover. */
    AlignedEpoch(Path file, boolean epoch0, EpochRows read, First first, DynamicsReader settings) {
        checkForm(file, read, first);
        Guids guids = first.guids();
        int width = first.width();
        String name = String.valueOf(file.getFileName());
        outputs = new float[guids.size() * width];
        extras = first.hasExtras() ? new float[guids.size()] : null;
        present = new BitSet(guids.size());
        cutOff = read.cutOff == null ? null : name + ", " + read.cutOff;
        rows = read.size;
        for (int row = 0; row < read.size; row++) {
            String guid = null;
            int i = read.indexIn(guids, row);
            if (i >= 0) {
                checkGold(file, epoch0, read, row, first, i);
            }
            if (read.unusable.containsKey(row)) {
                guid = read.guid(row);
                dropped.putIfAbsent(guid, "guid " + guid + ": " + read.unusable.get(row) + " in " + name);
                continue;
            }
            if (i < 0) {
                guid = read.guid(row);
                if (!settings.lenient(DynamicsReader.Lenience.DROP_INCOMPLETE)) {
                    throw new RecordException(
                            file,
                            row + 1,
                            "guid " + guid + " isn't in the file of " + first.epoch()
                                    + "; expected the same samples in every epoch, or"
                                    + " leave these out (--drop-incomplete, DynamicsReader.Lenience.DROP_INCOMPLETE)");
                }
                dropped.putIfAbsent(guid, "guid " + guid + " is in " + name + " but not in " + first.epoch());
                continue;
            }
            if (present.get(i)) {
                repeat(file, read, row, settings, repeated);
                continue;
            }
            present.set(i);
            System.arraycopy(read.outputs, row * width, outputs, i * width, width);
            if (extras != null) {
                extras[i] = read.extras[row];
            }
        }
        checkPresent(file, first, settings);
    }

    /** Takes the samples of the first epoch, repeated ones once. */
    static First first(Path file, String epoch, EpochRows read, DynamicsReader settings) {
        int[] kept = new int[read.size];
        int n = 0;
        LongOpenHashSet numbers = read.texts == null ? new LongOpenHashSet(read.size) : null;
        Set<String> texts = new HashSet<>();
        for (int row = 0; row < read.size; row++) {
            if (read.unusable.containsKey(row)) {
                continue;
            }
            if (read.texts == null ? numbers.add(read.numbers[row]) : texts.add(read.texts[row])) {
                kept[n++] = row;
            } else {
                repeat(file, read, row, settings, new ArrayList<>());
            }
        }
        double[] golds = new double[n * read.goldWidth];
        for (int i = 0; i < n; i++) {
            System.arraycopy(read.golds, kept[i] * read.goldWidth, golds, i * read.goldWidth, read.goldWidth);
        }
        long[] ids = new long[read.texts == null ? n : 0];
        String[] names = new String[n - ids.length];
        for (int i = 0; i < n; i++) {
            if (read.texts == null) {
                ids[i] = read.numbers[kept[i]];
            } else {
                names[i] = read.texts[kept[i]];
            }
        }
        return new First(
                "epoch " + epoch,
                read.kind,
                read.width,
                read.hasExtras,
                read.texts == null ? Guids.owning(ids) : Guids.owning(names),
                golds,
                read.goldWidth);
    }

    private static void repeat(Path file, EpochRows read, int row, DynamicsReader settings, List<String> repeated) {
        String guid = read.guid(row);
        if (settings.lenient(DynamicsReader.Lenience.KEEP_FIRST)) {
            repeated.add(file.getFileName() + ", line " + (row + 1) + ": guid " + guid);
            return;
        }
        throw new RecordException(
                file,
                row + 1,
                "guid " + guid + " comes again after line " + firstLine(read, guid)
                        + "; expected one row for each sample, or keep the first (--keep-first, DynamicsReader.Lenience.KEEP_FIRST)");
    }

    private static int firstLine(EpochRows read, String guid) {
        int row = 0;
        while (!read.guid(row).equals(guid)) {
            row++;
        }
        return row + 1;
    }

    private static void checkForm(Path file, EpochRows read, First first) {
        String form = form(read.kind, read.width);
        String expected = form(first.kind(), first.width());
        if (!form.equals(expected)) {
            throw new RecordException(file, "has " + form + "; expected " + expected + " as in " + first.epoch());
        }
        if ((read.texts == null) != first.guids().numeric()) {
            throw new RecordException(
                    file,
                    "has guids that are " + (read.texts == null ? "numbers" : "texts") + "; expected "
                            + (read.texts == null ? "texts" : "numbers") + " as in " + first.epoch());
        }
        if (read.hasExtras != first.hasExtras()) {
            throw new RecordException(
                    file,
                    (read.hasExtras ? "has norms (hnorm)" : "has no norms (hnorm)") + "; expected "
                            + (read.hasExtras ? "none" : "them") + " as in " + first.epoch());
        }
    }

    private static String form(Dynamics.Kind kind, int width) {
        return switch (kind) {
            case CLASSES -> width + " logits and a class for each sample";
            case MULTI_LABEL -> width + " logits and as many labels for each sample";
            case REGRESSION -> "a prediction and a number for each sample";
            case SEQUENCE -> "probabilities of sequences";
        };
    }

    private static void checkGold(Path file, boolean epoch0, EpochRows read, int row, First first, int i) {
        int width = first.goldWidth();
        for (int g = 0; g < width; g++) {
            double now = read.golds[row * width + g];
            double before = first.golds()[i * width + g];
            if (now != before) {
                throw new RecordException(
                        file,
                        row + 1,
                        "guid " + read.guid(row) + ": gold is "
                                + gold(read.golds, row, width, first.kind()) + "; expected "
                                + gold(first.golds(), i, width, first.kind()) + " as in "
                                + (epoch0 ? "line " + firstLine(read, read.guid(row)) : first.epoch()));
            }
        }
    }

    private static String gold(double[] golds, int row, int width, Dynamics.Kind kind) {
        double[] own = Arrays.copyOfRange(golds, row * width, (row + 1) * width);
        if (kind == Dynamics.Kind.REGRESSION) {
            return String.valueOf(own[0]);
        }
        List<Long> whole = Arrays.stream(own).mapToObj(x -> (long) x).toList();
        return width == 1 ? whole.get(0).toString() : whole.toString();
    }

    private void checkPresent(Path file, First first, DynamicsReader settings) {
        Guids guids = first.guids();
        int missing = guids.size() - present.cardinality();
        if (missing == 0) {
            return;
        }
        boolean drop = settings.lenient(DynamicsReader.Lenience.DROP_INCOMPLETE);
        List<String> names = new ArrayList<>();
        for (int i = present.nextClearBit(0);
                i < guids.size() && (drop || names.size() < 6);
                i = present.nextClearBit(i + 1)) {
            names.add(guids.text(i));
            if (drop) {
                dropped.putIfAbsent(guids.text(i), "guid " + guids.text(i) + " isn't in " + file.getFileName());
            }
        }
        if (!drop) {
            throw new RecordException(
                    file,
                    "lacks " + missing + " of the " + guids.size() + " samples of " + first.epoch() + ": guid "
                            + String.join(", ", names.subList(0, Math.min(5, missing)))
                            + (missing > 5 ? " and " + (missing - 5) + " more" : "")
                            + "; expected the same samples in every epoch, or leave these out "
                            + "(--drop-incomplete, DynamicsReader.Lenience.DROP_INCOMPLETE)");
        }
    }
}
