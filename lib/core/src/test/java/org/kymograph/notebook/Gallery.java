package org.kymograph.notebook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.kymograph.plot.Band;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.api.ScatterPlot;

/** One figure of each kind, of invented data; {@link #main} writes them to a page to look at. */
final class Gallery {
    private Gallery() {}

    static Table runs(int seeds, int epochs) {
        IntColumn epoch = IntColumn.create("epoch");
        DoubleColumn loss = DoubleColumn.create("eval_loss");
        DoubleColumn accuracy = DoubleColumn.create("accuracy");
        StringColumn run = StringColumn.create("run");
        StringColumn optimizer = StringColumn.create("optimizer");
        for (int s = 0; s < seeds; s++) {
            Random noise = new Random(s * 0x9E3779B97F4A7C15L);
            double turn = epochs * (0.3 + 0.4 * noise.nextDouble());
            for (int e = 0; e < epochs; e++) {
                double down = 1 / (1 + Math.exp(-(e - turn) / (epochs * 0.03)));
                epoch.append(e);
                loss.append(0.69 * (1 - down) + 0.002 + 0.01 * Math.abs(noise.nextGaussian()) * (1 - down * 0.9));
                accuracy.append(0.5 + 0.5 * down);
                run.append("seed" + s);
                optimizer.append(s % 2 == 0 ? "SGD" : "Adam");
            }
        }
        return Table.create("runs", epoch, loss, accuracy, run, optimizer);
    }

