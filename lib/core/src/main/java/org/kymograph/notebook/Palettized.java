package org.kymograph.notebook;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.kymograph.base.Arguments;

/**
 * Makes pictures of figures a third as large, by giving them a palette of 256 colours: the most frequent ones as they are, the others
 * gathered by median cut (Heckbert 1982).
 */
final class Palettized {
    private static final int EXACT = 64;
    private static final int COLOURS = 256;

    private Palettized() {}

    /** The same picture with a palette; both are PNG in base64. */
    static String png(String picture) {
        try {
            BufferedImage full =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(picture)));
            Arguments.require(full != null, "picture: not a PNG");
            int w = full.getWidth();
            int h = full.getHeight();
            int[] pixels = full.getRGB(0, 0, w, h, null, 0, w);
            Map<Integer, Integer> counts = new HashMap<>();
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] &= 0xFFFFFF;
                counts.merge(pixels[i], 1, Integer::sum);
            }
            int[] palette = new int[COLOURS];
            Map<Integer, Integer> place = places(counts, palette);
            byte[] indices = new byte[pixels.length];
            for (int i = 0; i < pixels.length; i++) {
                indices[i] = (byte) (int) place.get(pixels[i]);
            }
            BufferedImage indexed = new BufferedImage(
                    w,
                    h,
                    BufferedImage.TYPE_BYTE_INDEXED,
                    new IndexColorModel(8, COLOURS, palette, 0, false, -1, DataBuffer.TYPE_BYTE));
            indexed.getRaster().setDataElements(0, 0, w, h, indices);
            return Base64.getEncoder().encodeToString(write(indexed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fills the palette and tells each colour's place in it. */
    private static Map<Integer, Integer> places(Map<Integer, Integer> counts, int[] palette) {
        List<Integer> colours = new ArrayList<>(counts.keySet());
        colours.sort(Comparator.<Integer>comparingInt(counts::get).reversed().thenComparing(Comparator.naturalOrder()));
        int exact = Math.min(EXACT, colours.size());
        List<List<Integer>> boxes = new ArrayList<>();
        for (Integer colour : colours.subList(0, exact)) {
            boxes.add(List.of(colour));
        }
        if (colours.size() > exact) {
            boxes.add(colours.subList(exact, colours.size()));
        }
        while (boxes.size() < COLOURS) {
            List<Integer> widest = boxes.stream()
                    .max(Comparator.comparingInt(box -> width(box, widestChannel(box))))
                    .orElseThrow();
            int channel = widestChannel(widest);
            if (width(widest, channel) == 0) {
                break;
            }
            List<Integer> sorted = new ArrayList<>(widest);
            sorted.sort(Comparator.comparingInt(colour -> colour >> channel & 255));
            boxes.remove(widest);
            boxes.add(sorted.subList(0, sorted.size() / 2));
            boxes.add(sorted.subList(sorted.size() / 2, sorted.size()));
        }
        Map<Integer, Integer> place = new HashMap<>();
        for (int b = 0; b < boxes.size(); b++) {
            long[] sum = new long[4];
            for (int colour : boxes.get(b)) {
                int n = counts.get(colour);
                sum[0] += (long) n * (colour >> 16 & 255);
                sum[1] += (long) n * (colour >> 8 & 255);
                sum[2] += (long) n * (colour & 255);
                sum[3] += n;
                place.put(colour, b);
            }
            palette[b] = (int) (sum[0] / sum[3]) << 16 | (int) (sum[1] / sum[3]) << 8 | (int) (sum[2] / sum[3]);
        }
        return place;
    }

    private static int widestChannel(List<Integer> box) {
        int widest = 0;
        for (int channel = 8; channel <= 16; channel += 8) {
            if (width(box, channel) > width(box, widest)) {
                widest = channel;
            }
        }
        return widest;
    }

    private static int width(List<Integer> box, int channel) {
        int low = 255;
        int high = 0;
        for (int colour : box) {
            low = Math.min(low, colour >> channel & 255);
            high = Math.max(high, colour >> channel & 255);
        }
        return high - low;
    }

    private static byte[] write(BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(png)) {
            writer.setOutput(out);
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(0);
            writer.write(null, new IIOImage(image, null, null), settings);
        } finally {
            writer.dispose();
        }
        return png.toByteArray();
    }
}
