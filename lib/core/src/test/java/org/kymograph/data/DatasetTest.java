package org.kymograph.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.kymograph.record.tensors.Tensor;

class DatasetTest {
    private static final Tensor LABELS = Tensor.of(new long[] {0, 2, 1}, 3);

    private static Dataset images(Scaling scaling) {
        byte[] pixels = new byte[3 * 2 * 2];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (20 * i);
        }
        return new Dataset("toy", "train", 0, Tensor.of(pixels, 3, 2, 2), LABELS, 3, scaling);
    }

    private static Dataset of(Tensor inputs, Tensor targets, int classes) {
        return new Dataset("toy", "train", 0, inputs, targets, classes, Scaling.NONE);
    }

    @Test
    void pixelsAreScaledByChannel() {
        float[] out = new float[8];
        images(Scaling.NONE).gather(new int[] {2, 0}, out);
        assertThat(out).containsExactly(160, 180, 200, 220, 0, 20, 40, 60);
        images(Scaling.UNIT).gather(new int[] {2, 0}, out);
        assertThat(out)
                .containsExactly(160 / 255f, 180 / 255f, 200 / 255f, 220 / 255f, 0, 20 / 255f, 40 / 255f, 60 / 255f);
        images(Scaling.standard(new double[] {0.5, 0}, new double[] {2, 4})).gather(new int[] {2}, out);
        assertThat(out[1]).isEqualTo((float) ((180 / 255.0 - 0.5) / 2));
        assertThat(out[2]).isEqualTo((float) (200 / 255.0 / 4));
    }

    @Test
    void batchesAreCopiedIntoTheirPlace() {
        Dataset data = of(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), Tensor.of(new float[] {1, -1, 1}, 3), 2);
        float[] out = new float[6];
        data.gather(new int[] {2, 1}, out, 1);
        assertThat(out).containsExactly(0, 5, 6, 3, 4, 0);
        data.gatherTargets(new int[] {1, 0}, out, 4);
        assertThat(out).containsExactly(0, 5, 6, 3, -1, 1);
        long[] labels = new long[3];
        images(Scaling.NONE).gatherTargets(new int[] {1, 2}, labels, 1);
        assertThat(labels).containsExactly(0, 2, 1);
        Dataset tokens = of(Tensor.of(new long[] {7, 8, 9, 10, 11, 12}, 3, 2), LABELS, 3);
        long[] long4 = new long[4];
        tokens.gather(new int[] {2, 1}, long4, 0);
        assertThat(long4).containsExactly(11, 12, 9, 10);
        tokens.gather(new int[] {1}, out);
        assertThat(out).startsWith(9, 10);
    }

    @Test
    void auxiliaryTargetsStayWithTheirExamples() {
        Dataset data = images(Scaling.UNIT)
                .withAuxiliary(Tensor.of(new float[] {1, 2, 3}, 3, 1))
                .withAuxiliaryBefore(Tensor.of(new float[] {10, 11, 20, 21, 30, 31}, 3, 2));
        assertThat(data.auxiliaryTargets()).isEqualTo(3);
        Dataset part = data.subset(new int[] {2, 0}).take(2).withSplit("part").withScaling(Scaling.NONE);
        float[] out = new float[4];
        part.gatherAuxiliary(new int[] {1}, out, 1);
        assertThat(out).containsExactly(0, 10, 11, 1);
        assertThat(part.auxiliary().toFloats()).containsExactly(30, 31, 3, 10, 11, 1);
        assertThat(images(Scaling.UNIT).auxiliaryTargets()).isZero();
        assertThat(images(Scaling.UNIT).subset(new int[] {1}).auxiliary().shape())
                .containsExactly(1, 0);
        assertThatThrownBy(() -> data.withAuxiliary(Tensor.of(new float[4], 4, 1)))
                .hasMessageContaining("F32[4, 1]")
                .hasMessageContaining("F32[3");
        assertThatThrownBy(() -> data.withAuxiliary(Tensor.of(new float[] {1, 2, Float.NaN}, 3, 1)))
                .hasMessageContaining("example 2");
    }

    @Test
    void severalLabels() {
        Tensor inputs = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        Dataset data = of(inputs, Tensor.of(new float[] {1, 0, 1, 1, 0, 0}, 3, 2), 2);
        assertThat(data.target()).isEqualTo(Dataset.Target.LABELS);
        assertThat(data.size()).isEqualTo(3);
        float[] out = new float[4];
        data.subset(new int[] {1, 2}).gatherTargets(new int[] {1, 0}, out, 0);
        assertThat(out).containsExactly(0, 0, 1, 1);
        assertThatThrownBy(() -> of(inputs, Tensor.of(new float[6], 3, 2), 3)).hasMessageContaining("classes is 3");
        assertThatThrownBy(() -> of(inputs, Tensor.of(new float[] {1, 0, 2, 1, 0, 0}, 3, 2), 2))
                .hasMessage("target of example 1 is 2.0; expected 0 or 1");
    }

    @Test
    void aTaskMayBeKnownByItsContent() {
        Dataset data = images(Scaling.UNIT);
        Task all = Task.byContent("toy", new Split(data, data));
        assertThat(Task.byContent("toy", new Split(images(Scaling.UNIT), data)).setting())
                .isEqualTo(all.setting());
        assertThat(Task.byContent("toy", new Split(data.take(2), data)).setting())
                .isNotEqualTo(all.setting());
        Dataset other =
                new Dataset("toy", "train", 0, data.inputs(), Tensor.of(new long[] {0, 2, 2}, 3), 3, Scaling.UNIT);
        assertThat(Task.byContent("toy", new Split(other, data)).setting()).isNotEqualTo(all.setting());
        Dataset weighted = data.withAuxiliary(Tensor.of(new float[] {1, 2, 3}, 3, 1));
        assertThat(Task.byContent("toy", new Split(weighted, data)).setting()).isNotEqualTo(all.setting());
        assertThat(Task.of("toy", new Split(weighted, data)).setting())
                .isNotEqualTo(Task.of("toy", new Split(data, data)).setting());
    }

    @Test
    void partsKeepTheirOrder() {
        Dataset part = images(Scaling.UNIT).subset(new int[] {2, 0, 2});
        assertThat(part.targets().toLongs()).containsExactly(1, 0, 1);
        assertThat(part.inputs().shape()).containsExactly(3, 2, 2);
        assertThat(part.inputs().toLongs())
                .startsWith(160, 180, 200, 220, 0, 20)
                .endsWith(160, 180, 200, 220);
        assertThat(images(Scaling.UNIT).take(3)).isEqualTo(images(Scaling.UNIT));
        assertThat(images(Scaling.UNIT).take(0).size()).isZero();
        assertThat(part.inputShape()).containsExactly(2, 2);
        assertThat(part.inputSize()).isEqualTo(4);
    }

    @Test
    void refusesWhatDoesNotFit() {
        Tensor x = Tensor.of(new float[6], 3, 2);
        assertThatThrownBy(() -> of(Tensor.of(new float[3], 3), LABELS, 3)).hasMessageContaining("[3]");
        assertThatThrownBy(() -> of(Tensor.of(new float[0], 3, 0), LABELS, 3)).hasMessageContaining("empty");
        assertThatThrownBy(() -> of(x, Tensor.of(new long[2], 2), 3))
                .hasMessageContaining("shape of the targets is [2]; expected [3]");
        assertThatThrownBy(() -> of(x, LABELS, 2)).hasMessage("target of example 1 is 2; expected 0 to 1");
        assertThatThrownBy(() -> of(x, Tensor.of(new long[] {0, -1, 0}, 3), 2))
                .hasMessage("target of example 1 is -1; expected 0 to 1");
        assertThatThrownBy(() -> of(x, LABELS, 0)).hasMessageContaining("classes is 0");
        assertThatThrownBy(() -> of(x, Tensor.of(new float[] {1, 0, 1}, 3), 2)).hasMessageContaining("-1 or 1");
        assertThatThrownBy(() -> of(x, Tensor.of(new float[] {1, Float.NaN, 1}, 3), 0))
                .hasMessageContaining("finite");
        assertThatThrownBy(() -> of(x, Tensor.of(new float[3], 3), 5)).hasMessageContaining("classes is 5");
        assertThatThrownBy(() -> of(Tensor.of(new double[6], 3, 2), LABELS, 3)).hasMessageContaining("F64");
        assertThatThrownBy(() -> of(x, LABELS, 3).withScaling(Scaling.UNIT)).hasMessageContaining("only U8");
        assertThatThrownBy(() -> images(Scaling.CIFAR100)).hasMessageContaining("3 channels");
        assertThatThrownBy(() -> Scaling.standard(new double[] {0}, new double[] {0}))
                .hasMessageContaining("above 0");
        assertThatThrownBy(() -> Scaling.standard(new double[2], new double[] {1}))
                .hasMessageContaining("deviation has length 1; expected 2");
        Dataset data = images(Scaling.UNIT);
        assertThatThrownBy(() -> data.gather(new int[] {3}, new float[4])).hasMessage("row is 3; expected 0 to 2");
        assertThatThrownBy(() -> data.subset(new int[] {-1})).hasMessage("row is -1; expected 0 to 2");
        assertThatThrownBy(() -> data.gather(new int[] {0}, new float[3]))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> data.take(4)).hasMessageContaining("n is 4");
        assertThatThrownBy(() -> data.gather(new int[1], new long[4], 0)).hasMessageContaining("tokens");
        Dataset signs = of(x, Tensor.of(new float[] {1, 1, 1}, 3), 2);
        assertThatThrownBy(() -> signs.gatherTargets(new int[1], new long[1], 0))
                .hasMessageContaining("SIGN");
        assertThatThrownBy(() -> new Split(data, signs)).hasMessageContaining("differ in kind");
    }
}