    static Map<String, Object> all() {
        Table runs = runs(12, 300);
        Random random = new Random(7);
        double[] x = random.doubles(400).toArray();
        double[] y = IntStream.range(0, 400)
                .mapToDouble(i -> x[i] * x[i] + 0.1 * random.nextGaussian())
                .toArray();
        double[] manyX = IntStream.range(0, 30_000)
                .mapToDouble(i -> random.nextGaussian())
                .toArray();
        double[] manyY = IntStream.range(0, 30_000)
                .mapToDouble(i -> manyX[i] * 0.6 + random.nextGaussian())
                .toArray();
        double[][] signed = new double[24][40];
        double[][] surface = new double[30][30];
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 30; j++) {
                if (j < 24) {
                    signed[j][i] = Math.sin(i / 5.0) * Math.cos(j / 4.0);
                }
                if (i < 30) {
                    surface[j][i] = (i - 15) * (i - 15) + (j - 10) * (j - 10) / 2.0;
                }
            }
        }
        Plot lines = Plots.lines(runs, "epoch", "eval_loss", "run")
                .withTitle("Loss of every run")
                .withY("evaluation loss (nats)");
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("lines", lines.withLineAtY(0.1, "published 0.1").withLineAtX(150, "half of training"));
        all.put(
                "log",
                Plots.lines(runs, "epoch", "eval_loss", "run")
                        .faint()
                        .and(Plots.mean(runs, "epoch", "eval_loss", "run", Band.standardDeviation()))
                        .withTitle("Mean of the runs on a log axis")
                        .withY("evaluation loss (nats)")
                        .withLogY()
                        .withLineAtY(0.01, "converged"));
        all.put(
                "means",
                Plots.means(runs, "epoch", "accuracy", "run", "optimizer", Band.quantiles(0.25, 0.75))
                        .withTitle("Accuracy by optimizer"));
        all.put("forty", Plots.lines(runs(40, 60), "epoch", "eval_loss", "run").withTitle("Forty runs"));
        all.put(
                "loglog",
                Plots.lines(new double[] {1, 10, 100, 1000}, Map.of("measured", new double[] {1, 0.3, 0.09, 0.031}))
                        .withLogX()
                        .withLogY()
                        .withX("steps")
                        .withY("loss")
                        .withTitle("Power law"));
        all.put(
                "scatter",
                Plots.scatter(x, y)
                        .withTitle("Confidence and variability")
                        .withX("variability")
                        .withY("confidence"));
        all.put("coloured", Plots.scatter(x, y, y, "correctness").withTitle("Data map"));
        all.put("webgl", Plots.scatter(manyX, manyY).withTitle("30 000 samples"));
        all.put(
                "by",
                Plots.scatter(runs.where(runs.intColumn("epoch").isGreaterThan(290)), "eval_loss", "accuracy", "run")
                        .withTitle("Last epochs"));
        all.put("histogram", Plots.histogram(manyX).withTitle("Weights").withX("weight"));
        all.put(
                "histograms",
                Plots.histogram(runs, "eval_loss", "optimizer", 30).withTitle("Losses by optimizer"));
        all.put(
                "bars",
                Plots.bars(
                                new String[] {"baseline", "ambiguous 33 %", "a rather long name of a setting", "random"
                                },
                                new double[] {0.91, 0.93, 0.88, 0.9},
                                new double[] {0.01, 0.02, 0.005, 0.01})
                        .withTitle("Accuracy by selection")
                        .withY("accuracy"));
        Table grouped = Table.create(
                StringColumn.create("task", "parity", "parity", "mod 113", "mod 113"),
                StringColumn.create("optimizer", "SGD", "Adam", "SGD", "Adam"),
                DoubleColumn.create("epochs", 120, 80, 300, 210));
        all.put("grouped", Plots.bars(grouped, "task", "epochs", "optimizer").withTitle("Epochs to converge"));
        all.put("boxes", Plots.boxes(runs, "eval_loss", "optimizer").withTitle("Spread"));
        all.put("heat", Plots.heatMap(signed).withTitle("A weight matrix").withColourLabel("weight"));
        all.put(
                "surface",
                Plots.heatMap(
                                IntStream.range(0, 30).asDoubleStream().toArray(),
                                IntStream.range(0, 30).asDoubleStream().toArray(),
                                surface)
                        .withTitle("A loss surface")
                        .withX("α")
                        .withY("β")
                        .withColourLabel("loss"));
        all.put(
                "transitions",
                Plots.heatMap(
                                new String[] {"state 0", "state 1", "state 2"},
                                new String[] {"state 0", "state 1", "state 2"},
                                new double[][] {{0.9, 0.1, 0}, {0, 0.8, 0.2}, {0, 0, 1}})
                        .withTitle("Transition matrix"));
        Table four = runs(4, 100);
        Plot[] panels = IntStream.range(0, 6)
                .mapToObj(i -> Plots.lines(four, "epoch", i % 2 == 0 ? "eval_loss" : "accuracy", "run")
                        .withTitle("Panel " + (i + 1))
                        .withLineAtY(0.3, ""))
                .toArray(Plot[]::new);
        all.put("grid", Plots.grid(3, panels).withTitle("Small multiples"));
        all.put("shared", Plots.grid(3, panels).withSharedX().withSharedY().withTitle("Small multiples, shared axes"));
        all.put(
                "heats",
                Plots.grid(
                        2,
                        Plots.heatMap(signed).withTitle("epoch 1"),
                        Plots.heatMap(surface).withTitle("epoch 2")));
        all.put(
                "violin",
                Plots.boxes(Map.of())
                        .and(Series.of("violin").with("y", y).with("name", "any plotly trace"))
                        .withTitle("A trace of one's own"));
        all.put("jsplot", ScatterPlot.create("Tablesaw's own 'scatter'", runs.first(300), "epoch", "eval_loss"));
        all.put("table", runs);
        return all;
    }

    static String page(String head) {
        StringBuilder html =
                new StringBuilder("<!DOCTYPE html><html><head><meta charset=\"utf-8\">" + head + "</head><body>");
        all().forEach((name, value) -> html.append("<div>")
                .append(Notebook.bundle(value).get("text/html"))
                .append("</div>\n"));
        return html.append("</body></html>").toString();
    }

    /** The gallery as an executed notebook, one figure a cell. */
    static JsonNode notebook(Map<String, Object> figures) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        ArrayNode cells = root.putArray("cells");
        ObjectNode text = cells.addObject().put("cell_type", "markdown").put("id", "intro");
        text.putObject("metadata");
        text.putArray("source").add("# A gallery\n").add("One figure of each kind, of *invented* data.");
        figures.forEach((name, value) -> {
            ObjectNode cell = cells.addObject()
                    .put("cell_type", "code")
                    .put("execution_count", 1)
                    .put("id", name);
            cell.putObject("metadata");
            ObjectNode output = cell.putArray("outputs").addObject();
            ObjectNode data = output.putObject("data");
            Notebook.bundle(value).forEach((mime, content) -> {
                ArrayNode lines = data.putArray(mime);
                for (String line : content.split("(?<=\n)", 0)) {
                    lines.add(line);
                }
            });
            output.put("execution_count", 1).putObject("metadata");
            output.put("output_type", "execute_result");
            cell.putArray("source").add("gallery(\"" + name + "\")");
        });
        root.putObject("metadata")
                .putObject("kernelspec")
                .put("display_name", "Java")
                .put("language", "java")
                .put("name", "kymograph");
        return root.put("nbformat", 4).put("nbformat_minor", 5);
    }

    public static void main(String[] args) throws IOException {
        if (args[0].endsWith(".ipynb")) {
            new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(Path.of(args[0]).toFile(), notebook(all()));
            return;
        }
        String dark = args.length > 1 ? "<style>body{background:#111;color:#ddd}</style>" : "";
        Files.writeString(
                Path.of(args[0]),
                page(Plotly.inlined() + "<style>body{font-family:sans-serif;max-width:960px;margin:1em auto}</style>"
                        + dark));
    }
}
