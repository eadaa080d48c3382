package org.kymograph.states.figures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Places a training map's states in layers from left to right, in the manner of Sugiyama et al. (1981): layers by the order of first visits,
 * places within a layer by barycentres, so that few edges cross and the most taken path is straight. The same content gives the same layout.
 *
 * <p>Lengths are in pixels, y downwards.
 */
final class MapLayout {
    private static final double LARGEST = 28;
    private static final double SMALLEST = 15;
    private static final double WIDEST_GAP = 235;
    private static final double ROW = 122;
    private static final double PASSING_ROW = 84;
    private static final double MINOR_ROW = 30;
    /** Edges of fewer runs than this share don't make room for themselves. */
    private static final double MAJOR = 0.1;
    /** How much straighter an edge is between the places it passes than at its ends. */
    private static final double STRAIGHT = 3;

    private static final int CROWDED = 14;
    private static final int SWEEPS = 24;

    private final List<Cell> cells = new ArrayList<>();
    private final Map<Integer, Cell> byState = new TreeMap<>();
    private final Map<MapContent.Edge, List<Cell>> routes = new LinkedHashMap<>();
    private final List<List<Cell>> layers = new ArrayList<>();

    /** A state, or the place where an edge passes a layer. */
    static final class Cell {
        final MapContent.Node node;
        final double radius;
        int layer;
        double x;
        double y;
        private double wish;
        private double weight;
        private final Map<Cell, Double> left = new LinkedHashMap<>();
        private final Map<Cell, Double> right = new LinkedHashMap<>();

        private final boolean minor;

        private Cell(MapContent.Node node, double radius, boolean minor) {
            this.node = node;
            this.radius = radius;
            this.minor = minor;
        }

        /** How far from the centre edges begin and end: a detour has a ring around its disc. */
        double rim() {
            return radius + (node != null && node.detour() ? 9 : 2);
        }
    }

    private MapLayout() {}

    /**
     * Lays a map out.
     *
     * @param content the states and transitions
     * @param width how many pixels wide the map may be
     * @param left kept free on the left
     * @param right kept free on the right
     * @return the layout, its smallest y at 0
     */
    static MapLayout of(MapContent content, double width, double left, double right) {
        MapLayout layout = new MapLayout();
        layout.addNodes(content);
        layout.addEdges(content);
        layout.order();
        layout.place(width, left, right);
        return layout;
    }

    /** How many columns of states there are. */
    int layers() {
        return layers.size();
    }

    /** The states' places, by number. */
    Map<Integer, Cell> nodes() {
        return byState;
    }

    /** For each forward edge the places it passes, ends included; back edges and edges within a layer have their ends only. */
    Map<MapContent.Edge, List<Cell>> routes() {
        return routes;
    }

    /** Below everything between two layers, these included. */
    double bottom(int first, int last) {
        return layers.subList(first, last + 1).stream()
                .flatMap(List::stream)
                .mapToDouble(c -> c.y + c.radius)
                .max()
                .orElse(0);
    }

    /** The least y of any node, less what it takes above its centre. */
    double top(ToDoubleFunction<Cell> above) {
        return byState.values().stream()
                .mapToDouble(c -> c.y - above.applyAsDouble(c))
                .min()
                .orElse(0);
    }

    /** The largest y of any node, with what it takes below its centre. */
    double bottom(ToDoubleFunction<Cell> below) {
        return byState.values().stream()
                .mapToDouble(c -> c.y + below.applyAsDouble(c))
                .max()
                .orElse(0);
    }

