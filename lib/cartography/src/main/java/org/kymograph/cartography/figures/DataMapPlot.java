package org.kymograph.cartography.figures;

import it.unimi.dsi.fastutil.doubles.Double2IntMap;
import it.unimi.dsi.fastutil.doubles.Double2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.select.Regions;
import org.kymograph.cartography.select.Regions.Region;
import org.kymograph.data.Dataset;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.record.dynamics.Dynamics;

/**
 * The map of a training set: {@code DataMapPlot.of(metrics).withTask("SNLI").withModel("RoBERTa").plot()}.
 *
 * <p>Each sample is a point, variability across, confidence up, its colour how often it is right (Swayamdipta et al. 2020, figure 1). Groups of
 * correctness are drawn over each other from often to seldom right, since there are fewest of the latter. Pointing at one tells its id, its label and,
 * for a chosen number of samples, its text or its image.
 *
 * @param metrics the samples
 * @param style the layout
 * @param limit how many samples are drawn at most; 0 for as many as the style says
 * @param seed what chooses the samples, where there are more than are drawn
 * @param task the task, for the title; may be empty
 * @param model the model, for the title; may be empty
 * @param classes the labels' names, or null
 * @param texts the samples' texts by their places in the metrics, or null
 * @param images the samples' images, or null
 * @param details for how many samples the figure carries the text or image
 * @param regions what colours each sample instead of its correctness, or null
 * @param colours colours of some or all regions, the last drawn on top
 * @param legend the regions' heading
 */
