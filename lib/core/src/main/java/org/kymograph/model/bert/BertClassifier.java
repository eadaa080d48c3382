package org.kymograph.model.bert;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.model.Network;
import org.kymograph.model.weights.WeightPreset;
import org.kymograph.model.weights.WeightRoles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;

/**
 * A BERT encoder with a classifier on its pooled first token, new or with the weights of a Hugging Face checkpoint.
 *
 * <p>An input is I64 of shape {@code [3, T]}: the word pieces, the mask (1 for tokens, 0 for padding) and the token types.
 * Parameters have the names that Hugging Face gives them, so that its files and our checkpoints agree.
 *
 * <p>Source: Devlin et al., BERT (NAACL 2019); layer norm after each residual sum, exact GELU, as published.
 */
public final class BertClassifier implements Network {
    private final BertConfig config;
    private final Path weights;
    private final boolean newHead;

    private BertClassifier(BertConfig config, Path weights, boolean newHead) {
        this.config = config;
        this.weights = weights;
        this.newHead = newHead;
    }

    /**
     * Returns a network with new weights: normal, biases 0, norms 1.
     *
     * @param config the network's sizes
     * @return a network with new weights: normal, biases 0, norms 1
     */
    public static BertClassifier of(BertConfig config) {
        return new BertClassifier(Objects.requireNonNull(config, "config"), null, false);
    }

    /**
     * Opens a fine-tuned classifier.
     *
     * @param folder holds {@code config.json} and {@code model.safetensors} or {@code pytorch_model.bin}
     * @return the classifier; its weights are read each time a block is made
     * @throws RecordException if a file is missing or not what it must be
     */
    public static BertClassifier open(Path folder) {
        return new BertClassifier(BertConfig.read(folder.resolve("config.json")), BertWeights.file(folder), false);
    }

    /**
     * Opens a pre-trained encoder to be fine-tuned: what its file lacks of the pooler and the classifier, and a classifier of
     * another size, is drawn with the run's seed.
     *
     * @param folder holds {@code config.json} and {@code model.safetensors} or {@code pytorch_model.bin}
     * @param labels the names of the classes, at least 2
     * @return the classifier
     * @throws RecordException if a file is missing or not what it must be
     */
    public static BertClassifier pretrained(Path folder, List<String> labels) {
        return new BertClassifier(
                BertConfig.read(folder.resolve("config.json")).withLabels(labels), BertWeights.file(folder), true);
    }

    /** Returns the network's sizes. */
    public BertConfig config() {
        return config;
    }

    @Override
    public String name() {
        return "bert";
    }

    /** Returns the configuration and, if it starts from a file, that file's checksum. */
    @Override
    public Object setting() {
        Map<String, Object> setting = new LinkedHashMap<>();
        setting.put("config", Json.tree(config));
        if (weights != null) {
            setting.put("weights", TensorFile.checksum(weights));
            setting.put("newHead", newHead);
        }
        return setting;
    }

    @Override
    public WeightRoles roles(Map<String, long[]> shapes) {
        return WeightPreset.BERT.roles(Path.of(name()), shapes);
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        check(inputShape);
        return block(manager, seed);
    }

    /**
     * Returns a block from {@code [B, 3, T]} to {@code [B, C]}, for any T up to the configuration's.
     *
     * @param manager owns the parameters
     * @param seed what parameters without a file are drawn with
     * @return a block from {@code [B, 3, T]} to {@code [B, C]}, for any T up to the configuration's
     * @throws RecordException if the weights' file can't be read, lacks a tensor, or has one of another shape
     */
    public Block block(NDManager manager, long seed) {
        return block(manager, seed, false);
    }

    /**
     * Returns the encoder alone, whose outputs are the pooled first token, {@code [B, hidden]}, before dropout: what other heads may
     * be put on.
     *
     * @return the network without its classifier
     */
    public Network pooled() {
        return new BertPooled(this);
    }

    Block pooled(NDManager manager, Shape inputShape, long seed) {
        check(inputShape);
        return block(manager, seed, true);
    }

    private Block block(NDManager manager, long seed, boolean pooled) {
        if (weights == null) {
            return new BertBlock(config, manager, name -> null, seed, pooled);
        }
        try (TensorFile file = TensorFile.open(weights)) {
            return new BertBlock(config, manager, BertWeights.read(config, file, newHead), seed, pooled);
        }
    }

    private static void check(Shape inputShape) {
        Arguments.check(
                inputShape.dimension() == 2 && inputShape.get(0) == 3,
                "shape of an input",
                inputShape,
                "(3, T), word pieces, mask and token types");
    }

    /**
     * Returns a block from {@code [B, 3, T]} to {@code [B, C]} with the checkpoint's weights.
     *
     * @param manager owns the parameters
     * @param checkpoint an open checkpoint of this network, such as one of its training
     * @return a block from {@code [B, 3, T]} to {@code [B, C]} with the checkpoint's weights
     * @throws RecordException if the checkpoint lacks a tensor, or has one of another shape
     */
    public Block block(NDManager manager, TensorFile checkpoint) {
        return new BertBlock(config, manager, BertWeights.read(config, checkpoint, false), 0, false);
    }
}
