package org.kymograph.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import org.kymograph.base.Arguments;

/** Rows of the embedding tables of a stack of runs, looked up in one operation. */
public final class EmbeddingRows {
    private EmbeddingRows() {}

    /**
     * Looks up each run's tokens in its own table.
     *
     * @param tokens the tokens, those of the first run first, equally many of each
     * @param table the tables {@code [R, V, d]}
     * @param shape the shape of the tokens in the result
     * @return the rows, of that shape and d
     * @throws IllegalArgumentException if a token isn't 0 to V − 1
     */
    public static NDArray of(NDArray tokens, NDArray table, Shape shape) {
        long runs = table.getShape().get(0);
        long vocabulary = table.getShape().get(1);
        long[] ids = tokens.toLongArray();
        for (int i = 0; i < ids.length; i++) {
            // No sentence is made for each token: they are many.
            if (ids[i] < 0 || ids[i] >= vocabulary) {
                throw Arguments.unexpected("token", ids[i], "0 to " + (vocabulary - 1));
            }
            ids[i] += i / (ids.length / runs) * vocabulary;
        }
        NDArray rows = tokens.getManager().create(ids, shape);
        return Embedding.embedding(rows, table.reshape(-1, table.getShape().get(2)), SparseFormat.DENSE)
                .singletonOrThrow();
    }
}