public record DataMapPlot(
        SampleMetrics metrics,
        Style style,
        int limit,
        long seed,
        String task,
        String model,
        List<String> classes,
        IntFunction<String> texts,
        Dataset images,
        int details,
        List<String> regions,
        Map<String, String> colours,
        String legend) {
    /** How maps are laid out. */
    public enum Style {
        /** At most 55,000 samples, three histograms at the right; with fewer than 8 groups their markers differ. */
        SCRIPT(55_000),
        /** At most 55,000 samples, four histograms at the right, the last of forgetfulness. */
        NOTEBOOK(55_000),
        /** At most 25,000 samples, three histograms below. */
        ALLENAI(25_000),
        /** At most 55,000 samples, small and without histograms. */
        COMPACT(55_000);

        private final int limit;

        Style(int limit) {
            this.limit = limit;
        }
    }

    private static final String HOVER = "confidence %{y:.3f}, variability %{x:.3f}<br>right %{fullData.name}";
    private static final int DETAILS = 3_000;
    private static final int MENU = 4_000;
    private static final String REGION = "region";
    private static final List<String> FIFTHS = List.of("least fifth", "second", "third", "fourth", "largest fifth");

    /** Checks the numbers, and that there is an image and a region for each sample. */
    public DataMapPlot {
        Arguments.atLeast("limit", limit, 0);
        Arguments.atLeast("details", details, 1);
        if (images != null) {
            Arguments.sameLength("images", images.size(), "metrics", metrics.size());
            Thumbnails.of(images);
        }
        if (regions != null) {
            Arguments.sameLength("regions", regions.size(), "metrics", metrics.size());
        }
    }

    /**
     * Starts a map.
     *
     * @param metrics with confidence, variability and correctness; without forgetfulness its histogram is left away
     * @return the map in the style {@link Style#SCRIPT}
     * @throws IllegalArgumentException if one of the three is missing or NaN for all samples, or there are no samples
     */
    public static DataMapPlot of(SampleMetrics metrics) {
        Arguments.atLeast("samples of the metrics", metrics.size(), 1);
        CloudLayout.checkPlaces(metrics, Metric.CONFIDENCE, Metric.VARIABILITY, Metric.CORRECTNESS);
        return new DataMapPlot(metrics, Style.SCRIPT, 0, 0, "", "", null, null, null, DETAILS, null, null, "");
    }

    /**
     * Sets the layout, and with it how many samples are drawn.
     *
     * @param chosen the layout
     * @return the copy
     */
    public DataMapPlot withStyle(Style chosen) {
        return Copies.with(this, "style", chosen);
    }

    /**
     * Draws another number of samples, chosen by chance.
     *
     * @param samples at least 1
     * @return the copy
     * @throws IllegalArgumentException if it is less
     */
    public DataMapPlot withLimit(int samples) {
        return Copies.with(this, "limit", Arguments.atLeast("limit", samples, 1));
    }

    /**
     * Sets what chooses the samples, where there are more than are drawn.
     *
     * @param chance any number
     * @return the copy
     */
    public DataMapPlot withSeed(long chance) {
        return Copies.with(this, "seed", chance);
    }

    /**
     * Names the task in the title.
     *
     * @param name such as {@code "SNLI"}
     * @return the copy
     */
    public DataMapPlot withTask(String name) {
        return Copies.with(this, "task", name);
    }

    /**
     * Names the model in the title.
     *
     * @param name such as {@code "RoBERTa"}
     * @return the copy
     */
    public DataMapPlot withModel(String name) {
        return Copies.with(this, "model", name);
    }

    /**
     * Names the labels, so that pointing at a sample tells its label by name.
     *
     * @param names one for each class
     * @return the copy
     */
    public DataMapPlot withClasses(String... names) {
        return Copies.with(this, "classes", List.of(names));
    }

    /**
     * Tells texts of samples that are pointed at, cut off after 200 characters, for as many as {@link #withDetails} says.
     *
     * @param text gives the text of a sample by its place in the metrics, 0 to size-1
     * @return the copy
     */
    public DataMapPlot withTexts(IntFunction<String> text) {
        return Copies.with(this, "texts", text);
    }

    /**
     * Shows images of samples that are pointed at, at most 28 × 28 and grey ones in 16 steps, for as many as {@link #withDetails} says.
     *
     * @param dataset the images as bytes, in the order of the metrics
     * @return the copy
     * @throws IllegalArgumentException if they are not images, or not as many as samples
     */
    public DataMapPlot withImages(Dataset dataset) {
        return Copies.with(this, "images", dataset);
    }

    /**
     * Sets for how many samples the figure carries the text or image: those in thin places first, then evenly over the map. 3,000 images of
     * 28 × 28 greys take about a megabyte of a notebook.
     *
     * @param samples at least 1
     * @return the copy
     * @throws IllegalArgumentException if it is less
     */
    public DataMapPlot withDetails(int samples) {
        return Copies.with(this, "details", samples);
    }

    /**
     * Colours samples by a name of any kind, such as their region or whether their label was changed, in place of correctness.
     *
     * @param heading what the names are
     * @param names one for each sample
     * @param chosen a colour for each name, in the order in which they are drawn; names that it lacks are drawn first, with colours of their own
     * @return the copy
     * @throws IllegalArgumentException if there are not as many names as samples
     */
    public DataMapPlot withColours(String heading, String[] names, Map<String, String> chosen) {
        DataMapPlot named = Copies.with(Copies.with(this, "legend", heading), "regions", Arrays.asList(names.clone()));
        return Copies.with(named, "colours", new LinkedHashMap<>(chosen));
    }

    /**
     * Colours samples by whether they are marked in place of correctness: the marked ones lie on top, in the colour of wrong labels.
     *
     * @param heading what the mark is, such as {@code "label"}
     * @param marked whether each sample is, such as {@link org.kymograph.cartography.noise.NoisyLabels#truth}
     * @param yes what the marked ones are called, such as {@code "wrong"}
     * @param no what the others are called
     * @return the copy
     * @throws IllegalArgumentException if there are not as many marks as samples
     */
    public DataMapPlot withMarked(String heading, boolean[] marked, String yes, String no) {
        Map<String, String> two = new LinkedHashMap<>();
        two.put(no, RoleHue.RIGHT);
        two.put(yes, RoleHue.WRONG);
        return withColours(
                heading,
                IntStream.range(0, marked.length)
                        .mapToObj(i -> marked[i] ? yes : no)
                        .toArray(String[]::new),
                two);
    }

    /**
     * Colours samples by their region in place of correctness.
     *
     * @param chosen the regions of these samples
     * @return the copy
     * @throws IllegalArgumentException if they are of another number of samples
     */
    public DataMapPlot withRegions(Regions chosen) {
        Map<String, String> four = new LinkedHashMap<>();
        for (Region region : List.of(Region.NONE, Region.EASY, Region.AMBIGUOUS, Region.HARD)) {
            four.put(region.key(), RoleHue.OF.get(region.key()));
        }
        return withColours(
                REGION, Arrays.stream(chosen.labels()).map(Region::key).toArray(String[]::new), four);
    }

    private String title() {
        boolean allenai = style == Style.ALLENAI;
        String first = allenai ? model : task;
        String second = allenai ? task : model;
        String named = first + (first.isEmpty() || second.isEmpty() ? "" : "-") + second;
        return Plots.escape(named.isEmpty() ? "Data Map" : named + " Data Map");
    }

    /**
     * Draws the map.
     *
     * @return the figure
     */
    public Plot plot() {
        int[] rows = RowSample.of(metrics.size(), limit > 0 ? limit : style.limit, seed);
        double[] x = Columns.pick(metrics.values(Metric.VARIABILITY), rows);
        double[] y = Columns.pick(metrics.values(Metric.CONFIDENCE), rows);
        double[] correctness = metrics.values(Metric.CORRECTNESS);
        int epochs = CorrectnessHue.epochs(metrics.epochs(), correctness);
        List<PointGroup> groups = regions == null
                ? CorrectnessHue.groups(correctness, epochs, rows, style != Style.NOTEBOOK)
                : named(rows);
        int[] detailed = texts == null && images == null ? new int[0] : RowSample.spread(x, y, details, seed);
        PointCloud cloud = new PointCloud(
                x,
                y,
                groups,
                PointCloud.ids(metrics.guids(), rows),
                PointNotes.of(metrics, rows, classes, texts, detailed));
        Plot plot = drawn(cloud, regions == null ? HOVER : HOVER.replace("right ", Plots.escape(legend) + " "));
        if (images != null) {
            plot = plot.with("meta.pictures", pictures(rows, detailed, groups));
        }
        String drawn = rows.length < metrics.size()
                ? "<br><sup>" + String.format(Locale.ROOT, "%,d of %,d samples", rows.length, metrics.size()) + "</sup>"
                : "";
        plot = plot.withTitle(title() + drawn);
        return switch (style) {
            case COMPACT -> plot.with("width", 640).withHeight(470);
            case ALLENAI ->
                CloudLayout.below(plot.withHeight(660), panels(rows, correctness, epochs))
                        .with("legend.y", 0.985);
            default -> CloudLayout.beside(plot.withHeight(630), panels(rows, correctness, epochs));
        };
    }

    private Plot drawn(PointCloud cloud, String hover) {
        Plot plot = CloudLayout.axes(Arrays.stream(cloud.x())).with("yaxis.dtick", 0.2);
        plot = Arrays.stream(cloud.x()).anyMatch(x -> x > 1) ? plot : plot.with("xaxis.dtick", 0.1);
        List<Series> traces = cloud.traces(style == Style.COMPACT ? 4.5 : 5.5, 0.45, hover);
        // Often right is drawn first and listed last.
        for (int g = traces.size() - 1; g >= 0; g--) {
            plot = plot.and(traces.get(g));
        }
        // Where colours tell the regions, boxes at their usual places would contradict them.
        plot = CloudLayout.framed(
                REGION.equals(legend) ? plot : CloudLayout.regions(plot, style != Style.ALLENAI, cloud.x(), cloud.y()),
                regions == null ? "correct." : Plots.escape(legend));
        return plot.with("legend.traceorder", "reversed");
    }

    private List<SidePanel> panels(int[] rows, double[] correctness, int epochs) {
        List<SidePanel> panels = new ArrayList<>();
        panels.add(SidePanel.bins(
                "confidence", Columns.pick(metrics.values(Metric.CONFIDENCE), rows), SidePanel.CONFIDENCE));
        panels.add(SidePanel.bins(
                "variability", Columns.pick(metrics.values(Metric.VARIABILITY), rows), SidePanel.VARIABILITY));
        panels.add(SidePanel.whole("correctness", Columns.pick(correctness, rows), epochs, SidePanel.CORRECTNESS));
        if (style == Style.NOTEBOOK && metrics.has(Metric.FORGETFULNESS)) {
            panels.add(SidePanel.forgetfulness(Columns.pick(metrics.values(Metric.FORGETFULNESS), rows)));
        }
        return panels;
    }

    private List<PointGroup> named(int[] rows) {
        Map<String, IntStream.Builder> byName = new LinkedHashMap<>();
        List<String> order = new ArrayList<>(colours.keySet());
        Arrays.stream(rows)
                .mapToObj(regions::get)
                .distinct()
                .sorted()
                .filter(name -> !order.contains(name))
                .forEach(name -> order.add(0, name));
        order.forEach(name -> byName.put(name, IntStream.builder()));
        for (int at = 0; at < rows.length; at++) {
            byName.get(regions.get(rows[at])).add(at);
        }
        Map<String, Palette.Style> styles = Palette.styles(order);
        List<PointGroup> groups = new ArrayList<>();
        byName.forEach((name, points) -> {
            int[] own = points.build().toArray();
            if (own.length > 0) {
                groups.add(
                        0,
                        new PointGroup(
                                Plots.escape(name),
                                colours.getOrDefault(name, styles.get(name).colour()),
                                "circle",
                                own));
            }
        });
        return groups;
    }

    private Map<String, Object> pictures(int[] rows, int[] detailed, List<PointGroup> groups) {
        int[] place = new int[rows.length];
        Arrays.fill(place, -1);
        for (int i = 0; i < detailed.length; i++) {
            place[detailed[i]] = i;
        }
        int[] own = IntStream.of(detailed).map(at -> rows[at]).toArray();
        List<int[]> places = new ArrayList<>();
        for (int g = groups.size() - 1; g >= 0; g--) {
            places.add(IntStream.of(groups.get(g).points()).map(at -> place[at]).toArray());
        }
        return Thumbnails.of(images).sheet(own, places);
    }

    /**
     * Draws the map with a menu of what its colours tell: correctness, the class where labels are known, and fifths of the mean loss, the area under the
     * margin and the forgetting events where the metrics have them. At most 4,000 samples, without pictures.
     *
     * @return the figure, correctness shown first
     */
    public Animation colourMenu() {
        DataMapPlot base =
                Copies.with(this, "images", (Dataset) null).withLimit(limit > 0 ? Math.min(limit, MENU) : MENU);
        Map<String, Plot> choices = new LinkedHashMap<>();
        choices.put("correctness", base.plot());
        int[] gold = metrics.gold();
        if (gold != null) {
            String[] names = IntStream.of(gold)
                    .mapToObj(c -> classes != null && c >= 0 && c < classes.size() ? classes.get(c) : "class " + c)
                    .toArray(String[]::new);
            choices.put("class", base.withColours("class", names, Map.of()).plot());
        }
        Map<String, String> colours = new LinkedHashMap<>();
        FIFTHS.forEach(fifth -> colours.put(fifth, Palette.VIRIDIS.get(colours.size())));
        for (Metric metric : List.of(Metric.LOSS_MEAN, Metric.AUM, Metric.FORGETFULNESS)) {
            if (metrics.has(metric)) {
                String name = metric.column().replace('_', ' ');
                choices.put(
                        name, base.withColours(name, fifths(metric), colours).plot());
            }
        }
        return Animation.menu("colour", choices);
    }

    private String[] fifths(Metric metric) {
        double[] values = metrics.values(metric);
        double[] sorted =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        // Equal values share a fifth, that of the first of them; adding 0 makes 0 of -0.
        Double2IntMap below = new Double2IntOpenHashMap();
        for (int rank = 0; rank < sorted.length; rank++) {
            below.putIfAbsent(sorted[rank] + 0.0, rank);
        }
        return Arrays.stream(values)
                .mapToObj(v -> FIFTHS.get(Math.min(4, 5 * below.get(v + 0.0) / Math.max(1, sorted.length))))
                .toArray(String[]::new);
    }

    /**
     * Draws the map of the first epoch, of the first two and so on, of at most 4,000 samples, as an animation.
     *
     * @param dynamics the log
     * @throws IllegalArgumentException if the log can't give a map
     */
    public static Animation animation(Dynamics dynamics) {
        return MapEpochs.of(dynamics);
    }
}
