package org.kymograph.cartography.noise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.math3.stat.StatUtils;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.select.Regions;
import org.kymograph.data.Dataset;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.Table;

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
        Arguments.sameLength("original", original.length, "guids", guids.size());
        Arguments.sameLength("assigned", assigned.length, "guids", guids.size());
        original = original.clone();
        assigned = assigned.clone();
        for (int i = 0; i < original.length; i++) {
            Arguments.atLeast("original class of sample " + guids.text(i), original[i], 0);
            Arguments.atLeast("assigned class of sample " + guids.text(i), assigned[i], 0);
            Arguments.check(
                    original[i] != assigned[i],
                    "assigned class of sample " + guids.text(i),
                    assigned[i],
                    "another one than the original class");
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
            Arguments.check(
                    labels[rows[k]] == original[k],
                    "label of sample " + guids.text(k),
                    labels[rows[k]],
                    original[k] + ", as when the noise was made");
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
        return ClassTargets.with(train, applyTo(ids, SampleRows.classes(train)), train.classes());
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

    /**
     * Where samples with wrong labels lie on the map of a run that was trained on them.
     *
     * @param wrong the samples with wrong labels
     * @param right the others
     * @param hard the share of the wrong labels that is among the least confident third of all samples
     * @param ambiguous the share that is among the most variable third
     * @param easy the share that is among the most confident third
     */
    public record Placement(Place wrong, Place right, double hard, double ambiguous, double easy) {
        /**
         * The middle of some samples.
         *
         * @param samples how many, at least 1
         * @param confidence their mean confidence
         * @param variability their mean variability
         * @param neverLearned the share of them that is right in no epoch
         */
        public record Place(int samples, double confidence, double variability, double neverLearned) {
            private static Place of(SampleMetrics metrics, int[] rows) {
                SampleMetrics some = metrics.at(rows);
                return new Place(
                        rows.length,
                        StatUtils.mean(some.values(Metric.CONFIDENCE)),
                        StatUtils.mean(some.values(Metric.VARIABILITY)),
                        Arrays.stream(some.values(Metric.CORRECTNESS))
                                        .filter(c -> c == 0)
                                        .count()
                                / (double) rows.length);
            }
        }

        /**
         * Finds where wrong labels lie on a map.
         *
         * @param metrics the map: confidence, variability and correctness of every sample
         * @param noise which labels are wrong
         * @throws IllegalArgumentException if a metric or a changed sample is absent, or all labels are right or all wrong
         */
        public static Placement of(SampleMetrics metrics, NoisyLabels noise) {
            boolean[] truth = noise.truth(metrics.guids());
            int[] wrong = SampleRows.where(truth, true);
            int[] right = SampleRows.where(truth, false);
            Arguments.within("wrong labels", wrong.length, 1, truth.length - 1);
            Regions thirds = Regions.of(metrics, 1.0 / 3);
            return new Placement(
                    Place.of(metrics, wrong),
                    Place.of(metrics, right),
                    share(wrong, thirds.hard()),
                    share(wrong, thirds.ambiguous()),
                    share(wrong, thirds.easy()));
        }

        private static double share(int[] wrong, int[] region) {
            return SampleRows.Overlap.of(wrong, region).shared() / (double) wrong.length;
        }

        /**
         * Returns a row for each placement: noise, wrong; confidence, variability and never_learned of the wrong labels and, named
         * right_…, of the others; hard, ambiguous, easy.
         *
         * @param placements placements by name, in the map's order
         */
        public static Table table(Map<String, Placement> placements) {
            return Columns.of("where wrong labels lie", List.copyOf(placements.entrySet()))
                    .texts("noise", Map.Entry::getKey)
                    .ints("wrong", e -> e.getValue().wrong.samples())
                    .doubles("confidence", e -> e.getValue().wrong.confidence())
                    .doubles("variability", e -> e.getValue().wrong.variability())
                    .doubles("never_learned", e -> e.getValue().wrong.neverLearned())
                    .doubles("right_confidence", e -> e.getValue().right.confidence())
                    .doubles("right_variability", e -> e.getValue().right.variability())
                    .doubles("right_never_learned", e -> e.getValue().right.neverLearned())
                    .doubles("hard", e -> e.getValue().hard)
                    .doubles("ambiguous", e -> e.getValue().ambiguous)
                    .doubles("easy", e -> e.getValue().easy)
                    .table();
        }
    }
}
