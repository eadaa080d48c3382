package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import org.kymograph.record.files.Json;

/** See {@link Loss#smoothed}. */
record SmoothedLoss(double epsilon) implements Loss {
    SmoothedLoss {
        if (!(epsilon >= 0 && epsilon < 1)) {
            throw new IllegalArgumentException("epsilon " + epsilon + ": must be from 0 to below 1");
        }
    }

    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray side) {
        NDArray logs = outputs.logSoftmax(2);
        NDArray own = logs.gather(targets.expandDims(2), 2).squeeze(2);
        return own.mul(Outputs.number(outputs, epsilon - 1))
                .sub(logs.mean(new int[] {2}).mul(Outputs.number(outputs, epsilon)));
    }

    @Override
    public NDArray correct(NDArray outputs, NDArray targets) {
        return CROSS_ENTROPY.correct(outputs, targets);
    }

    @Override
    public Object setting() {
        return Json.object().put("name", "SMOOTHED").put("epsilon", epsilon);
    }
}
