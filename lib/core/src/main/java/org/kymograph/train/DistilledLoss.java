package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.record.files.Json;

/** See {@link Loss#distilled}. */
record DistilledLoss(Loss loss, double weight, double temperature) implements Loss {
    DistilledLoss {
        Objects.requireNonNull(loss, "loss");
        Arguments.atLeast("weight", weight, 0);
        Arguments.positive("temperature", temperature);
    }

    // L + w T² Σ p_c (log p_c − log q_c) with p = softmax(old / T), q = softmax(new / T)
    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray side) {
        int size = (int) outputs.getShape().slice(2).size();
        int classes = outputs.getShape().dimension() - 1;
        NDArray old = Outputs.columns(side, 0, size).reshape(outputs.getShape()).div(temperature);
        NDArray p = old.softmax(classes);
        NDArray q = outputs.mul(Outputs.number(outputs, 1 / temperature)).logSoftmax(classes);
        NDArray divergence = p.mul(old.logSoftmax(classes).sub(q)).sum(new int[] {classes});
        divergence = classes == 2 ? divergence : divergence.mul(Positions.counted(outputs, targets));
        return loss.perSample(outputs, targets, Outputs.columns(side, size, -1))
                .add(divergence.mul(Outputs.number(outputs, weight * temperature * temperature)));
    }

    @Override
    public NDArray evaluation(NDArray outputs, NDArray targets) {
        return loss.evaluation(outputs, targets);
    }

    @Override
    public NDArray answer(NDArray outputs) {
        return loss.answer(outputs);
    }

    @Override
    public NDArray correct(NDArray outputs, NDArray targets) {
        return loss.correct(outputs, targets);
    }

    @Override
    public int sides(int outputs) {
        return outputs + loss.sides(outputs);
    }

    @Override
    public String expected(long[] outputs, Dataset data) {
        return loss.expected(outputs, data);
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
