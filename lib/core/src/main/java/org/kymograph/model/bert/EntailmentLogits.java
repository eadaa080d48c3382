package org.kymograph.model.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.model.Network;

/**
 * A classifier of inference with three classes as one with the two of HANS: the logit of entailment stays, and those of neutral and
 * contradiction become one, of non-entailment. Parameters are the classifier's.
 *
 * <p>With {@link Pooling#MAX} it decides as McCoy et al. (ACL 2019) do, whose three-class answer counts as entailment or not.
 *
 * @param classifier the classifier of three classes
 * @param entailment the number of the class of entailment, from 0
 * @param pooling what the other two logits become
 */
public record EntailmentLogits(BertClassifier classifier, int entailment, Pooling pooling) implements Network {
    /** How two logits become one. */
    public enum Pooling {
        /** The larger one. */
        MAX,
        /** Their sum. */
        SUM
    }

    /** Checks the classes. */
    public EntailmentLogits {
        int classes = classifier.config().labels().size();
        Arguments.check(classes == 3, "the number of classes", classes, "3");
        Arguments.within("entailment", entailment, 0, 2);
    }

    /**
     * Returns a classifier with the larger of the two logits, whose class of entailment is found by its name.
     *
     * @param classifier the classifier of three classes
     * @return the network
     * @throws IllegalArgumentException if none of the classes is called entailment
     */
    public static EntailmentLogits of(BertClassifier classifier) {
        List<String> names = classifier.config().labels().stream()
                .map(l -> l.toLowerCase(Locale.ROOT))
                .toList();
        Arguments.check(names.contains("entailment"), "the model's classes", names, "entailment among them");
        return new EntailmentLogits(classifier, names.indexOf("entailment"), Pooling.MAX);
    }

    @Override
    public String name() {
        return "bert-entailment";
    }

    @Override
    public Object setting() {
        return Map.of("classifier", classifier.setting(), "entailment", entailment, "pooling", pooling);
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        return new Pooled(classifier.single(manager, inputShape, seed));
    }

    /** Returns {@code [B, 2]}, entailment first, of logits {@code [B, 3]}. */
    NDArray pooled(NDArray logits) {
        NDArray yes = logits.get(":, " + entailment).expandDims(1);
        NDArray a = logits.get(":, " + (entailment == 0 ? 1 : 0)).expandDims(1);
        NDArray b = logits.get(":, " + (entailment == 2 ? 1 : 2)).expandDims(1);
        return yes.concat(pooling == Pooling.MAX ? a.maximum(b) : a.add(b), 1);
    }

    private final class Pooled extends AbstractBlock {
        private final Block inner;

        Pooled(Block inner) {
            this.inner = inner;
        }

        @Override
        public ParameterList getParameters() {
            return inner.getParameters();
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
            return new NDList(pooled(inner.forward(store, in, training, params).singletonOrThrow()));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return new Shape[] {new Shape(inputShapes[0].get(0), 2)};
        }
    }
}
