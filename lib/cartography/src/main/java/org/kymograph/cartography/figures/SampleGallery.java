package org.kymograph.cartography.figures;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.data.Dataset;
import org.kymograph.notebook.Html;

/**
 * Samples to look at, with their label and numbers: {@code SampleGallery.of(metrics).withImages(train).hardest(12)} ends a cell.
 *
 * <p>Images stand beside each other, texts below each other.
 */
public final class SampleGallery {
    private static final int SIDE = 84;
    private static final int LONGEST = 400;
    private final SampleMetrics metrics;
    private final Dataset images;
    private final IntFunction<String> texts;
    private final List<String> classes;
    private final int[] rows;
    private final String title;

    private SampleGallery(
            SampleMetrics metrics,
            Dataset images,
            IntFunction<String> texts,
            List<String> classes,
            int[] rows,
            String title) {
        this.metrics = metrics;
        this.images = images;
        this.texts = texts;
        this.classes = classes;
        this.rows = rows;
        this.title = title;
    }

    /**
     * Starts a gallery.
     *
     * @param metrics the samples
     * @return a gallery without samples; {@link #hardest} and others choose them
     */
    public static SampleGallery of(SampleMetrics metrics) {
        return new SampleGallery(metrics, null, null, List.of(), new int[0], "");
    }

    /**
     * Shows images.
     *
     * @param dataset images as bytes, in the order of the metrics
     * @return the copy
     * @throws IllegalArgumentException if they are not images, or not as many as samples
     */
    public SampleGallery withImages(Dataset dataset) {
        if (dataset.size() != metrics.size()) {
            throw new IllegalArgumentException(
                    "dataset: " + dataset.size() + " images; expected " + metrics.size() + ", one for each sample");
        }
        Thumbnails.of(dataset);
        return new SampleGallery(metrics, dataset, texts, classes, rows, title);
    }

    /**
     * Shows texts.
     *
     * @param text gives the text of a sample by its place in the metrics, 0 to size-1
     * @return the copy
     */
    public SampleGallery withTexts(IntFunction<String> text) {
        return new SampleGallery(metrics, images, text, classes, rows, title);
    }

    /**
     * Names the labels.
     *
     * @param names one for each class
     * @return the copy
     */
    public SampleGallery withClasses(String... names) {
        return new SampleGallery(metrics, images, texts, List.of(names), rows, title);
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
        for (int row : chosen) {
            if (row < 0 || row >= metrics.size()) {
                throw new IllegalArgumentException("chosen: " + row + "; expected 0 to " + (metrics.size() - 1));
            }
        }
        return new SampleGallery(metrics, images, texts, classes, chosen.clone(), name);
    }

    Map<String, String> bundle() {
        StringBuilder html = new StringBuilder(
                        "<div class=\"kymograph-gallery\"><div style=\"opacity:0.75;padding:0.2em 0\">")
                .append(Html.escape(title))
                .append("</div><div style=\"display:flex;flex-wrap:wrap;gap:0.7em\">");
        StringBuilder plain = new StringBuilder(title);
        for (int row : rows) {
            String head = metrics.guids().text(row) + label(row);
            html.append("<div style=\"")
                    .append(
                            texts == null
                                    ? "width:" + (SIDE + 16) + "px;text-align:center"
                                    : "width:100%;display:flex;gap:0.8em;align-items:center")
                    .append(";font-size:85%;line-height:1.25\">");
            if (images != null) {
                html.append("<img alt=\"")
                        .append(Html.escape(head))
                        .append("\" width=\"")
                        .append(SIDE)
                        .append("\" style=\"image-rendering:pixelated\" src=\"data:image/png;base64,")
                        .append(png(row))
                        .append("\">");
            }
            html.append("<div style=\"min-width:8em\"><b>")
                    .append(Html.escape(head))
                    .append("</b><br><span style=\"opacity:0.75\">")
                    .append(numbers(row))
                    .append("</span></div>");
            plain.append("\n").append(head).append(": ").append(numbers(row));
            if (texts != null) {
                html.append("<div style=\"flex:1;text-align:left\">")
                        .append(Html.escape(cut(texts.apply(row))))
                        .append("</div>");
                plain.append("  ").append(cut(texts.apply(row)));
            }
            html.append("</div>");
        }
        Map<String, String> bundle = new LinkedHashMap<>();
        bundle.put("text/html", html.append("</div></div>").toString());
        bundle.put("text/plain", plain.toString());
        return bundle;
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
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image.getWidth() > 2 * SIDE ? smaller(image) : image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
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
