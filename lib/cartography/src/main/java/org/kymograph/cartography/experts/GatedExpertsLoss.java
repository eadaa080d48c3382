package org.kymograph.cartography.experts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.Json;
import org.kymograph.train.loss.Loss;

/** The loss of {@link GatedExperts}, in the notation of its description. */
record GatedExpertsLoss(GatedExperts settings) implements Loss {
    /** What a network's outputs consist of: {@code [R, B, 2]}, {@code [R, B, C]} and {@code [R, B, C]}. */
    private record Parts(NDArray gate, NDArray easy, NDArray hard) {
        static Parts of(NDArray outputs) {
            int c = ((int) outputs.getShape().get(2) - 2) / 2;
            return new Parts(
                    Loss.columns(outputs, 0, 2),
                    Loss.columns(outputs, 2, 2 + c),
                    Loss.columns(outputs, 2 + c, 2 + 2 * c));
        }
    }

    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
        Parts parts = Parts.of(outputs);
        NDArray confidence = Loss.columns(auxiliary, 0, 1);
        Arguments.require(
                confidence != null, "the training samples have no confidence: join the data with the metrics");
        NDArray rest = Loss.columns(auxiliary, 1, -1);
        NDArray experts = experts(
                parts,
                settings.head().perSample(parts.easy, targets, rest),
                hard().perSample(parts.hard, targets, rest));
        return gate(parts.gate, confidence)
                .mul(Loss.number(outputs, settings.mu()))
                .add(experts.mul(Loss.number(outputs, 1 - settings.mu())));
    }

    @Override
    public NDArray evaluation(NDArray outputs, NDArray targets) {
        Parts parts = Parts.of(outputs);
        return experts(parts, settings.head().evaluation(parts.easy, targets), hard().evaluation(parts.hard, targets));
    }

    private Loss hard() {
        return settings.smoothing() > 0 ? Loss.smoothed(settings.smoothing()) : settings.head();
    }

    /** Returns Σ t (ln t − ln softmax(g)), with 0 ln 0 = 0. */
    static NDArray gate(NDArray gate, NDArray confidence) {
        NDArray t = NDArrays.concat(new NDList(confidence, confidence.neg().add(1f)), 2);
        NDArray negentropy = t.mul(t.maximum(Float.MIN_NORMAL).log());
        return negentropy.sub(t.mul(gate.logSoftmax(2))).sum(new int[] {2});
    }

    private NDArray experts(Parts parts, NDArray easy, NDArray hard) {
        NDArray w = weights(parts.gate);
        NDArray first = Loss.columns(w, 0, 1).squeeze(2);
        if (settings.easyOnly()) {
            return easy.mul(first.div(first.mean(new int[] {1}, true)));
        }
        return easy.mul(first).add(hard.mul(Loss.columns(w, 1, 2).squeeze(2))).mul(Loss.number(easy, 0.5));
    }

    /** Returns softmax(g / T), turned round above 0.5 if wanted. */
    private NDArray weights(NDArray gate) {
        NDArray w = gate.mul(Loss.number(gate, 1 / settings.temperature())).softmax(2);
        return settings.moreAmbiguous() ? turned(w) : w;
    }

    /** Returns 1.5 − w where w &gt; 0.5, else w. */
    static NDArray turned(NDArray w) {
        NDArray above = w.stopGradient().gt(0.5f).toType(DataType.FLOAT32, false);
        return w.mul(above.mul(-2f).add(1f)).add(above.mul(1.5f));
    }

    @Override
    public NDArray correct(NDArray outputs, NDArray targets) {
        return settings.head().correct(answer(outputs), targets);
    }

    /** Returns the outputs that count, {@code [R, B, C]}. */
    @Override
    public NDArray answer(NDArray outputs) {
        Parts parts = Parts.of(outputs.stopGradient());
        return switch (settings.inference()) {
            case EASY_EXPERT -> parts.easy;
            case HARD_EXPERT -> parts.hard;
            case SOFT -> mixed(parts, weights(parts.gate));
            case HARD -> {
                NDArray easy = Loss.columns(parts.gate, 0, 1)
                        .gte(Loss.columns(parts.gate, 1, 2))
                        .toType(DataType.FLOAT32, false);
                yield mixed(parts, NDArrays.concat(new NDList(easy, easy.neg().add(1f)), 2));
            }
        };
    }

    private static NDArray mixed(Parts parts, NDArray w) {
        return parts.easy.mul(Loss.columns(w, 0, 1)).add(parts.hard.mul(Loss.columns(w, 1, 2)));
    }

    @Override
    public int auxiliaryTargets(int outputs) {
        return 1 + settings.head().auxiliaryTargets((outputs - 2) / 2);
    }

    @Override
    public Object setting() {
        ObjectNode all = Json.object().put("name", "HCT");
        all.set("head", Json.tree(settings.head().setting()));
        return all.put("temperature", settings.temperature())
                .put("mu", settings.mu())
                .put("smoothing", settings.smoothing())
                .put("moreAmbiguous", settings.moreAmbiguous())
                .put("easyOnly", settings.easyOnly())
                .put("inference", settings.inference().name());
    }
}
