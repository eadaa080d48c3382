package org.kymograph.cartography.figures;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.notebook.Renderers;
import org.kymograph.record.tensors.Dtype;

/** The images of a data set as small pictures: alone, or many on one sheet that a figure carries along. */
final class Thumbnails {
    /** Sides in pixels; larger images are drawn smaller on a sheet. */
    private static final int SIDE = 28;

    private static final int COLUMNS = 64;
    private static final int GREYS = 16;
    private final Dataset images;
    private final int channels;
    private final int height;
    private final int width;

    private Thumbnails(Dataset images, int channels, int height, int width) {
        this.images = images;
        this.channels = channels;
        this.height = height;
        this.width = width;
    }

    /**
     * Takes a data set's inputs as images.
     *
     * @param images inputs of shape {@code [height, width]}, {@code [1, height, width]} or {@code [3, height, width]}, as bytes
     * @return the pictures
     * @throws IllegalArgumentException if they have another shape or type
     */
    static Thumbnails of(Dataset images) {
        long[] shape = images.inputShape();
        boolean fits = images.inputs().dtype() == Dtype.U8
                && (shape.length == 2 || shape.length == 3 && (shape[0] == 1 || shape[0] == 3));
        Arguments.require(
                fits,
                "images: inputs of type " + images.inputs().dtype() + " and shape " + Arrays.toString(shape)
                        + "; expected U8 of shape [height, width], [1, height, width] or [3, height, width]");
        return new Thumbnails(images, shape.length == 2 ? 1 : (int) shape[0], (int) shape[shape.length - 2], (int)
                shape[shape.length - 1]);
    }

    /**
     * The number of pictures.
     *
     * @return as many as the data set has examples
     */
    int size() {
        return images.size();
    }

    /**
     * One picture in its own size.
     *
     * @param row the example
     * @return the picture; bright is bright
     * @throws IllegalArgumentException if there is no such example
     */
    BufferedImage image(int row) {
        Arguments.within("row", row, 0, size() - 1);
        BufferedImage image = new BufferedImage(
                width, height, channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < image.getRaster().getNumBands(); c++) {
                    image.getRaster().setSample(x, y, c, pixel(row, c, y, x));
                }
            }
        }
        return image;
    }

    /** A sheet for a figure's {@code meta}: the pictures of some rows, and for each point of each trace its place on the sheet or -1. */
    Map<String, Object> sheet(int[] rows, List<int[]> places) {
        int across = Math.min(SIDE, width);
        int down = Math.min(SIDE, height);
        int lines = Math.max(1, (rows.length + COLUMNS - 1) / COLUMNS);
        BufferedImage sheet = channels == 1
                ? greys(COLUMNS * across, lines * down)
                : new BufferedImage(COLUMNS * across, lines * down, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < rows.length; i++) {
            for (int y = 0; y < down; y++) {
                for (int x = 0; x < across; x++) {
                    for (int c = 0; c < channels; c++) {
                        int v = mean(rows[i], c, y, x, down, across);
                        sheet.getRaster()
                                .setSample(
                                        i % COLUMNS * across + x,
                                        i / COLUMNS * down + y,
                                        c,
                                        channels == 1 ? v * (GREYS - 1) / 255 : v);
                    }
                }
            }
        }
        Map<String, Object> meta = new LinkedHashMap<>();
        String format = channels == 1 ? "png" : "jpeg";
        meta.put("sheet", "data:image/" + format + ";base64," + Renderers.base64(sheet, format));
        meta.put("columns", COLUMNS);
        meta.put("lines", lines);
        meta.put("width", across);
        meta.put("height", down);
        meta.put("places", places);
        return meta;
    }

    private int pixel(int row, int c, int y, int x) {
        ByteBuffer bytes = images.inputs().bytes();
        return bytes.get(((row * channels + c) * height + y) * width + x) & 255;
    }

    private int mean(int row, int c, int y, int x, int down, int across) {
        int fromY = y * height / down;
        int toY = Math.max(fromY + 1, (y + 1) * height / down);
        int fromX = x * width / across;
        int toX = Math.max(fromX + 1, (x + 1) * width / across);
        int sum = 0;
        for (int i = fromY; i < toY; i++) {
            for (int j = fromX; j < toX; j++) {
                sum += pixel(row, c, i, j);
            }
        }
        return sum / ((toY - fromY) * (toX - fromX));
    }

    /** Sixteen greys are a third of the bytes of 256, and enough to see what is shown. */
    private static BufferedImage greys(int width, int height) {
        byte[] levels = new byte[GREYS];
        for (int g = 0; g < GREYS; g++) {
            levels[g] = (byte) (g * 255 / (GREYS - 1));
        }
        return new BufferedImage(
                width, height, BufferedImage.TYPE_BYTE_BINARY, new IndexColorModel(4, GREYS, levels, levels, levels));
    }
}
