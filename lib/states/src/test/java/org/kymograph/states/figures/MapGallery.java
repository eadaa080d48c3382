package org.kymograph.states.figures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Training maps of invented runs whose paths are those of published figures. */
final class MapGallery {
    private static final List<String> FEATURES = List.of(
            "l1",
            "l2",
            "trace",
            "spectral",
            "code_sparsity",
            "computational_sparsity",
            "mean_lambda",
            "variance_lambda",
            "mean_w",
            "median_w",
            "var_w",
            "mean_b",
            "median_b",
            "var_b");

    private MapGallery() {}

    /** Runs that follow given paths: each path's states, how many runs take it, and when those converge. */
    record Path(int runs, double convergence, int... states) {}

    static Map<String, MapContent> all() {
        Map<String, MapContent> all = new LinkedHashMap<>();
        all.put(
                "fork",
                content(
                        "seed",
                        "epoch",
                        300,
                        1,
                        List.of(
                                new Path(18, 295, 1, 2, 3, 0, 4),
                                new Path(12, 290, 1, 2, 3, 0),
                                new Path(2, 181, 1, 3, 0, 4),
                                new Path(3, 545, 1, 5, 2, 3, 0),
                                new Path(1, 600, 1, 5, 2, 3),
                                new Path(4, 310, 1, 2, 0, 4))));
        all.put(
                "linear",
                content("lr0.001_adamw_seed", "checkpoint", 300, 2, List.of(new Path(40, 180, 4, 1, 3, 2, 0))));
        all.put("one", content("seed", "checkpoint", 50, 3, List.of(new Path(12, 30, 0))));
        all.put("two", content("seed", "checkpoint", 50, 3, List.of(new Path(12, 30, 0, 1))));
        List<Path> dense = new ArrayList<>();
        Random random = new Random(11);
        for (int i = 0; i < 40; i++) {
            int[] path = new int[4 + random.nextInt(8)];
            for (int s = 0; s < path.length; s++) {
                path[s] =
                        Math.max(0, Math.min(7, (int) Math.round(7.0 * s / path.length + random.nextGaussian() * 1.1)));
            }
            path[0] = 0;
            dense.add(new Path(1, 100 + 150 * random.nextDouble(), path));
        }
        all.put("dense", content("5f3a-transformer-layernorm-a-rather-long-setting-seed", "checkpoint", 300, 4, dense));
        all.put(
                "cycle",
                content(
                        "seed",
                        "step",
                        120,
                        5,
                        List.of(
                                new Path(9, 80, 0, 1, 2, 1, 2, 3),
                                new Path(6, 100, 0, 2, 1, 3),
                                new Path(1, Double.NaN, 0, 1, 0, 3))));
        all.put(
                "bow",
                content(
                        "seed",
                        "epoch",
                        300,
                        6,
                        List.of(
                                new Path(8, 100, 0, 1, 2, 4),
                                new Path(7, 120, 0, 1, 2, 3),
                                new Path(1, 160, 0, 1, 2, 4, 3))));
        return all;
    }

    static MapContent content(String name, String unit, int length, long seed, List<Path> paths) {
        Random random = new Random(seed);
        List<MapContent.Run> runs = new ArrayList<>();
        for (Path path : paths) {
            for (int i = 0; i < path.runs; i++) {
                double[] ends = new double[path.states.length];
                double sum = 0;
                for (int s = 0; s < ends.length; s++) {
                    sum += 0.4 + (s + 1.0) / ends.length + 0.8 * random.nextDouble();
                    ends[s] = sum;
                }
                int[] states = new int[length];
                for (int t = 0, s = 0; t < length; t++) {
                    while (t >= ends[s] / sum * length) {
                        s++;
                    }
                    states[t] = path.states[s];
                }
                runs.add(new MapContent.Run(name + runs.size(), states, path.convergence + 12 * random.nextGaussian()));
            }
        }
        return summary(runs, unit, random);
    }

    private static MapContent summary(List<MapContent.Run> runs, String unit, Random random) {
        Map<Integer, double[]> nodes = new TreeMap<>();
        Map<List<Integer>, List<Double>> edges = new LinkedHashMap<>();
        Map<List<Integer>, Integer> times = new HashMap<>();
        double rows = 0;
        for (MapContent.Run run : runs) {
            Map<Integer, Integer> first = new TreeMap<>();
            List<List<Integer>> seen = new ArrayList<>();
            int before = -1;
            for (int[] stay : MapRuns.stays(run.states())) {
                double[] sums = nodes.computeIfAbsent(stay[0], s -> new double[6]);
                sums[0] += stay[2] - stay[1];
                sums[1]++;
                first.putIfAbsent(stay[0], stay[1]);
                if (before >= 0) {
                    List<Integer> key = List.of(before, stay[0]);
                    times.merge(key, 1, Integer::sum);
                    if (!seen.contains(key)) {
                        seen.add(key);
                        edges.computeIfAbsent(key, k -> new ArrayList<>()).add(run.convergence());
                    }
                }
                before = stay[0];
            }
            first.forEach((state, t) -> {
                nodes.get(state)[2] += t;
                nodes.get(state)[3]++;
            });
            nodes.get(run.states()[0])[4]++;
            nodes.get(before)[5]++;
            rows += run.states().length;
        }
        List<MapContent.Node> drawn = new ArrayList<>();
        for (Map.Entry<Integer, double[]> node : nodes.entrySet()) {
            double[] s = node.getValue();
            boolean detour = s[3] < 0.25 * runs.size();
            double coefficient = detour ? 1.19 : random.nextGaussian() * 0.5;
            drawn.add(new MapContent.Node(
                    node.getKey(),
                    s[0] / rows,
                    s[2] / s[3],
                    (int) s[3],
                    (int) s[4],
                    (int) s[5],
                    s[0] / s[1],
                    coefficient,
                    0.3,
                    detour));
        }
        List<MapContent.Edge> arrows = new ArrayList<>();
        edges.forEach((key, convergence) -> {
            List<MapContent.Shift> shifts = new ArrayList<>();
            for (String feature : FEATURES) {
                shifts.add(new MapContent.Shift(feature, Math.abs(random.nextGaussian()) * 3, random.nextGaussian()));
            }
            shifts.sort(Comparator.comparingDouble(MapContent.Shift::derivative).reversed());
            double mean = convergence.stream().mapToDouble(c -> c).average().orElse(Double.NaN);
            double sd = Math.sqrt(convergence.stream()
                    .mapToDouble(c -> (c - mean) * (c - mean))
                    .average()
                    .orElse(Double.NaN));
            arrows.add(new MapContent.Edge(
                    key.get(0), key.get(1), convergence.size(), times.get(key), shifts, mean, sd, 0));
        });
        return new MapContent("Training map", runs.size(), drawn, arrows, runs, unit, unit.equals("epoch") ? 10 : 1);
    }
}
