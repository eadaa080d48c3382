package org.kymograph.stories.tracr;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.model.Network;

/**
 * A transformer whose weights are written by hand so that it computes a known program exactly; it can be trained like any other
 * network. Tokens {@code [positions + 1]} come in, the first of them {@link #bos}, and the logits of the answer come out.
 *
 * <p>The counter tells how often the first letter occurs, 0 to {@code positions}. The selector tells which letter has exactly four
 * smaller ones before or behind it; no letter may occur twice. Both answers are read at the second letter's position.
 *
 * <p>The residual stream holds, in this order, the letters, the marks "bos" and "one", the positions, two bins, the selector's width
 * as 1/(1 + width), the one-hot widths (counter only) and the answer; it is filled up to a multiple of 4. There are no layer norms and
 * no biases; attention is bidirectional with one head, without a scaling; layers are ReLU.
 *
 * <p>Source: Lindner et al., Tracr: Compiled Transformers as a Laboratory for Interpretability (NeurIPS 2023), written anew from the
 * construction; Jain et al., Mechanistically analyzing the effects of fine-tuning on procedurally defined tasks (ICLR 2024).
 *
 * @param program what is computed
 * @param letters the number of letters, 2 to 300
 * @param positions the number T of letters in an input, 2 to 300
 * @param slope how steep the layers' steps are, above 0; at least 2·T·(T + 1) makes widths one-hot, 100 leaves the argmax right up to
 *     T = 20
 * @param noise the standard deviation of what a run's seed adds to each weight, at least 0
 */
