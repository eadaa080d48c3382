package org.kymograph.model;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A block with named points, at which {@link Hooks} read and replace what it computes. Its forward pass hands each of them to
 * {@code Hooks.at}.
 *
 * <p>The names are TransformerLens' without their prefix, followed by the layer where there are several: {@code embed},
 * {@code resid_pre.0}, {@code q.0}, {@code k.0}, {@code v.0}, {@code attn_scores.0}, {@code pattern.0}, {@code z.0},
 * {@code attn_out.0}, {@code resid_mid.0}, {@code mlp_pre.0}, {@code mlp_post.0}, {@code mlp_out.0}, {@code resid_post.0}. Of a
 * network without attention the hidden layers are counted as {@code mlp_pre} (before the activation) and {@code mlp_post}
 * (behind it).
 *
 * <p>Arrays have the batch first, {@code [B, …]}, in a stack {@code [R, B, …]}. With positions they are {@code [B, T, d]}, what
 * belongs to heads {@code [B, T, heads, d_head]}, and scores and patterns {@code [B, heads, query, key]}.
 */
public interface Hooked {
    /**
     * Returns the names of all points.
     *
     * @return the names, in the order of the forward pass
     */
    List<String> hookPoints();

    /**
     * Returns the names of a network of equal layers: {@code embed}, each layer's with its number, and what follows the layers.
     *
     * @param layers the number of layers
     * @param ofLayer a layer's names
     * @param last the names behind the layers
     * @return the names, in the order of the forward pass
     */
    static List<String> points(int layers, List<String> ofLayer, String... last) {
        Stream<String> all =
                IntStream.range(0, layers).boxed().flatMap(l -> ofLayer.stream().map(p -> p + "." + l));
        return Stream.of(Stream.of("embed"), all, Stream.of(last))
                .flatMap(s -> s)
                .toList();
    }
}
