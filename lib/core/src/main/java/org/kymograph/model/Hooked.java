package org.kymograph.model;

import java.util.List;

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
}