public record CompiledProgram(Program program, int letters, int positions, double slope, double noise)
        implements Network {
    /** What a network computes. */
    public enum Program {
        /** How often the first letter occurs. */
        COUNTER,
        /** Which letter has exactly four smaller ones. */
        SELECTOR
    }

    private static final int RANK = 4;
    // Of both, so that a square matrix of the stream has room in memory.
    private static final int MOST = 300;

    /** Checks the ranges. */
    public CompiledProgram {
        Arguments.within("letters", letters, 2, MOST);
        Arguments.within("positions", positions, 2, MOST);
        Arguments.positive("slope", slope);
        Arguments.atLeast("noise", noise, 0);
    }

    /**
     * Returns a counter with nine letters and 20 positions, without noise.
     *
     * @return the network
     */
    public static CompiledProgram counter() {
        return new CompiledProgram(Program.COUNTER, 9, 20, 100, 0);
    }

    /**
     * Returns a selector of the fifth smallest of ten letters out of 26, without noise.
     *
     * @return the network
     */
    public static CompiledProgram selector() {
        return new CompiledProgram(Program.SELECTOR, 26, 10, 100, 0);
    }

    /** Returns a copy of other sizes. */
    public CompiledProgram withSizes(int letters, int positions) {
        return new CompiledProgram(program, letters, positions, slope, noise);
    }

    /** Returns a copy with noise of that standard deviation. */
    public CompiledProgram withNoise(double noise) {
        return Copies.with(this, "noise", noise);
    }

    /** Returns a copy with steps of that slope. */
    public CompiledProgram withSlope(double slope) {
        return Copies.with(this, "slope", slope);
    }

    /** Returns the token that inputs begin with. */
    public int bos() {
        return letters;
    }

    /** Returns the number of answers. */
    public int answers() {
        return program == Program.COUNTER ? positions + 1 : letters;
    }

    /** Returns the number of layers, attention and ReLU units each. */
    public int layers() {
        return program == Program.COUNTER ? 3 : 2;
    }

    @Override
    public String name() {
        return "tracr";
    }

    @Override
    public boolean stackable() {
        return true;
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        return new TracrBlock(this, manager, inputShape, new long[] {seed}, false);
    }

    @Override
    public Block stack(NDManager manager, Shape inputShape, long[] seeds) {
        return new TracrBlock(this, manager, inputShape, seeds, true);
    }

    private int one() {
        return letters + 1;
    }

    private int index() {
        return letters + 2;
    }

    private int bin() {
        return index() + positions;
    }

    private int width() {
        return bin() + 2;
    }

    int out() {
        return width() + 1 + (program == Program.COUNTER ? positions + 1 : 0);
    }

    int stream() {
        return up(out() + answers());
    }

    private static int up(int n) {
        return (n + 3) / 4 * 4;
    }

    /** Makes the weights of a seed's network, by name. */
    Map<String, float[][]> weights(long seed) {
        Map<String, float[][]> all = new LinkedHashMap<>();
        int d = stream();
        float[][] embed = add(all, "embed.W_E", letters + 1, d);
        for (int i = 0; i < letters; i++) {
            embed[i][i] = 1;
            embed[i][one()] = 1;
        }
        embed[letters][letters] = 1;
        embed[letters][one()] = 1;
        float[][] place = add(all, "pos_embed.W_pos", positions + 1, d);
        for (int p = 0; p < positions; p++) {
            place[p + 1][index() + p] = 1;
        }
        if (program == Program.COUNTER) {
            counter(all, d);
        } else {
            selector(all, d);
        }
        if (noise > 0) {
            RandomGenerator random = Streams.of(seed, "init");
            all.values().forEach(rows -> {
                for (float[] row : rows) {
                    for (int j = 0; j < row.length; j++) {
                        row[j] += (float) (noise * Streams.gaussian(random));
                    }
                }
            });
        }
        return all;
    }

    private void counter(Map<String, float[][]> all, int d) {
        attention(all, 0, d, RANK);
        float[][] in = add(all, "blocks.0.mlp.W_in", d, RANK);
        float[][] out = add(all, "blocks.0.mlp.W_out", RANK, d);
        for (int i = 0; i < letters; i++) {
            in[i][i == 0 ? 1 : 0] = 1;
        }
        out[0][bin()] = 1;
        out[1][bin() + 1] = 1;

        attention(all, 1, d, RANK);
        bins(all, 1, 100);
        value(all, 1, letters, width());
        int units = up(2 * positions + 2);
        in = add(all, "blocks.1.mlp.W_in", d, units);
        out = add(all, "blocks.1.mlp.W_out", units, d);
        int widths = width() + 1;
        in[one()][0] = 1;
        out[0][widths + positions] = 1;
        int unit = 1;
        // From the smallest value, of the largest width, on.
        for (int w = positions - 1; w >= 0; w--) {
            double threshold = (1.0 / (2 + w) + 1.0 / (1 + w)) / 2;
            step(in, unit, threshold);
            for (int pair = 0; pair < 2; pair++) {
                out[unit + pair][widths + w] += pair == 0 ? 1 : -1;
                out[unit + pair][widths + w + 1] -= pair == 0 ? 1 : -1;
            }
            unit += 2;
        }
        in[letters][unit] = 1;
        out[unit][width()] = -1;
        out[unit][widths] = -1;

        attention(all, 2, d, up(positions + 1));
        float[][] query = all.get("blocks.2.attn.W_Q");
        float[][] key = all.get("blocks.2.attn.W_K");
        for (int p = 0; p < positions; p++) {
            query[index() + p][p] = 1;
            key[index() + p][p] = 100;
        }
        query[one()][positions] = 1;
        key[letters][positions] = 50;
        for (int w = 0; w <= positions; w++) {
            value(all, 2, widths + w, out() + w);
        }
        add(all, "blocks.2.mlp.W_in", d, RANK);
        add(all, "blocks.2.mlp.W_out", RANK, d);
    }

    private void selector(Map<String, float[][]> all, int d) {
        attention(all, 0, d, up(letters + 1));
        float[][] query = all.get("blocks.0.attn.W_Q");
        float[][] key = all.get("blocks.0.attn.W_K");
        for (int x = 0; x < letters; x++) {
            query[x][x] = 1;
            for (int y = 0; y < x; y++) {
                key[y][x] = 100;
            }
        }
        query[one()][letters] = 1;
        key[letters][letters] = 100;
        value(all, 0, letters, width());
        float[][] in = add(all, "blocks.0.mlp.W_in", d, 8);
        float[][] out = add(all, "blocks.0.mlp.W_out", 8, d);
        in[one()][0] = 1;
        out[0][bin()] = 1;
        step(in, 1, (1.0 / 6 + 1.0 / 5) / 2);
        step(in, 3, (1.0 / 5 + 1.0 / 4) / 2);
        for (int k = 1; k <= 4; k++) {
            out[k][bin() + 1] = k == 1 || k == 4 ? 1 : -1;
            out[k][bin()] = -out[k][bin() + 1];
        }
        in[letters][5] = 1;
        out[5][bin()] = -1;
        out[5][width()] = -1;

        attention(all, 1, d, RANK);
        bins(all, 1, 50);
        for (int i = 0; i < letters; i++) {
            value(all, 1, i, out() + i);
        }
        add(all, "blocks.1.mlp.W_in", d, RANK);
        add(all, "blocks.1.mlp.W_out", RANK, d);
    }

    // Position 0 attends to bin 0, position 1 to bin 1, all to the beginning.
    private void bins(Map<String, float[][]> all, int layer, float beginning) {
        float[][] query = all.get("blocks." + layer + ".attn.W_Q");
        float[][] key = all.get("blocks." + layer + ".attn.W_K");
        for (int b = 0; b < 2; b++) {
            query[index() + b][b] = 1;
            key[bin() + b][b] = 100;
        }
        query[one()][2] = 1;
        key[letters][2] = beginning;
    }

    // ReLU(slope (x − t) + 1) and ReLU(slope (x − t)), whose difference is 1 behind t.
    private void step(float[][] in, int unit, double t) {
        for (int pair = 0; pair < 2; pair++) {
            in[width()][unit + pair] = (float) slope;
            in[one()][unit + pair] = (float) ((pair == 0 ? 1 : 0) - slope * t);
        }
    }

    private static void attention(Map<String, float[][]> all, int layer, int d, int rank) {
        add(all, "blocks." + layer + ".attn.W_Q", d, rank);
        add(all, "blocks." + layer + ".attn.W_K", d, rank);
        add(all, "blocks." + layer + ".attn.W_OV", d, d);
    }

    private static void value(Map<String, float[][]> all, int layer, int from, int to) {
        all.get("blocks." + layer + ".attn.W_OV")[from][to] = 1;
    }

    private static float[][] add(Map<String, float[][]> all, String name, int rows, int columns) {
        float[][] zeros = new float[rows][columns];
        all.put(name, zeros);
        return zeros;
    }
}
