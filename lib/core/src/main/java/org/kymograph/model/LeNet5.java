package org.kymograph.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;
import org.kymograph.base.Arguments;

/**
 * LeNet5 as it is trained today, for images {@code [1, 32, 32]}: twice a 5 × 5 convolution (to 6 and to 16 channels),
 * batch norm, ReLU and the largest of each 2 × 2; then linear maps 400 → 120 → 84 → classes with ReLU between them.
 *
 * <p>Parameters are named, shaped and initialised as in PyTorch: {@code layer1.0.weight}, {@code layer1.1.weight} of
 * the norm, {@code layer2.…}, {@code fc1.weight}, {@code fc2.weight}, {@code fc3.weight}, and their biases.
 *
 * <p>The layers but the last are counted from 0 in the names of points; {@code mlp_post.0} is behind the pooling.
 *
 * <p>Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023), code.
 *
 * @param classes the number of classes, at least 2
 */
public record LeNet5(int classes) implements Network {
    /** Checks the number of classes. */
    public LeNet5 {
        Arguments.atLeast("classes", classes, 2);
    }

    @Override
    public String name() {
        return "lenet5";
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        ConvBlock b = new ConvBlock(manager, inputShape, seed, name(), new Shape(1, 32, 32));
        return b.of(
                ConvBlock.Layer.of(List.of(
                        b.conv("layer1.0", 1, 6, 5, 0, true),
                        b.batchNorm("layer1.1", 6),
                        b.point("mlp_pre.0"),
                        ConvBlock.RELU,
                        ConvBlock.MAX_POOL,
                        b.point("mlp_post.0"),
                        b.conv("layer2.0", 6, 16, 5, 0, true),
                        b.batchNorm("layer2.1", 16),
                        b.point("mlp_pre.1"),
                        ConvBlock.RELU,
                        ConvBlock.MAX_POOL,
                        b.point("mlp_post.1"),
                        ConvBlock.FLATTEN,
                        b.linear("fc1", 400, 120),
                        b.point("mlp_pre.2"),
                        ConvBlock.RELU,
                        b.point("mlp_post.2"),
                        b.linear("fc2", 120, 84),
                        b.point("mlp_pre.3"),
                        ConvBlock.RELU,
                        b.point("mlp_post.3"),
                        b.linear("fc3", 84, classes))),
                classes);
    }
}
