package org.kymograph.train.loss;

import ai.djl.ndarray.NDArray;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.Json;

/** See {@link Loss#distilled}. */
record DistilledLoss(Loss loss, double weight, double temperature) implements WrappedLoss {
    DistilledLoss {
        Objects.requireNonNull(loss, "loss");
        Arguments.atLeast("weight", weight, 0);
        Arguments.positive("temperature", temperature);
    }

    // L + w T² Σ p_c (log p_c − log q_c) with p = softmax(old / T), q = softmax(new / T)
    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
        int size = (int) outputs.getShape().slice(2).size();
        int classes = outputs.getShape().dimension() - 1;
        NDArray old =
                Loss.columns(auxiliary, 0, size).reshape(outputs.getShape()).div(temperature);
        NDArray p = old.softmax(classes);
        NDArray q = outputs.mul(Loss.number(outputs, 1 / temperature)).logSoftmax(classes);
        NDArray divergence = p.mul(old.logSoftmax(classes).sub(q)).sum(new int[] {classes});
        divergence = classes == 2 ? divergence : divergence.mul(Targets.counted(outputs, targets));
        return loss.perSample(outputs, targets, Loss.columns(auxiliary, size, -1))
                .add(divergence.mul(Loss.number(outputs, weight * temperature * temperature)));
    }

    @Override
    public int auxiliaryTargets(int outputs) {
        return outputs + loss.auxiliaryTargets(outputs);
    }

    @Override
    public Object setting() {
        return Json.object()
                .put("name", "DISTILLED")
                .put("weight", weight)
                .put("temperature", temperature)
                .set("loss", Json.tree(loss.setting()));
    }
}
