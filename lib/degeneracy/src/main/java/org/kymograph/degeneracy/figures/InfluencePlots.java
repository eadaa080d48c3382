package org.kymograph.degeneracy.figures;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.degeneracy.influence.DatamodelingScore;
import org.kymograph.degeneracy.influence.InfluenceMatrix;
import org.kymograph.degeneracy.influence.LossDraws;
import org.kymograph.degeneracy.influence.Susceptibility;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;

/** Figures of influences between samples, of their scores, and of susceptibilities. */
public final class InfluencePlots {
    private static final int CELLS = 100;

    private InfluencePlots() {}

    /**
     * Draws the mean loss over all samples at the draws of each chain.
     *
     * @param losses the losses
     * @return a line per chain
     */
    public static Plot draws(LossDraws losses) {
        float[] all = losses.losses().toFloats();
        double[] x = IntStream.range(0, losses.draws()).asDoubleStream().toArray();
        Map<String, double[]> lines = new LinkedHashMap<>();
        for (int c = 0; c < losses.chains(); c++) {
            double[] mean = new double[x.length];
            for (int i = 0; i < mean.length * losses.samples(); i++) {
                mean[i / losses.samples()] += all[c * mean.length * losses.samples() + i] / losses.samples();
            }
            lines.put("chain " + c, mean);
        }
        return Plots.lines(x, lines)
                .withTitle("Mean loss of " + losses.samples() + " samples")
                .withX("draw kept")
                .withY("mean loss");
    }

    /**
     * Draws a matrix of influences; of a large one, means over neighbouring rows and columns.
     *
     * @param matrix the influences
     * @return a heat map of at most 100 × 100 cells
     */
    public static Plot matrix(InfluenceMatrix matrix) {
        float[][] values = matrix.values();
        int rows = Math.min(CELLS, values.length);
        int columns = Math.min(CELLS, matrix.columns().length);
        double[][] sums = new double[rows][columns];
        int[][] counts = new int[rows][columns];
        for (int i = 0; i < values.length; i++) {
            int a = (int) ((long) i * rows / values.length);
            for (int j = 0; j < values[i].length; j++) {
                int b = (int) ((long) j * columns / values[i].length);
                sums[a][b] += values[i][j];
                counts[a][b]++;
            }
        }
        for (int a = 0; a < rows; a++) {
            for (int b = 0; b < columns; b++) {
                sums[a][b] /= counts[a][b];
            }
        }
        return Plots.heatMap(sums)
                .withTitle("Influence: " + matrix.method())
                .withX("sample acted on, hundredths of " + values[0].length)
                .withY("sample that acts, hundredths of " + values.length);
    }

    /**
     * Draws mean influences between groups of samples.
     *
     * @param between groups × groups, as {@link InfluenceMatrix#between} gives them
     * @param group what a group is, such as {@code "sum modulo 53"}
     * @return a heat map
     */
    public static Plot groups(double[][] between, String group) {
        return Plots.heatMap(between)
                .withTitle("Mean influence between groups")
                .withX(group + " of the sample acted on")
                .withY(group + " of the sample that acts");
    }

    /**
     * Draws the datamodeling scores of methods, with half the width of their intervals as bars of error.
     *
     * @param score the scores
     * @return bars
     */
    public static Plot scores(DatamodelingScore score) {
        return Plots.bars(
                        score.methods().toArray(String[]::new),
                        score.scores().stream().mapToDouble(s -> s.estimate()).toArray(),
                        Columns.numbers(score.scores(), s -> (s.upper() - s.lower()) / 2))
                .withTitle("Linear datamodeling score")
                .withY("score");
    }

    /**
     * Draws the susceptibilities of a part to all pairs of numbers.
     *
     * @param susceptibility χ of p² pairs, pair (a, b) in place a·p + b
     * @param p the modulus
     * @return a heat map
     */
    public static Plot pairs(Susceptibility susceptibility, int p) {
        double[] values = susceptibility.perSample();
        Arguments.sameLength("susceptibilities", values.length, "the pairs", p * p);
        double[][] square = IntStream.range(0, p)
                .mapToObj(a -> Columns.numbers(p, b -> values[a * p + b]))
                .toArray(double[][]::new);
        return Plots.heatMap(square)
                .withTitle("Susceptibility: " + susceptibility.part())
                .withX("b")
                .withY("a");
    }
}
