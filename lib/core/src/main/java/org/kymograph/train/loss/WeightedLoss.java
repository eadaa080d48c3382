package org.kymograph.train.loss;

import ai.djl.ndarray.NDArray;
import java.util.Objects;
import org.kymograph.record.files.Json;

/** See {@link Loss#weighted}. */
record WeightedLoss(Loss loss) implements WrappedLoss {
    WeightedLoss {
        Objects.requireNonNull(loss, "loss");
    }

    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
        NDArray losses = loss.perSample(outputs, targets, Loss.columns(auxiliary, 1, -1));
        NDArray weights = Loss.columns(auxiliary, 0, 1);
        return losses.mul(losses.getShape().dimension() == 2 ? weights.squeeze(2) : weights);
    }

    @Override
    public int auxiliaryTargets(int outputs) {
        return 1 + loss.auxiliaryTargets(outputs);
    }

    @Override
    public Object setting() {
        return Json.object().put("name", "WEIGHTED").set("loss", Json.tree(loss.setting()));
    }
}
