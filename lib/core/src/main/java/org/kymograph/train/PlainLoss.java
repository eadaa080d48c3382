package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import org.kymograph.model.Lanes;

/** The losses without settings of their own. */
enum PlainLoss implements Loss {
    CROSS_ENTROPY {
        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray side) {
            return Positions.pick(outputs.logSoftmax(outputs.getShape().dimension() - 1), targets)
                    .neg();
        }

        @Override
        public NDArray correct(NDArray outputs, NDArray targets) {
            return outputs.argMax(outputs.getShape().dimension() - 1).eq(targets);
        }
    },

    HINGE {
        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray side) {
            return Activation.relu(
                    Positions.none(outputs, this).squeeze(2).mul(targets).neg().add(1f));
        }

        @Override
        public NDArray correct(NDArray outputs, NDArray targets) {
            return outputs.squeeze(2).mul(targets).gt(0f);
        }
    },

    SQUARED {
        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray side) {
            long classes = Positions.none(outputs, this).getShape().get(2);
            if (classes == 1) {
                return outputs.squeeze(2).sub(targets).square();
            }
            return outputs.sub(targets.oneHot((int) classes)).square().mean(new int[] {2});
        }

        @Override
        public NDArray correct(NDArray outputs, NDArray targets) {
            return outputs.getShape().get(2) == 1
                    ? HINGE.correct(outputs, targets)
                    : CROSS_ENTROPY.correct(outputs, targets);
        }
    },

    LABELS {
        // log(1 + exp(z)) − z·t
        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray side) {
            // Laid out row after row, whatever the network left: the order in which a mean adds follows from the
            // layout.
            NDArray rows = Positions.none(outputs, this).reshape(-1).reshape(outputs.getShape());
            return Lanes.apply(rows, Activation::softPlus)
                    .sub(rows.mul(targets))
                    .mean(new int[] {2});
        }

        @Override
        public NDArray correct(NDArray outputs, NDArray targets) {
            return outputs.gt(0f)
                    .eq(targets.gt(0f))
                    .toType(DataType.FLOAT32, false)
                    .min(new int[] {2})
                    .gt(0.5f);
        }
    };

    @Override
    public Object setting() {
        return name();
    }
}
