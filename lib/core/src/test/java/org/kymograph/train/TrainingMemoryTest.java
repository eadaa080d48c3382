package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.kymograph.model.llama.Llama;

class TrainingMemoryTest {
    @Test
    void saysWhatAStepTakesAndTheLargestBatchThatFits() {
        // 24 MB of parameters, 4 MB a sample.
        TrainingMemory memory = TrainingMemory.of(1_000_000, 1_000_000);
        assertThat(memory.bytes(10)).isEqualTo(64e6);
        assertThatCode(() -> memory.checkBatch("batch", 10, "", 64_000_000)).doesNotThrowAnyException();
        assertThatThrownBy(() -> memory.checkBatch("batch", 1000, "", 1_024_000_000))
                .hasMessage(
                        "batch is 1000; expected at most 250, since a step takes about 4.0 GB of memory and 1.0 GB are "
                                + "available");
        assertThatThrownBy(() -> memory.checkBatch("batch", 1, "or less", 10))
                .hasMessageStartingWith("batch is 1; expected or less, since a step takes about 0.0 GB");
        assertThatThrownBy(() -> memory.check("size", "large", "a smaller one", 1000, 1_000_000_000))
                .hasMessageStartingWith("size is \"large\"; expected a smaller one, since a step takes about 4.0 GB");
        assertThat(TrainingMemory.available()).isBetween(1L << 20, TrainingMemory.total());
    }

    @Test
    void attentionGrowsWithTheSquareOfTheLength() {
        Llama net = Llama.of(512);
        double shortText = net.numbersPerText(1 << 12);
        assertThat(net.numbersPerText(1 << 13) / shortText).isBetween(3.5, 4.0);
        assertThat((double) net.numbersPerText(1 << 5) / net.numbersPerText(1 << 4))
                .isBetween(2.0, 2.2);
    }
}
