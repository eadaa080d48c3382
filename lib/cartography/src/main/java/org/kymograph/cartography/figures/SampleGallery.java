package org.kymograph.cartography.figures;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.data.Dataset;
import org.kymograph.notebook.Renderers;

/**
 * Samples to look at, with their label and numbers: {@code SampleGallery.of(metrics).withImages(train).hardest(12)} ends a cell.
 *
 * <p>Images stand beside each other, texts below each other.
 *
 * @param metrics the samples
 * @param images their images, or null
 * @param texts their texts by their places in the metrics, or null
 * @param classes the labels' names; may be empty
 * @param rows which samples are shown, by their places in the metrics
 * @param title what they are
 */
public record SampleGallery(
        SampleMetrics metrics,
        Dataset images,
        IntFunction<String> texts,
        List<String> classes,
        List<Integer> rows,
        String title) {
    private static final int SIDE = 72;
    private static final int LONGEST = 400;
    /** Pictures in a row: as many as fit into 800 pixels. */
    private static final int ACROSS = 8;

    /** Checks that there is an image for each sample, and that the rows are in range. */
    public SampleGallery {
        if (images != null) {
            Arguments.sameLength("images", images.size(), "metrics", metrics.size());
            Thumbnails.of(images);
        }
        for (int row : rows) {
            Arguments.within("row", row, 0, metrics.size() - 1);
        }
    }

    /**
     * Starts a gallery.
     *
     * @param metrics the samples
     * @return a gallery without samples; {@link #hardest} and others choose them
     */
    public static SampleGallery of(SampleMetrics metrics) {
        return new SampleGallery(metrics, null, null, List.of(), List.of(), "");
    }

    /**
     * Shows images.
     *
     * @param dataset images as bytes, in the order of the metrics
     * @return the copy
     * @throws IllegalArgumentException if they are not images, or not as many as samples
     */
    public SampleGallery withImages(Dataset dataset) {
        return Copies.with(this, "images", dataset);
    }

    /**
     * Shows texts.
     *
     * @param text gives the text of a sample by its place in the metrics, 0 to size-1
     * @return the copy
     */
    public SampleGallery withTexts(IntFunction<String> text) {
        return Copies.with(this, "texts", text);
    }

    /**
     * Names the labels.
     *
     * @param names one for each class
     * @return the copy
     */
    public SampleGallery withClasses(String... names) {
        return Copies.with(this, "classes", List.of(names));
    }

    /**
     * The samples of the lowest confidence.
     *
     * @param n at most how many
     * @return the copy
     */
    public SampleGallery hardest(int n) {
        return first(Metric.CONFIDENCE, false, n, "hardest to learn");
    }

    /**
     * The samples of the highest confidence.
     *
     * @param n at most how many
     * @return the copy
     */
    public SampleGallery easiest(int n) {
        return first(Metric.CONFIDENCE, true, n, "easiest to learn");
    }

    /**
     * The samples of the highest variability.
     *
     * @param n at most how many
     * @return the copy
     */
    public SampleGallery mostAmbiguous(int n) {
        return first(Metric.VARIABILITY, false, n, "most ambiguous");
    }

    private SampleGallery first(Metric metric, boolean worst, int n, String name) {
        int[] order = metrics.order(metric, worst);
        return samples(name, Arrays.copyOf(order, Math.max(0, Math.min(n, order.length))));
    }

    /**
     * Any samples.
     *
     * @param name what they are
     * @param chosen their places in the metrics, 0 to size-1
     * @return the copy
     * @throws IllegalArgumentException if a place is out of range
     */
    public SampleGallery samples(String name, int... chosen) {
        return new SampleGallery(
                metrics, images, texts, classes, IntStream.of(chosen).boxed().toList(), name);
    }

    Map<String, String> bundle() {
        StringBuilder html = new StringBuilder(
                        "<div class=\"kymograph-gallery\"><div style=\"opacity:0.75;padding:0.2em 0\">")
                .append(Renderers.escape(title) + "</div><table style=\"border-collapse:collapse\"><tr>");
        StringBuilder plain = new StringBuilder(title);
        // A plain table: pages that remove styles still lay it out.
        int across = texts == null ? ACROSS : 1;
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.get(i);
            String head = metrics.guids().text(row) + label(row);
            html.append(i > 0 && i % across == 0 ? "</tr><tr>" : "")
                    .append("<td style=\"text-align:" + (texts == null ? "center" : "left")
                            + ";vertical-align:top;padding:0.3em;font-size:85%;line-height:1.25\">");
            if (images != null) {
                html.append("<img alt=\"" + Renderers.escape(head) + "\" width=\"" + SIDE
                        + "\" style=\"image-rendering:pixelated\" src=\"data:image/png;base64," + png(row) + "\"><br>");
            }
            html.append("<b>" + Renderers.escape(head) + "</b><br><span style=\"opacity:0.75\">"
                    + numbers(row).replace(", ", "<br>") + "</span>");
            plain.append("\n").append(head).append(": ").append(numbers(row));
            if (texts != null) {
                html.append("</td><td style=\"text-align:left\">" + Renderers.escape(cut(texts.apply(row))));
                plain.append("  ").append(cut(texts.apply(row)));
            }
            html.append("</td>");
        }
        return Renderers.bundle(html.append("</tr></table></div>").toString(), plain.toString());
    }

    private String label(int row) {
        int[] gold = metrics.gold();
        return gold == null
                ? ""
                : " · "
                        + (gold[row] >= 0 && gold[row] < classes.size()
                                ? classes.get(gold[row])
                                : "label " + gold[row]);
    }

    private String numbers(int row) {
        String right = metrics.has(Metric.CORRECTNESS)
                ? String.format(Locale.ROOT, ", right %.0f×", metrics.value(Metric.CORRECTNESS, row))
                : "";
        return String.format(
                Locale.ROOT,
                "%.2f ± %.2f%s",
                metrics.value(Metric.CONFIDENCE, row),
                metrics.value(Metric.VARIABILITY, row),
                right);
    }

    private static String cut(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST - 1).stripTrailing() + "…" : text;
    }

    /** In its own size: the page enlarges it. */
    private String png(int row) {
        BufferedImage image = Thumbnails.of(images).image(row);
        return Renderers.base64(image.getWidth() > 2 * SIDE ? smaller(image) : image, "png");
    }

    private static BufferedImage smaller(BufferedImage image) {
        BufferedImage small = new BufferedImage(
                2 * SIDE, Math.max(1, 2 * SIDE * image.getHeight() / image.getWidth()), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, small.getWidth(), small.getHeight(), null);
        graphics.dispose();
        return small;
    }
}
