package org.kymograph.degeneracy.figures;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.kymograph.base.Arguments;
import org.kymograph.degeneracy.circuits.FourierHistory;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.record.Readings;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.tensors.TensorFile;

/**
 * A movie of the circles of all of an embedding's modes, as an animated GIF: a panel per mode with its magnitude, a point per number in
 * the order of the ring, all in one scale.
 *
 * @param steps the step of each frame
 * @param embeddings the embedding of each frame, p × e
 */
public record ModeMovie(List<Long> steps, List<double[][]> embeddings) {
    private static final int PANEL = 92;
    private static final int TITLE = 26;
    private static final int HUNDREDTHS = 20;
    private static final int LAST = 300;
    private static final int HUES = 128;
    private static final IndexColorModel COLOURS = colours();

    /** Checks that there is a step for each embedding. */
    public ModeMovie {
        steps = List.copyOf(Arguments.notEmpty("steps", steps));
        embeddings = List.copyOf(embeddings);
        Arguments.sameLength("embeddings", embeddings.size(), "steps", steps.size());
    }

    /**
     * Makes a movie of the frames that a training kept, or else of its checkpoints.
     *
     * @param run a run
     * @return the movie
     */
    public static ModeMovie of(ModularRun run) {
        Readings readings = Readings.of(run.run());
        if (!readings.names().contains("frames")) {
            return of(FourierHistory.of(run));
        }
        List<Long> steps =
                new ArrayList<>(readings.table("frames").longColumn("step").asList());
        List<double[][]> embeddings = new ArrayList<>();
        for (long step : steps) {
            try (TensorFile frame = readings.tensors("frames", step)) {
                double[] all = frame.read("embedding.weight").toDoubles();
                int p = (int) frame.shape("embedding.weight")[0];
                double[][] rows = new double[p][];
                Arrays.setAll(rows, j -> Arrays.copyOfRange(all, j * all.length / p, (j + 1) * all.length / p));
                embeddings.add(rows);
            }
        }
        return new ModeMovie(steps, embeddings);
    }

    /**
     * Makes a movie of a history, a frame per checkpoint.
     *
     * @param history the history
     * @return the movie
     */
    public static ModeMovie of(FourierHistory history) {
        return new ModeMovie(
                history.points().stream().map(FourierHistory.Point::step).toList(),
                history.points().stream().map(FourierHistory.Point::embedding).toList());
    }

    /**
     * Draws a frame.
     *
     * @param i its number, from 0
     * @return the picture
     */
    public BufferedImage frame(int i) {
        return draw(i, radius());
    }

    /**
     * Writes the movie.
     *
     * @param gif the file to write or replace
     * @throws org.kymograph.record.files.RecordException if it can't be written
     */
    public void write(Path gif) {
        double radius = radius();
        AtomicFiles.write(gif, out -> {
            ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
            try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
                writer.setOutput(stream);
                writer.prepareWriteSequence(null);
                for (int i = 0; i < steps.size(); i++) {
                    BufferedImage picture = draw(i, radius);
                    writer.writeToSequence(new IIOImage(picture, null, metadata(writer, picture, i)), null);
                }
                writer.endWriteSequence();
            } finally {
                writer.dispose();
            }
        });
    }

    private IIOMetadata metadata(ImageWriter writer, BufferedImage picture, int i) throws IOException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
        String format = metadata.getNativeMetadataFormatName();
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", Integer.toString(i == steps.size() - 1 ? LAST : HUNDREDTHS));
        control.setAttribute("transparentColorIndex", "0");
        replace(root, control);
        if (i == 0) {
            // Netscape's block, with which the movie begins again at its end.
            IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            loop.setUserObject(new byte[] {1, 0, 0});
            IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
            extensions.appendChild(loop);
            replace(root, extensions);
        }
        metadata.setFromTree(format, root);
        return metadata;
    }

    private static void replace(IIOMetadataNode root, IIOMetadataNode child) {
        for (int i = 0; i < root.getLength(); i++) {
            if (root.item(i).getNodeName().equals(child.getNodeName())) {
                root.replaceChild(child, root.item(i));
                return;
            }
        }
        root.appendChild(child);
    }

    private static IndexColorModel colours() {
        int[] rgb = new int[HUES + 2];
        Arrays.setAll(rgb, i -> i < HUES ? hue(i).getRGB() : i == HUES ? 0xff000000 : 0xffffffff);
        return new IndexColorModel(8, rgb.length, rgb, 0, false, -1, DataBuffer.TYPE_BYTE);
    }

    private static Color hue(int i) {
        return Color.getHSBColor((float) i / HUES, 0.9f, 0.85f);
    }

    private double radius() {
        double most = 0;
        for (double[][] embedding : embeddings) {
            double[][][] circles = FourierModes.circles(embedding);
            for (int k = 1; k < circles.length; k++) {
                for (int j = 0; j < circles[k][0].length; j++) {
                    most = Math.max(most, Math.hypot(circles[k][0][j], circles[k][1][j]));
                }
            }
        }
        return most;
    }

    private BufferedImage draw(int i, double radius) {
        double[][] embedding = embeddings.get(Arguments.within("i", i, 0, steps.size() - 1));
        double[][][] circles = FourierModes.circles(embedding);
        double[] magnitudes = FourierModes.magnitudes(embedding);
        int modes = circles.length - 1;
        int columns = (int) Math.ceil(Math.sqrt(modes));
        int rows = (modes + columns - 1) / columns;
        // Few enough colours for a GIF's palette: nothing has to be quantised.
        BufferedImage picture = new BufferedImage(
                columns * PANEL, TITLE + rows * (PANEL + 12), BufferedImage.TYPE_BYTE_INDEXED, COLOURS);
        Graphics2D g = picture.createGraphics();
        try {
            g.setColor(Color.WHITE);
            g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
            g.setColor(Color.BLACK);
            g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
            g.drawString(String.format(Locale.ROOT, "step %,d", steps.get(i)), 8, 18);
            g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
            for (int k = 1; k <= modes; k++) {
                int x = (k - 1) % columns * PANEL;
                int y = TITLE + (k - 1) / columns * (PANEL + 12);
                g.setColor(Color.BLACK);
                g.drawString(String.format(Locale.ROOT, "%d: %.1f", k, magnitudes[k]), x + 6, y + 10);
                draw(g, circles[k], k, x + PANEL / 2.0, y + 12 + PANEL / 2.0, radius);
            }
        } finally {
            g.dispose();
        }
        return picture;
    }

    private static void draw(Graphics2D g, double[][] circle, int k, double x, double y, double radius) {
        int p = circle[0].length;
        double scale = (PANEL / 2.0 - 5) / radius;
        for (int j = 0; j < p; j++) {
            g.setColor(hue((int) ((long) j * k % p * HUES / p)));
            g.fill(new Ellipse2D.Double(x + scale * circle[0][j] - 2.5, y - scale * circle[1][j] - 2.5, 5, 5));
        }
    }
}
