package org.kymograph.degeneracy.modular;

import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;

/** The embedding among a network's parameters, a row per number 0 … p−1. */
public final class Embeddings {
    private static final String MLP = "embedding.weight";
    private static final String TRANSFORMER = "embed.W_E";

    private Embeddings() {}

    /**
     * Returns the embedding of a {@link ModularMlp}, or of a transformer without its token "=".
     *
     * @param parameters the network's parameters
     * @return p × e
     * @throws IllegalArgumentException if there is no embedding
     */
    public static double[][] of(ParameterVector parameters) {
        Layout at = Layout.of(parameters);
        double[] values = parameters.segment(at.segment.name());
        double[][] rows = new double[at.numbers][at.width];
        for (int j = 0; j < rows.length; j++) {
            for (int c = 0; c < at.width; c++) {
                rows[j][c] = values[at.place(j, c)];
            }
        }
        return rows;
    }

    /**
     * Returns the parameters with another embedding, of a transformer with the row of "=" as it was.
     *
     * @param parameters the network's parameters
     * @param embedding p × e
     * @return the copy
     */
    public static ParameterVector with(ParameterVector parameters, double[][] embedding) {
        Layout at = Layout.of(parameters);
        double[] values = parameters.toArray();
        Arguments.sameLength("embedding", embedding.length, "the numbers", at.numbers);
        for (int j = 0; j < embedding.length; j++) {
            Arguments.sameLength("a row of the embedding", embedding[j].length, "the network's", at.width);
            for (int c = 0; c < at.width; c++) {
                values[at.segment.offset() + at.place(j, c)] = embedding[j][c];
            }
        }
        return parameters.withValues(values);
    }

    static FourierBlock block(ParameterVector parameters, List<Integer> modes) {
        Layout at = Layout.of(parameters);
        return new FourierBlock(
                parameters.size(), at.numbers, at.width, at.segment.offset(), at.rowStride, at.columnStride, modes);
    }

    /** Where the numbers' rows lie in the parameters of the embedding: an MLP's by number, a transformer's by column, "=" last. */
    private record Layout(Segment segment, int numbers, int width, int rowStride, int columnStride) {
        static Layout of(ParameterVector parameters) {
            Segment at = Embeddings.segment(parameters);
            boolean across = at.name().equals(TRANSFORMER);
            int tokens = (int) (long) at.shape().get(across ? 1 : 0);
            int e = at.length() / tokens;
            return across ? new Layout(at, tokens - 1, e, 1, tokens) : new Layout(at, tokens, e, e, 1);
        }

        int place(int number, int column) {
            return number * rowStride + column * columnStride;
        }
    }

    private static Segment segment(ParameterVector parameters) {
        return parameters.segments().stream()
                .filter(s -> s.name().equals(MLP) || s.name().equals(TRANSFORMER))
                .findFirst()
                .orElseThrow(() -> Arguments.unexpected(
                        "parameters",
                        Arrays.toString(parameters.segments().stream()
                                .map(Segment::name)
                                .toArray()),
                        MLP + " or " + TRANSFORMER + " among them"));
    }
}
