package org.kymograph.train.loss;

import ai.djl.ndarray.NDArray;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.record.files.Json;

/** See {@link Loss#smoothed}. */
record SmoothedLoss(double epsilon) implements Loss {
    SmoothedLoss {
        Arguments.check(epsilon >= 0 && epsilon < 1, "epsilon", epsilon, "from 0 to below 1");
    }

    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
        int classes = outputs.getShape().dimension() - 1;
        NDArray logs = outputs.logSoftmax(classes);
        NDArray all = logs.mean(new int[] {classes}).mul(Loss.number(outputs, epsilon));
        return Targets.pick(logs, targets)
                .mul(Loss.number(outputs, epsilon - 1))
                .sub(classes == 2 ? all : all.mul(Targets.counted(outputs, targets)));
    }

    @Override
    public NDArray correct(NDArray outputs, NDArray targets) {
        return CROSS_ENTROPY.correct(outputs, targets);
    }

    @Override
    public String expected(long[] outputs, Dataset data) {
        return CROSS_ENTROPY.expected(outputs, data);
    }

    @Override
    public Object setting() {
        return Json.object().put("name", "SMOOTHED").put("epsilon", epsilon);
    }
}
