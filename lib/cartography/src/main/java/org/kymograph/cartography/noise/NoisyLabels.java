package org.kymograph.cartography.noise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.kymograph.cartography.metrics.ClassTargets;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.data.Dataset;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/**
 * Which samples got a wrong label: the truth that detectors of label noise are judged by.
 *
 * @param guids the changed samples; all others have their own label
 * @param original the class each had
 * @param assigned the class each got, another one
 */
public record NoisyLabels(Guids guids, int[] original, int[] assigned) {
    /**
     * Checks the classes and copies them.
     *
     * @throws IllegalArgumentException if the counts differ or a label is below 0 or didn't change
     */
    public NoisyLabels {
        if (original.length != guids.size() || assigned.length != guids.size()) {
            throw new IllegalArgumentException(guids.size() + " guids, " + original.length + " original and "
                    + assigned.length + " assigned labels: must be equally many");
        }
        original = original.clone();
        assigned = assigned.clone();
        for (int i = 0; i < original.length; i++) {
            if (original[i] < 0 || assigned[i] < 0 || original[i] == assigned[i]) {
                throw new IllegalArgumentException("sample " + guids.text(i) + " has the label " + original[i]
                        + " and gets " + assigned[i] + ": both must be at least 0 and differ");
            }
        }
    }

    @Override
    public int[] original() {
        return original.clone();
    }

    @Override
    public int[] assigned() {
        return assigned.clone();
    }

    /** Returns the number of changed samples. */
    public int size() {
        return original.length;
    }

    /**
     * Returns whether each sample's label is wrong.
     *
     * @param all the ids of all samples
     * @throws IllegalArgumentException if a changed sample isn't among them
     */
    public boolean[] truth(Guids all) {
        return SampleRows.mask(SampleRows.of(all, guids), all.size());
    }

    /**
     * Returns the classes with the wrong labels in place.
     *
     * @param all the ids of all samples
     * @param labels their own classes
     * @throws IllegalArgumentException if a changed sample isn't among them or had another class
     */
    public int[] applyTo(Guids all, int[] labels) {
        int[] rows = SampleRows.of(all, guids);
        int[] noisy = labels.clone();
        for (int k = 0; k < rows.length; k++) {
            if (labels[rows[k]] != original[k]) {
                throw new IllegalArgumentException("sample " + guids.text(k) + " has the label " + labels[rows[k]]
                        + ": must be " + original[k] + ", as when the noise was made");
            }
            noisy[rows[k]] = assigned[k];
        }
        return noisy;
    }

    /**
     * Returns the examples with the wrong labels in place.
     *
     * @param train examples with class indices
     * @param ids the examples' ids, in their order
     * @throws IllegalArgumentException if a changed sample isn't among them, had another class, or gets one they don't have
     */
    public Dataset applyTo(Dataset train, Guids ids) {
        return ClassTargets.with(train, applyTo(ids, ClassTargets.of(train)), train.classes());
    }

    /**
     * Writes {@code {"guid":50325,"original":0,"assigned":2}} for each changed sample.
     *
     * @param file the file to write or replace
     * @throws RecordException if it can't be written
     */
    public void write(Path file) {
        AtomicFiles.write(file, out -> {
            for (int i = 0; i < size(); i++) {
                ObjectNode line = GuidFiles.putGuid(Json.object(), guids, i)
                        .put("original", original[i])
                        .put("assigned", assigned[i]);
                out.write((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    /**
     * Reads the changed samples from a file.
     *
     * @param file a file as {@link #write} writes it
     * @throws RecordException if it can't be read, an id comes twice, or a line lacks a field
     */
    public static NoisyLabels read(Path file) {
        List<String> ids = new ArrayList<>();
        List<Integer> original = new ArrayList<>();
        List<Integer> assigned = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String text : GuidFiles.lines(file)) {
            int line = ids.size() + 1;
            ObjectNode object = Json.parseLine(file, line, text.getBytes(StandardCharsets.UTF_8));
            ids.add(GuidFiles.guid(file, line, object));
            GuidFiles.checkNew(file, line, seen, ids.get(line - 1));
            original.add(label(file, line, object, "original"));
            assigned.add(label(file, line, object, "assigned"));
            if (original.get(line - 1).equals(assigned.get(line - 1))) {
                throw new RecordException(
                        file,
                        line,
                        "original and assigned are both " + assigned.get(line - 1) + "; expected two classes");
            }
        }
        return new NoisyLabels(
                GuidFiles.guids(ids),
                original.stream().mapToInt(Integer::intValue).toArray(),
                assigned.stream().mapToInt(Integer::intValue).toArray());
    }

    private static int label(Path file, int line, ObjectNode object, String field) {
        JsonNode label = object.get(field);
        if (label == null || !label.isInt() || label.intValue() < 0) {
            throw new RecordException(
                    file, line, "field '" + field + "': expected a class, found " + (label == null ? "none" : label));
        }
        return label.intValue();
    }
}
