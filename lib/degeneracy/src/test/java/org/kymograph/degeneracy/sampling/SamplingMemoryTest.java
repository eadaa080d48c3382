package org.kymograph.degeneracy.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SamplingMemoryTest {
    // The 380 weights of four chains, leaked once a step in float32, would be 490 MB.
    private static final long FLAT = 40_000_000;

    @EnabledOnOs(OS.LINUX)
    @Tag("slow")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    @Test
    void aHundredThousandStepsLeaveMemoryFlat() throws Exception {
        assertThat(growth(100_000, 0)).isLessThan(FLAT);
        assertThat(growth(10_000, 10_000)).as("8,000 leaks of 10,000 bytes").isGreaterThan(FLAT);
    }

    // By how many bytes a process of its own grows, whose heap is resident from the start, so that it is native memory.
    private static long growth(int steps, int leak) throws IOException, InterruptedException {
        List<String> words = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+AlwaysPreTouch",
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                SamplingLeakProbe.class.getName(),
                String.valueOf(steps),
                String.valueOf(leak));
        Process probe = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long[] resident = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .mapToLong(Long::parseLong)
                .toArray();
        assertThat(probe.waitFor()).isZero();
        assertThat(resident).hasSize(2);
        return resident[1] - resident[0];
    }
}
