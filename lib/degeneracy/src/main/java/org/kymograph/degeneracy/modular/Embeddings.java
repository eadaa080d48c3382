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
        Segment at = segment(parameters);
        double[] values = parameters.segment(at.name());
        boolean across = at.name().equals(TRANSFORMER);
        int tokens = (int) (long) at.shape().get(across ? 1 : 0);
        int e = values.length / tokens;
        double[][] rows = new double[across ? tokens - 1 : tokens][e];
        for (int j = 0; j < rows.length; j++) {
            for (int c = 0; c < e; c++) {
                rows[j][c] = values[across ? c * tokens + j : j * e + c];
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
        Segment at = segment(parameters);
        double[] values = parameters.toArray();
        boolean across = at.name().equals(TRANSFORMER);
        int tokens = (int) (long) at.shape().get(across ? 1 : 0);
        int e = at.length() / tokens;
        Arguments.sameLength("embedding", embedding.length, "the numbers", across ? tokens - 1 : tokens);
        for (int j = 0; j < embedding.length; j++) {
            Arguments.sameLength("a row of the embedding", embedding[j].length, "the network's", e);
            for (int c = 0; c < e; c++) {
                values[at.offset() + (across ? c * tokens + j : j * e + c)] = embedding[j][c];
            }
        }
        return parameters.withValues(values);
    }

    static FourierBlock block(ParameterVector parameters, List<Integer> modes) {
        Segment at = segment(parameters);
        boolean across = at.name().equals(TRANSFORMER);
        int tokens = (int) (long) at.shape().get(across ? 1 : 0);
        int e = at.length() / tokens;
        return new FourierBlock(
                parameters.size(),
                across ? tokens - 1 : tokens,
                e,
                at.offset(),
                across ? 1 : e,
                across ? tokens : 1,
                modes);
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
