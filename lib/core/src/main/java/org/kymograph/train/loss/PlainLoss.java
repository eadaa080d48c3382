package org.kymograph.train.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import org.kymograph.data.Dataset;
import org.kymograph.data.Dataset.Target;
import org.kymograph.model.Lanes;

/** The losses without settings of their own. Their names are those in {@code run.json}, and so in the names of run folders. */
enum PlainLoss implements Loss {
    CROSS_ENTROPY {
        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
            return Targets.pick(outputs.logSoftmax(outputs.getShape().dimension() - 1), targets)
                    .neg();
        }

        @Override
        public NDArray correct(NDArray outputs, NDArray targets) {
            return outputs.argMax(outputs.getShape().dimension() - 1).eq(targets);
        }

        // More outputs than classes are allowed, as of a network with tokens that are no answers.
        @Override
        public String expected(long[] outputs, Dataset data) {
            return switch (data.target()) {
                case CLASS ->
                    unless(
                            outputs.length == 1 && outputs[0] >= data.classes(),
                            "[B, C] with C at least " + data.classes());
                case TOKENS ->
                    unless(
                            outputs.length == 2 && outputs[0] == data.targetSize() && outputs[1] >= data.classes(),
                            "[B, " + data.targetSize() + ", C] with C at least " + data.classes());
                default -> "class indices as targets, not those it is given,";
            };
        }
    },

    HINGE {
        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
            return Activation.relu(
                    Targets.none(outputs, this).squeeze(2).mul(targets).neg().add(1f));
        }

        @Override
        public NDArray correct(NDArray outputs, NDArray targets) {
            return outputs.squeeze(2).mul(targets).gt(0f);
        }

        @Override
        public String expected(long[] outputs, Dataset data) {
            boolean signs = data.target() == Target.SIGN;
            return unless(signs && isOne(outputs), signs ? ONE : "signs −1 and 1 as targets, not those it is given,");
        }
    },

    SQUARED {
        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
            long classes = Targets.none(outputs, this).getShape().get(2);
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

        @Override
        public String expected(long[] outputs, Dataset data) {
            return switch (data.target()) {
                case SIGN, REAL -> unless(isOne(outputs), ONE);
                case CLASS ->
                    unless(
                            outputs.length == 1 && outputs[0] > 1 && outputs[0] >= data.classes(),
                            "[B, C] with C at least " + data.classes());
                default -> "a single number or a class as target, not those it is given,";
            };
        }
    },

    LABELS {
        // log(1 + exp(z)) − z·t
        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
            // Laid out row after row, whatever the network left: the order in which a mean adds follows from the
            // layout.
            NDArray rows = Targets.none(outputs, this).reshape(-1).reshape(outputs.getShape());
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

        @Override
        public String expected(long[] outputs, Dataset data) {
            boolean labels = data.target() == Target.LABELS;
            return unless(
                    labels && outputs.length == 1 && outputs[0] == data.classes(),
                    labels
                            ? "[B, " + data.classes() + "]"
                            : "zeros and ones for labels as targets, not those it is given,");
        }
    };

    private static final String ONE = "[B] or [B, 1]";

    static boolean isOne(long[] outputs) {
        return outputs.length == 0 || outputs.length == 1 && outputs[0] == 1;
    }

    static String unless(boolean fits, String otherwise) {
        return fits ? null : otherwise;
    }

    @Override
    public Object setting() {
        return name();
    }
}
