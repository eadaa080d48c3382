package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import java.util.Objects;
import org.kymograph.data.Dataset;
import org.kymograph.record.files.Json;

/** See {@link Loss#weighted}. */
record WeightedLoss(Loss loss) implements Loss {
    WeightedLoss {
        Objects.requireNonNull(loss, "loss");
    }

    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray side) {
        NDArray losses = loss.perSample(outputs, targets, Outputs.columns(side, 1, -1));
        NDArray weights = Outputs.columns(side, 0, 1);
        return losses.mul(losses.getShape().dimension() == 2 ? weights.squeeze(2) : weights);
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
        return 1 + loss.sides(outputs);
    }

    @Override
    public String expected(long[] outputs, Dataset data) {
        return loss.expected(outputs, data);
    }

    @Override
    public Object setting() {
        return Json.object().put("name", "WEIGHTED").set("loss", Json.tree(loss.setting()));
    }
}