    private void addNodes(MapContent content) {
        double most = content.nodes().stream()
                .mapToDouble(MapContent.Node::occupancy)
                .max()
                .orElse(1);
        for (MapContent.Node node : byFirstVisit(content)) {
            double radius = Math.max(SMALLEST, LARGEST * Math.sqrt(node.occupancy() / Math.max(most, 1e-12)));
            Cell cell = new Cell(node, radius, false);
            cells.add(cell);
            byState.put(node.state(), cell);
        }
        Map<Integer, Integer> rank = new HashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            rank.put(cells.get(i).node.state(), i);
        }
        // Every state but the first stands right of those from which a good part of its runs comes.
        for (Cell cell : cells) {
            int strongest = content.edges().stream()
                    .filter(e -> e.to() == cell.node.state() && rank.get(e.from()) < rank.get(e.to()))
                    .mapToInt(MapContent.Edge::runs)
                    .max()
                    .orElse(0);
            cell.layer = content.edges().stream()
                    .filter(e -> e.to() == cell.node.state()
                            && rank.get(e.from()) < rank.get(e.to())
                            && (e.runs() == strongest || isMajor(e, content)))
                    .mapToInt(e -> byState.get(e.from()).layer + 1)
                    .max()
                    .orElse(0);
        }
    }

    private static List<MapContent.Node> byFirstVisit(MapContent content) {
        return content.nodes().stream()
                .sorted(Comparator.comparingDouble(MapContent.Node::firstVisit)
                        .thenComparing(
                                Comparator.comparingInt(MapContent.Node::runs).reversed())
                        .thenComparingInt(MapContent.Node::state))
                .toList();
    }

    static boolean isMajor(MapContent.Edge edge, MapContent content) {
        return edge.runs() >= MAJOR * content.population();
    }

    private void addEdges(MapContent content) {
        int last = cells.stream().mapToInt(c -> c.layer).max().orElse(0);
        for (int l = 0; l <= last; l++) {
            layers.add(new ArrayList<>());
        }
        cells.forEach(cell -> layers.get(cell.layer).add(cell));
        List<MapContent.Edge> sorted = content.edges().stream()
                .sorted(Comparator.comparingInt(MapContent.Edge::runs)
                        .reversed()
                        .thenComparingInt(MapContent.Edge::from)
                        .thenComparingInt(MapContent.Edge::to))
                .toList();
        for (MapContent.Edge edge : sorted) {
            Cell from = byState.get(edge.from());
            Cell to = byState.get(edge.to());
            List<Cell> route = new ArrayList<>(List.of(from));
            if (to.layer > from.layer) {
                Cell before = from;
                double weight = edge.runs();
                for (int l = from.layer + 1; l < to.layer; l++) {
                    Cell passing = new Cell(null, 0, sorted.size() > CROWDED && !isMajor(edge, content));
                    passing.layer = l;
                    layers.get(l).add(passing);
                    join(before, passing, before.node == null ? STRAIGHT * weight : weight);
                    route.add(passing);
                    before = passing;
                }
                join(before, to, weight);
            }
            route.add(to);
            routes.put(edge, route);
        }
    }

    private static void join(Cell left, Cell right, double weight) {
        left.right.merge(right, weight, Double::sum);
        right.left.merge(left, weight, Double::sum);
    }

    private void order() {
        List<List<Cell>> best = copy();
        long fewest = crossings();
        for (int sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
            boolean rightwards = sweep % 2 == 0;
            for (int i = 1; i < layers.size(); i++) {
                int l = rightwards ? i : layers.size() - 1 - i;
                Map<Cell, Double> at = positions(layers.get(rightwards ? l - 1 : l + 1));
                Map<Cell, Double> own = positions(layers.get(l));
                for (Cell cell : layers.get(l)) {
                    Map<Cell, Double> beside = rightwards ? cell.left : cell.right;
                    double total = beside.values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum();
                    cell.wish = total == 0
                            ? own.get(cell)
                            : beside.entrySet().stream()
                                            .mapToDouble(e -> at.get(e.getKey()) * e.getValue())
                                            .sum()
                                    / total;
                }
                layers.get(l).sort(Comparator.comparingDouble(c -> c.wish));
            }
            long crossings = crossings();
            if (crossings < fewest) {
                fewest = crossings;
                best = copy();
            }
        }
        for (int l = 0; l < layers.size(); l++) {
            layers.set(l, best.get(l));
        }
    }

    private List<List<Cell>> copy() {
        List<List<Cell>> copy = new ArrayList<>();
        layers.forEach(layer -> copy.add(new ArrayList<>(layer)));
        return copy;
    }

    private static Map<Cell, Double> positions(List<Cell> layer) {
        Map<Cell, Double> at = new LinkedHashMap<>();
        for (int i = 0; i < layer.size(); i++) {
            at.put(layer.get(i), (i + 0.5) / layer.size());
        }
        return at;
    }

    private long crossings() {
        long count = 0;
        for (int l = 0; l + 1 < layers.size(); l++) {
            List<Cell> next = layers.get(l + 1);
            List<int[]> lines = new ArrayList<>();
            for (int i = 0; i < layers.get(l).size(); i++) {
                int at = i;
                layers.get(l).get(i).right.keySet().forEach(to -> lines.add(new int[] {at, next.indexOf(to)}));
            }
            for (int a = 0; a < lines.size(); a++) {
                for (int b = a + 1; b < lines.size(); b++) {
                    count += (long) (lines.get(a)[0] - lines.get(b)[0]) * (lines.get(a)[1] - lines.get(b)[1]) < 0
                            ? 1
                            : 0;
                }
            }
        }
        return count;
    }

    private void place(double width, double left, double right) {
        double gap = layers.size() < 2 ? 0 : Math.min(WIDEST_GAP, (width - left - right) / (layers.size() - 1));
        double start = left + (width - left - right - gap * (layers.size() - 1)) / 2;
        for (List<Cell> layer : layers) {
            double y = 0;
            for (int i = 0; i < layer.size(); i++) {
                Cell cell = layer.get(i);
                y += i == 0 ? 0 : apart(layer.get(i - 1), cell);
                cell.x = start + gap * cell.layer;
                cell.y = y;
            }
            double half = y / 2;
            layer.forEach(cell -> cell.y -= half);
        }
        for (int round = 0; round < 3 * SWEEPS; round++) {
            for (int i = 0; i < layers.size(); i++) {
                settle(layers.get(round % 2 == 0 ? i : layers.size() - 1 - i));
            }
        }
        double top = layers.stream()
                .flatMap(List::stream)
                .mapToDouble(c -> c.y)
                .min()
                .orElse(0);
        layers.forEach(layer -> layer.forEach(cell -> cell.y -= top));
    }

    private static double apart(Cell a, Cell b) {
        return a.minor || b.minor
                ? MINOR_ROW + a.radius + b.radius
                : a.node == null && b.node == null ? PASSING_ROW : ROW;
    }

    /** Moves a layer's cells to the weighted means of their neighbours, as near as their order and distances let them: isotonic regression. */
    private static void settle(List<Cell> layer) {
        double offset = 0;
        List<double[]> blocks = new ArrayList<>();
        double[] offsets = new double[layer.size()];
        for (int i = 0; i < layer.size(); i++) {
            Cell cell = layer.get(i);
            offset += i == 0 ? 0 : apart(layer.get(i - 1), cell);
            offsets[i] = offset;
            double total = 0;
            double sum = 0;
            for (Map<Cell, Double> side : List.of(cell.left, cell.right)) {
                for (Map.Entry<Cell, Double> e : side.entrySet()) {
                    double w = e.getValue() * e.getValue();
                    total += w;
                    sum += w * e.getKey().y;
                }
            }
            cell.weight = Math.max(total, 1e-9);
            double wish = (total > 0 ? sum / total : cell.y) - offset;
            blocks.add(new double[] {wish, cell.weight, 1});
            while (blocks.size() > 1 && blocks.get(blocks.size() - 2)[0] > blocks.get(blocks.size() - 1)[0]) {
                double[] b = blocks.remove(blocks.size() - 1);
                double[] a = blocks.get(blocks.size() - 1);
                a[0] = (a[0] * a[1] + b[0] * b[1]) / (a[1] + b[1]);
                a[1] += b[1];
                a[2] += b[2];
            }
        }
        int i = 0;
        for (double[] block : blocks) {
            for (int n = 0; n < block[2]; n++, i++) {
                layer.get(i).y = block[0] + offsets[i];
            }
        }
    }
}
