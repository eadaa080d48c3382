package org.kymograph.connectivity.logs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * The logs that the paper's program prints while it interpolates: for each pair a line with the models' distance, then for each
 * point a small table. Its first point is the <em>second</em> model of the pair, where the coefficient of the first is 0; read
 * here, every curve begins at the model that it names first.
 *
 * <p>Losses have four decimals, so gaps are multiples of about 1e-4.
 */
public final class InterpolationLogs {
    private static final Pattern PAIR =
            Pattern.compile("Euclidean distance between (.+) and (.+): (\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)\\.?\\s*");
    private static final Pattern DASHES = Pattern.compile("\\s*-{3,100}(\\s+-{3,100})+\\s*");
    private static final String COMPLETED = "Completed interpolation";
    private static final double TOLERANCE = 1.5e-4;

    /** A pair as far as its log goes. */
    private static final class Open {
        final String first;
        final String second;
        final double distance;
        final List<double[]> points = new ArrayList<>();
        List<String> names = List.of();
        boolean completed;

        Open(String first, String second, double distance) {
            this.first = first;
            this.second = second;
            this.distance = distance;
        }
    }

    private InterpolationLogs() {}

    /**
     * Reads a log, or all logs of a folder but files that end in .err and .pkl; folders in it are not read.
     *
     * @param path a log or a folder of logs
     * @return the curves. A pair whose log ends in the middle, one that is logged twice with other losses, and a model whose
     *     loss differs between its pairs are told of in the notes.
     * @throws RecordException if the logs can't be read or have no pair
     */
    public static PairCurves read(Path path) {
        List<Open> pairs = new ArrayList<>();
        for (Path file : files(path)) {
            read(file, pairs);
        }
        if (pairs.isEmpty()) {
            throw new RecordException(
                    path,
                    "has no pair of models; expected lines such as \"Euclidean distance between 0 and 1: 12.345.\"");
        }
        int most = pairs.stream().mapToInt(p -> p.points.size()).max().orElseThrow();
        List<String> notes = new ArrayList<>();
        Map<Set<String>, PairCurve> curves = new LinkedHashMap<>();
        for (Open pair : pairs) {
            if (pair.points.size() < 3 || !pair.completed && pair.points.size() < most) {
                notes.add("the log of " + pair.first + " and " + pair.second + " ends after " + pair.points.size()
                        + " of " + most + " points: this pair is left out");
                continue;
            }
            PairCurve curve = curve(pair);
            PairCurve before = curves.putIfAbsent(Set.of(pair.first, pair.second), curve);
            if (before != null && !near(before, curve)) {
                notes.add("the logs have " + pair.first + " and " + pair.second
                        + " twice with different losses: the first is taken");
            }
        }
        checkEnds(curves.values(), notes);
        PairCurves all = PairCurves.of(curves.values());
        notes.addAll(0, all.notes());
        return new PairCurves(all.models(), all.curves(), notes);
    }

    private static List<Path> files(Path path) {
        if (!Files.isDirectory(path)) {
            AtomicFiles.checkReadable(path);
            return List.of(path);
        }
        return AtomicFiles.list(path).stream()
                .filter(Files::isRegularFile)
                .filter(f -> !f.toString().endsWith(".err") && !f.toString().endsWith(".pkl"))
                .toList();
    }

    private static void read(Path file, List<Open> pairs) {
        List<String> lines =
                AtomicFiles.attempt(file, "can't be read", () -> Files.readAllLines(file, StandardCharsets.UTF_8));
        Open open = null;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher pair = PAIR.matcher(line.strip());
            if (pair.matches()) {
                open = new Open(pair.group(1), pair.group(2), Double.parseDouble(pair.group(3)));
                if (!open.first.equals(open.second)) {
                    pairs.add(open);
                }
            } else if (line.contains(COMPLETED) && open != null) {
                open.completed = true;
            } else if (DASHES.matcher(line).matches() && open != null && i + 1 < lines.size()) {
                List<String> header =
                        i == 0 ? List.of() : List.of(lines.get(i - 1).strip().split("\\s+"));
                addPoint(file, i + 2L, open, header, lines.get(i + 1).strip().split("\\s+"), i + 2 == lines.size());
            }
        }
    }

    // The very last line of a log may be cut: then it is no point.
    private static void addPoint(Path file, long line, Open open, List<String> header, String[] cells, boolean last) {
        if (last && cells.length < header.size()) {
            return;
        }
        if (header.size() < 2 || cells.length != header.size() || !header.get(1).equals("loss")) {
            throw new RecordException(
                    file,
                    line,
                    "has " + Arrays.toString(cells) + " below " + header + "; expected point_num, loss and scores");
        }
        try {
            open.points.add(Arrays.stream(cells)
                    .skip(1)
                    .mapToDouble(Double::parseDouble)
                    .toArray());
        } catch (NumberFormatException e) {
            throw new RecordException(
                    file, "line " + line + " has " + Arrays.toString(cells) + "; expected numbers", e);
        }
        open.names = header.subList(2, header.size());
    }

    private static PairCurve curve(Open pair) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (int s = 0; s < pair.names.size(); s++) {
            int column = s + 1;
            scores.put(
                    pair.names.get(s),
                    pair.points.stream().mapToDouble(p -> p[column]).toArray());
        }
        return new PairCurve(
                        pair.second,
                        pair.first,
                        pair.distance,
                        pair.points.stream().mapToDouble(p -> p[0]).toArray(),
                        scores,
                        null)
                .reversed();
    }

    private static boolean near(PairCurve a, PairCurve b) {
        double[] x = a.losses();
        double[] y = a.from().equals(b.from()) ? b.losses() : b.reversed().losses();
        boolean near = x.length == y.length;
        for (int k = 0; near && k < x.length; k++) {
            near = Math.abs(x[k] - y[k]) <= TOLERANCE;
        }
        return near;
    }

    private static void checkEnds(Iterable<PairCurve> curves, List<String> notes) {
        Map<String, Double> ends = new LinkedHashMap<>();
        Set<String> told = new LinkedHashSet<>();
        for (PairCurve c : curves) {
            double[] l = c.losses();
            for (Map.Entry<String, Double> end :
                    Map.of(c.from(), l[0], c.to(), l[l.length - 1]).entrySet()) {
                Double before = ends.putIfAbsent(end.getKey(), end.getValue());
                if (before != null && Math.abs(before - end.getValue()) > TOLERANCE && told.add(end.getKey())) {
                    notes.add("model " + end.getKey() + " has the loss " + before + " in one pair and " + end.getValue()
                            + " in another: the logs are of different samples or models");
                }
            }
        }
    }
}
