package org.kymograph.cartography.select;

import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.Table;

/**
 * The three regions of a data map as the same share of the samples each: hard (least confident), easy (most confident)
 * and ambiguous (most variable). They may overlap, hard and ambiguous much. Immutable.
 *
 * <p>The limits are quantiles of these samples, not fixed lines (Swayamdipta et al., EMNLP 2020).
 */
public final class Regions {
    private static final List<Region> THREE = List.of(Region.HARD, Region.EASY, Region.AMBIGUOUS);
    private static final double THIRD = 1.0 / 3;
    private static final ObjectWriter PYTHON = new JsonMapper()
            .writer(new DefaultPrettyPrinter(Separators.createDefaultInstance()
                            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                            .withObjectEntrySpacing(Separators.Spacing.AFTER)
                            .withArrayValueSpacing(Separators.Spacing.AFTER)
                            .withArrayEmptySeparator(""))
                    .withObjectIndenter(DefaultPrettyPrinter.NopIndenter.instance)
                    .withArrayIndenter(DefaultPrettyPrinter.NopIndenter.instance));

    private final Guids guids;
    private final Map<Region, int[]> members;

    private Regions(Guids guids, Map<Region, int[]> members) {
        this.guids = guids;
        this.members = members;
    }

    /**
     * Divides a map into three regions.
     *
     * @param metrics samples with confidence and variability
     * @param proportion the share of the samples in each region, above 0 to 1; {@code (int) (proportion * n)} samples
     * @throws IllegalArgumentException if the proportion is out of range or a metric is absent
     */
    public static Regions of(SampleMetrics metrics, double proportion) {
        Map<Region, int[]> members = new EnumMap<>(Region.class);
        members.put(Region.HARD, selection(Metric.CONFIDENCE, proportion).of(metrics));
        members.put(
                Region.EASY,
                selection(Metric.CONFIDENCE, proportion).withWorst(true).of(metrics));
        members.put(Region.AMBIGUOUS, selection(Metric.VARIABILITY, proportion).of(metrics));
        return new Regions(metrics.guids(), members);
    }

    /**
     * Regions that share no sample and have their full size: the hard ones first, then the most ambiguous of the others,
     * then the most confident of the rest.
     *
     * @param metrics samples with confidence and variability
     * @param proportion the share of the samples in each region, above 0 to a third
     * @return their regions
     * @throws IllegalArgumentException if the proportion is out of range or a metric is absent
     */
    public static Regions exclusive(SampleMetrics metrics, double proportion) {
        Arguments.check(proportion > 0 && proportion <= THIRD, "proportion", proportion, "above 0 to 1/3");
        Map<Region, int[]> members = new EnumMap<>(Region.class);
        int[] hard = selection(Metric.CONFIDENCE, proportion).of(metrics);
        int[] ambiguous =
                selection(Metric.VARIABILITY, proportion).without(hard).of(metrics);
        int[] both = Arrays.copyOf(hard, hard.length + ambiguous.length);
        System.arraycopy(ambiguous, 0, both, hard.length, ambiguous.length);
        members.put(Region.HARD, hard);
        members.put(
                Region.EASY,
                selection(Metric.CONFIDENCE, proportion)
                        .withWorst(true)
                        .without(both)
                        .of(metrics));
        members.put(Region.AMBIGUOUS, ambiguous);
        return new Regions(metrics.guids(), members);
    }

    private static SampleSelection selection(Metric metric, double proportion) {
        SampleSelection.checkFraction("proportion", proportion);
        return SampleSelection.by(metric).withFraction(proportion);
    }

    /** Returns the least confident samples, the least confident first unless read from a file. */
    public int[] hard() {
        return of(Region.HARD);
    }

    /** Returns the most confident samples, the most confident first unless read from a file. */
    public int[] easy() {
        return of(Region.EASY);
    }

    /** Returns the most variable samples, the most variable first unless read from a file. */
    public int[] ambiguous() {
        return of(Region.AMBIGUOUS);
    }

    /**
     * Returns the samples of a region, as indices.
     *
     * @param region one of them
     */
    public int[] of(Region region) {
        return region == Region.NONE
                ? SampleRows.where(mask(), false)
                : members.get(region).clone();
    }

