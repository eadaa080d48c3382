package org.kymograph.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
     * @param tables the tables {@code [R, V, d]}
     * @param shape the shape of the tokens in the result
     * @return the rows, of that shape and d
     * @throws IllegalArgumentException if a token isn't 0 to V − 1
     */
    public static NDArray of(NDArray tokens, NDArray tables, Shape shape) {
        return of(tokens.getManager(), tokens.toLongArray(), tables, shape);
    }

    /**
     * Looks tokens up, each run's in a table of its own, or those of each run and position.
     *
     * @param manager the manager of what is made
     * @param tokens the tokens, those of the first table first, equally many of each
     * @param tables the tables {@code [R, V, d]}
     * @param shape the shape of the tokens in the result
     * @return the rows, of that shape and d
     * @throws IllegalArgumentException if a token isn't 0 to V − 1
     */
    public static NDArray of(NDManager manager, long[] tokens, NDArray tables, Shape shape) {
        long vocabulary = tables.getShape().get(1);
        int each = tokens.length / (int) tables.getShape().get(0);
        long[] ids = new long[tokens.length];
        for (int i = 0; i < ids.length; i++) {
            // No sentence is made for each token: they are many.
            if (tokens[i] < 0 || tokens[i] >= vocabulary) {
                throw Arguments.unexpected("token", tokens[i], "0 to " + (vocabulary - 1));
            }
            ids[i] = tokens[i] + i / each * vocabulary;
        }
        NDArray rows = tables.reshape(-1, tables.getShape().get(2));
        return Embedding.embedding(manager.create(ids, shape), rows, SparseFormat.DENSE)
                .singletonOrThrow();
    }
}
