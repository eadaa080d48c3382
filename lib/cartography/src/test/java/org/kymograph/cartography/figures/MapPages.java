package org.kymograph.cartography.figures;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.noise.DensityShift;
import org.kymograph.cartography.noise.Detection;
import org.kymograph.cartography.select.Comparison;
import org.kymograph.cartography.select.Regions;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.notebook.Notebook;
import org.kymograph.notebook.Page;
import org.kymograph.plot.Plots;
import org.kymograph.record.tensors.Tensor;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Writes pages of maps to look at: {@code MapPages FOLDER [COORDINATES.jsonl]}. */
final class MapPages {
    private MapPages() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Map<String, Object> pages = new LinkedHashMap<>();
        SampleMetrics large = MapExample.metrics(60_000, 6, 1);
        if (args.length > 1) {
            pages.put(
                    "winogrande",
                    DataMapPlot.of(SampleMetrics.read(Path.of(args[1])))
                            .withTask("WinoGrande")
                            .withModel("RoBERTa-large")
                            .plot());
        }
        pages.put(
                "script",
                DataMapPlot.of(large)
                        .withTask("invented")
                        .withModel("MLP")
                        .withLimit(60_000)
                        .plot());
        pages.put(
                "notebook",
                DataMapPlot.of(large)
                        .withTask("invented")
                        .withModel("MLP")
                        .withStyle(DataMapPlot.Style.NOTEBOOK)
                        .plot());
        pages.put(
                "allenai",
                DataMapPlot.of(large)
                        .withTask("invented")
                        .withModel("MLP")
                        .withStyle(DataMapPlot.Style.ALLENAI)
                        .plot());
        pages.put(
                "compact",
                DataMapPlot.of(large)
                        .withTask("invented")
                        .withModel("MLP")
                        .withStyle(DataMapPlot.Style.COMPACT)
                        .plot());
        byte[] pixels = new byte[3000 * 28 * 28];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) ((i / 784 * 7 + i % 28 * i / 28 % 28) & 255);
        }
        SampleMetrics small = MapExample.metrics(3000, 6, 1);
        Dataset images = new Dataset(
                "x", "train", 0, Tensor.of(pixels, 3000, 28, 28), Tensor.of(new long[3000], 3000), 2, Scaling.UNIT);
        SampleGallery gallery = SampleGallery.of(small).withImages(images).withClasses("boot", "shirt", "bag");
        pages.put("gallery", gallery.hardest(16));
        pages.put(
                "texts",
                gallery.withTexts(i -> "A sentence that says what sample number " + i + " is about, with <b>signs</b>")
                        .mostAmbiguous(4));
        pages.put(
                "images",
                DataMapPlot.of(small)
                        .withImages(images)
                        .withTexts(i -> "A sentence that says what sample number " + i + " is about, with <b>signs</b>")
                        .withClasses("boot", "shirt", "bag")
                        .plot());
        SampleMetrics weak = MapExample.metrics(20_000, 4, 0.35);
        SampleMetrics strong = MapExample.metrics(20_000, 4, 1);
        Comparison both = Comparison.of(weak, strong);
        pages.put("compare", ComparisonPlots.map(both, "BERT-tiny", "RoBERTa-large"));
        pages.put("against", ComparisonPlots.scatter(both, Metric.CONFIDENCE, "BERT-tiny", "RoBERTa-large"));
        pages.put("migration", ComparisonPlots.migration(Comparison.Migration.of(both, 2000, true)));
        pages.put("transitions", ComparisonPlots.transitions(both, 0.33));
        pages.put("epochs", MapEpochs.of(MapExample.dynamics(20_000, 6, 3, 1)));
        pages.put(
                "regions",
                DataMapPlot.of(strong)
                        .withRegions(Regions.of(strong, 0.33))
                        .withTask("invented")
                        .plot());
        pages.put(
                "sorted",
                Plots.grid(
                        2,
                        SelectionPlots.sorted(strong, Metric.CONFIDENCE).withTitle("all"),
                        SelectionPlots.sortedByClass(
                                        strong, Metric.CONFIDENCE, "entailment", "neutral", "contradiction")
                                .withTitle("by class"),
                        SelectionPlots.topClasses(
                                strong, Metric.CONFIDENCE, true, 0.01, "entailment", "neutral", "contradiction"),
                        SelectionPlots.weights(strong, c -> 1 - Math.pow((c - 0.8) / 0.8, 4))));
        boolean[] truth = new boolean[strong.size()];
        String[] kinds = new String[truth.length];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = strong.value(Metric.CONFIDENCE, i) < 0.15 && i % 5 > 0 || i % 50 == 0;
            kinds[i] = truth[i] ? "changed label" : "own label";
        }
        Map<String, String> colours = new LinkedHashMap<>();
        colours.put("own label", "#b0b0b0");
        colours.put("changed label", "#c44e52");
        pages.put(
                "noise",
                DataMapPlot.of(strong)
                        .withColours("label", kinds, colours)
                        .withTask("noisy")
                        .plot());
        List<Detection> detections = List.of(
                Detection.topK(strong, Metric.CONFIDENCE, 500),
                Detection.topK(strong, Metric.AUM, 500),
                Detection.topK(strong, Metric.VARIABILITY, 500));
        pages.put("roc", NoisePlots.roc(detections, truth));
        pages.put("pr", NoisePlots.precisionRecall(detections, truth));
        pages.put(
                "shift",
                NoisePlots.shift(
                        DensityShift.of(strong, weak, strong.guids(), Metric.CONFIDENCE, 40),
                        DensityShift.of(strong, weak, strong.guids(), Metric.VARIABILITY, 40)));
        pages.put("binned", SelectionPlots.binned(strong, weak.values(Metric.CONFIDENCE), "human agreement"));
        List<double[]> rows = new ArrayList<>();
        StringColumn chosen = StringColumn.create("selection");
        StringColumn test = StringColumn.create("test set");
        for (double percent : new double[] {1, 5, 10, 17, 25, 33, 50}) {
            for (int seed = 0; seed < 3; seed++) {
                for (int way = 0; way < 4; way++) {
                    rows.add(new double[] {
                        percent, 60 + 8 * Math.log(percent) * (way % 2 == 0 ? 1 : 0.7) + seed - way, seed
                    });
                    chosen.append(way % 2 == 0 ? "ambiguous" : "random");
                    test.append(way < 2 ? "in distribution" : "out of distribution");
                }
            }
        }
        Table sweep = Table.create(
                "sweep",
                DoubleColumn.create(
                        "share (%)", rows.stream().mapToDouble(r -> r[0]).toArray()),
                DoubleColumn.create(
                        "accuracy (%)", rows.stream().mapToDouble(r -> r[1]).toArray()),
                DoubleColumn.create("seed", rows.stream().mapToDouble(r -> r[2]).toArray()),
                chosen,
                test);
        pages.put(
                "sweep",
                SelectionPlots.accuracies(sweep, "share (%)", "accuracy (%)", "seed", "selection", "test set"));
        for (Map.Entry<String, Object> page : pages.entrySet()) {
            String html = Notebook.bundle(page.getValue()).getOrDefault("text/html", "");
            System.out.printf("%-12s %,d bytes%n", page.getKey(), html.length());
            Page.write(folder.resolve(page.getKey() + ".html"), page.getKey(), List.of(page.getValue()));
        }
        Files.writeString(folder.resolve("pages.txt"), String.join("\n", pages.keySet()));
    }
}