    private boolean[] mask() {
        boolean[] in = new boolean[guids.size()];
        members.values().forEach(rows -> Arrays.stream(rows).forEach(i -> in[i] = true));
        return in;
    }

    /** Returns the samples' ids. */
    public Guids guids() {
        return guids;
    }

    /**
     * One region for each sample. A sample of several regions belongs to the one in whose ranking it stands furthest to the
     * front; of equals to the first of hard, easy, ambiguous. Regions that were read from a file have no ranking but the
     * file's order, which is random.
     *
     * @return a region per sample
     */
    public Region[] labels() {
        Region[] labels = new Region[guids.size()];
        int[] place = new int[labels.length];
        Arrays.fill(labels, Region.NONE);
        Arrays.fill(place, Integer.MAX_VALUE);
        for (Region region : THREE) {
            int[] rows = members.get(region);
            for (int k = 0; k < rows.length; k++) {
                if (k < place[rows[k]]) {
                    place[rows[k]] = k;
                    labels[rows[k]] = region;
                }
            }
        }
        return labels;
    }

    /** Returns a row for each pair of regions, see {@link SampleRows.Overlap#table}. */
    public Table overlaps() {
        Map<String, int[]> sets = new LinkedHashMap<>();
        THREE.forEach(region -> sets.put(region.key(), members.get(region)));
        return SampleRows.Overlap.table(sets);
    }

    /**
     * Compares two regions.
     *
     * @param first a region
     * @param second another
     */
    public SampleRows.Overlap overlap(Region first, Region second) {
        return SampleRows.Overlap.of(of(first), of(second));
    }

    /**
     * Writes {@code three_regions_data_indices.json}: one object of the guids in each region, in random order, with Python's
     * separators.
     *
     * @param file the file to write or replace
     * @param seed the random seed of the order
     * @throws RecordException if it can't be written
     */
    public void write(Path file, long seed) {
        ObjectNode all = Json.object();
        for (Region region : THREE) {
            int[] rows = members.get(region);
            ArrayNode list = all.putArray(region.key());
            for (int k : Streams.permutation(Streams.of(seed, "regions", region.ordinal()), rows.length)) {
                if (guids.numeric()) {
                    list.add(guids.number(rows[k]));
                } else {
                    list.add(guids.text(rows[k]));
                }
            }
        }
        AtomicFiles.write(file, out -> out.write(PYTHON.writeValueAsBytes(all)));
    }

    /**
     * Reads the regions from a file.
     *
     * @param file a file as {@link #write} and the original write it
     * @param guids the ids of all samples
     * @throws RecordException if the file isn't of that form, or names a sample twice in a region or one that doesn't exist
     */
    public static Regions read(Path file, Guids guids) {
        ObjectNode object = Json.readObject(file);
        Map<Region, int[]> members = new EnumMap<>(Region.class);
        for (Region region : THREE) {
            JsonNode list = object.get(region.key());
            if (list == null || !list.isArray()) {
                throw new RecordException(
                        file,
                        "field '" + region.key() + "': expected an array of guids, found "
                                + (list == null ? "none" : list.getNodeType()));
            }
            List<Integer> rows = new ArrayList<>();
            Set<Integer> seen = new HashSet<>();
            for (JsonNode guid : list) {
                int row = guid.isIntegralNumber() || guid.isTextual() ? guids.indexOf(guid.asText()) : -1;
                if (row < 0) {
                    throw new RecordException(
                            file,
                            "field '" + region.key() + "': guid " + guid + " isn't among the " + guids.size()
                                    + " samples");
                }
                if (!seen.add(row)) {
                    throw new RecordException(file, "field '" + region.key() + "': guid " + guid + " comes twice");
                }
                rows.add(row);
            }
            members.put(region, rows.stream().mapToInt(Integer::intValue).toArray());
        }
        return new Regions(guids, members);
    }

    /** A part of the data map. */
    public enum Region {
        /** Low confidence. */
        HARD,
        /** High confidence. */
        EASY,
        /** High variability. */
        AMBIGUOUS,
        /** None of the three. */
        NONE;

        /** Returns the region's name in files, in small letters. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
