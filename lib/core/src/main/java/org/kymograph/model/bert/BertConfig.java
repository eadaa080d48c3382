package org.kymograph.model.bert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/**
 * The sizes and settings of a BERT sequence classifier, as Hugging Face's {@code config.json} has them.
 *
 * @param vocabulary the number of word pieces
 * @param hidden the width of the residual stream
 * @param layers the number of encoder layers
 * @param heads the attention heads of a layer; they divide the width
 * @param intermediate the width inside a layer's feed-forward part
 * @param positions the most tokens in a sequence
 * @param types the number of token types
 * @param activation {@code gelu} (exact), {@code gelu_new} (its tanh approximation) or {@code relu}
 * @param epsilon what layer norms add to the variance
 * @param hiddenDropout the dropout of embeddings and of what joins the residual stream, 0 to 1
 * @param attentionDropout the dropout of attention weights, 0 to 1
 * @param classifierDropout the dropout before the classifier, 0 to 1
 * @param initializerRange the standard deviation of new weights
 * @param padding the token that fills short sequences
 * @param labels the names of the classes, in order
 */
public record BertConfig(
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int intermediate,
        int positions,
        int types,
        String activation,
        double epsilon,
        double hiddenDropout,
        double attentionDropout,
        double classifierDropout,
        double initializerRange,
        int padding,
        List<String> labels) {
    private static final List<String> ACTIVATIONS = List.of("gelu", "gelu_new", "gelu_pytorch_tanh", "relu");

    /** Checks the ranges. */
    public BertConfig {
        labels = List.copyOf(labels);
        Arguments.atLeast("vocab_size", vocabulary, 1);
        Arguments.atLeast("hidden_size", hidden, 1);
        Arguments.atLeast("num_hidden_layers", layers, 1);
        Arguments.atLeast("num_attention_heads", heads, 1);
        Arguments.atLeast("intermediate_size", intermediate, 1);
        Arguments.atLeast("max_position_embeddings", positions, 1);
        Arguments.atLeast("type_vocab_size", types, 1);
        Arguments.check(
                hidden % heads == 0, "num_attention_heads", heads, "a divisor of hidden_size, which is " + hidden);
        Arguments.check(ACTIVATIONS.contains(activation), "hidden_act", activation, "one of " + ACTIVATIONS);
        Arguments.positive("layer_norm_eps", epsilon);
        for (double p : new double[] {hiddenDropout, attentionDropout, classifierDropout}) {
            Arguments.check(p >= 0 && p < 1, "dropout", p, "0 to below 1");
        }
        Arguments.within("pad_token_id", padding, 0, vocabulary - 1);
        Arguments.atLeast("number of labels", labels.size(), 2);
    }

    /**
     * Returns the sizes of BERT-tiny: two layers of width 128 with two heads, 512 positions.
     *
     * <p>Source: Turc et al., Well-Read Students Learn Better (arXiv 1908.08962).
     *
     * @param vocabulary the number of word pieces, the padding the first
     * @param labels the names of the classes, in order
     * @return the configuration
     */
    public static BertConfig tiny(int vocabulary, List<String> labels) {
        return new BertConfig(vocabulary, 128, 2, 2, 512, 512, 2, "gelu", 1e-12, 0.1, 0.1, 0.1, 0.02, 0, labels);
    }

    /**
     * Reads a {@code config.json}; what it leaves out has Hugging Face's default, the sizes of the network excepted.
     *
     * @param file the file
     * @return the configuration
     * @throws RecordException if the file isn't JSON, lacks a size, or describes what isn't a BERT classifier
     */
    public static BertConfig read(Path file) {
        ObjectNode json = Json.readObject(file);
        String type = json.path("model_type").asText("bert");
        if (!type.equals("bert")) {
            throw new RecordException(file, "field 'model_type' is '" + type + "'; expected 'bert'");
        }
        String position = json.path("position_embedding_type").asText("absolute");
        if (!position.equals("absolute")) {
            throw new RecordException(
                    file, "field 'position_embedding_type' is '" + position + "'; expected 'absolute'");
        }
        double hiddenDropout = number(file, json, "hidden_dropout_prob", 0.1);
        try {
            return new BertConfig(
                    size(file, json, "vocab_size"),
                    size(file, json, "hidden_size"),
                    size(file, json, "num_hidden_layers"),
                    size(file, json, "num_attention_heads"),
                    size(file, json, "intermediate_size"),
                    size(file, json, "max_position_embeddings"),
                    (int) number(file, json, "type_vocab_size", 2),
                    json.path("hidden_act").asText("gelu"),
                    number(file, json, "layer_norm_eps", 1e-12),
                    hiddenDropout,
                    number(file, json, "attention_probs_dropout_prob", 0.1),
                    number(file, json, "classifier_dropout", hiddenDropout),
                    number(file, json, "initializer_range", 0.02),
                    (int) number(file, json, "pad_token_id", 0),
                    labels(file, json));
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, e.getMessage(), e);
        }
    }

    /**
     * Returns a copy with those classes.
     *
     * @param labels the names of the classes, in order
     * @return the copy
     */
    public BertConfig withLabels(List<String> labels) {
        return Copies.with(this, "labels", labels);
    }

    private static List<String> labels(Path file, ObjectNode json) {
        List<String> out = new ArrayList<>();
        if (json.get("id2label") instanceof ObjectNode named) {
            for (int i = 0; i < named.size(); i++) {
                if (!named.path(Integer.toString(i)).isTextual()) {
                    throw new RecordException(
                            file,
                            "field 'id2label' has no text '" + i + "'; expected the names of its " + named.size()
                                    + " labels by number");
                }
                out.add(named.get(Integer.toString(i)).textValue());
            }
            return out;
        }
        for (int i = 0; i < (int) number(file, json, "num_labels", 2); i++) {
            out.add("LABEL_" + i);
        }
        return out;
    }

    private static int size(Path file, ObjectNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new RecordException(
                    file,
                    "field '" + name + "' is " + (value.isMissingNode() ? "missing" : value)
                            + "; expected a whole number");
        }
        return value.intValue();
    }

    private static double number(Path file, ObjectNode json, String name, double missing) {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return missing;
        }
        if (!value.isNumber()) {
            throw new RecordException(file, "field '" + name + "' is " + value + "; expected a number");
        }
        return value.doubleValue();
    }
}
