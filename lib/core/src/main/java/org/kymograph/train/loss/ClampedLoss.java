package org.kymograph.train.loss;

import ai.djl.ndarray.NDArray;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.record.files.Json;

/** See {@link Loss#clamped}. */
record ClampedLoss(double scaling, double floor) implements Loss {
    ClampedLoss {
        Arguments.positive("scaling", scaling);
        Arguments.check(floor >= 0 && floor < 1, "floor", floor, "from 0 to below 1");
    }

    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
        int classes = outputs.getShape().dimension() - 1;
        NDArray scaled = scaling == 1 ? outputs : outputs.mul(Loss.number(outputs, scaling));
        NDArray logs = Targets.pick(scaled.logSoftmax(classes), targets);
        if (floor == 0) {
            return logs.neg();
        }
        NDArray losses = logs.exp().add(Loss.number(outputs, floor)).log().neg();
        return classes == 2 ? losses : losses.mul(Targets.counted(outputs, targets));
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
        return Json.object().put("name", "CLAMPED").put("scaling", scaling).put("floor", floor);
    }
}
