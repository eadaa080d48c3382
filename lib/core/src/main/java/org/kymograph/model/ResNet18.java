package org.kymograph.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.model.weights.WeightRoles;

/**
 * ResNet18 for images {@code [3, 32, 32]}: a 3 × 3 convolution to 64 channels without pooling, four stages of two
 * blocks with 64, 128, 256 and 512 channels, the mean over the image, a linear map. A block is convolution, batch norm,
 * ReLU, convolution, batch norm, plus the skip connection, ReLU; the first block of the later stages halves the image,
 * and its skip connection is a 1 × 1 convolution with batch norm.
 *
 * <p>Batch norm and skip connections can be left out, the ReLUs stay. The norm of a 1 × 1 convolution stays too where
 * there is a skip connection, as in the source. Its unused modules, norms without batch norm and 1 × 1 convolutions
 * without skip connections, don't exist here; nothing depended on them.
 *
 * <p>Parameters are named as in torchvision ({@code conv1.weight}, {@code layer2.0.downsample.0.weight}, …) and start as
 * there: convolutions normal with variance 2/(fan out), the first one and the linear map uniform within ±1/√(fan in).
 *
 * <p>Points are named as a transformer's: {@code embed} behind the first ReLU; of the blocks 0 to 7 {@code resid_pre.0},
 * {@code mlp_pre.0} and {@code mlp_post.0} on both sides of the inner ReLU, {@code mlp_out.0} before the sum,
 * {@code resid_post.0}; {@code pooled} before the linear map.
 *
 * <p>Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023), code; He et al., Deep residual learning
 * for image recognition (2016).
 *
 * @param classes the number of classes, at least 2
 * @param batchNorm whether there are batch norms
 * @param residual whether there are skip connections
 */
public record ResNet18(int classes, boolean batchNorm, boolean residual) implements Network {
    private static final int[] WIDTHS = {64, 128, 256, 512};

    /** Checks the number of classes. */
    public ResNet18 {
        Arguments.atLeast("classes", classes, 2);
    }

    @Override
    public String name() {
        return "resnet18";
    }

    /** Convolutions of the trunk and the linear map; those of skip connections don't count. */
    @Override
    public WeightRoles roles(Map<String, long[]> shapes) {
        return WeightRoles.byName(shapes).without(name -> name.contains("downsample"));
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        ConvBlock b = new ConvBlock(manager, inputShape, seed, name(), new Shape(3, 32, 32));
        List<ConvBlock.Layer> layers = new ArrayList<>();
        layers.add(b.conv("conv1", 3, WIDTHS[0], 3, 1, false));
        norm(b, "bn1", WIDTHS[0], layers);
        layers.add(ConvBlock.RELU);
        layers.add(b.point("embed"));
        int in = WIDTHS[0];
        for (int stage = 0; stage < WIDTHS.length; stage++) {
            for (int block = 0; block < 2; block++) {
                int number = 2 * stage + block;
                layers.add(b.point("resid_pre." + number));
                layers.add(block(b, number, in, WIDTHS[stage]));
                layers.add(b.point("resid_post." + number));
                in = WIDTHS[stage];
            }
        }
        layers.add(ConvBlock.MEAN);
        layers.add(b.point("pooled"));
        layers.add(b.linear("fc", in, classes));
        return b.of(ConvBlock.Layer.of(layers), classes);
    }

    private ConvBlock.Layer block(ConvBlock b, int number, int in, int out) {
        String name = "layer" + (number / 2 + 1) + "." + number % 2;
        boolean halves = out > in;
        List<ConvBlock.Layer> layers = new ArrayList<>();
        layers.add(b.kaiming(name + ".conv1", in, out, 3, halves ? 2 : 1));
        norm(b, name + ".bn1", out, layers);
        layers.add(b.point("mlp_pre." + number));
        layers.add(ConvBlock.RELU);
        layers.add(b.point("mlp_post." + number));
        layers.add(b.kaiming(name + ".conv2", out, out, 3, 1));
        norm(b, name + ".bn2", out, layers);
        layers.add(b.point("mlp_out." + number));
        ConvBlock.Layer trunk = ConvBlock.Layer.of(layers);
        if (!residual) {
            return trunk.then(ConvBlock.RELU);
        }
        ConvBlock.Layer skip = !halves
                ? (store, x, training) -> x
                : b.kaiming(name + ".downsample.0", in, out, 1, 2).then(b.batchNorm(name + ".downsample.1", out));
        return (store, x, training) ->
                Activation.relu(trunk.apply(store, x, training).add(skip.apply(store, x, training)));
    }

    private void norm(ConvBlock b, String name, int channels, List<ConvBlock.Layer> layers) {
        if (batchNorm) {
            layers.add(b.batchNorm(name, channels));
        }
    }
}
