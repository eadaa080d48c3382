package org.kymograph.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How long a process took, how much of the processors it used, and the most memory it held. */
record MeasuredProcess(double seconds, double cpuSeconds, long megabytes) {
    static MeasuredProcess run(List<String> words, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT);
        builder.environment().put("OPENBLAS_NUM_THREADS", "1");
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        long peak = 0;
        double cpu = 0;
        while (process.isAlive()) {
            Thread.sleep(100);
            cpu = Math.max(
                    cpu,
                    process.info()
                            .totalCpuDuration()
                            .map(d -> d.toMillis() / 1e3)
                            .orElse(0.0));
            try {
                peak = Math.max(
                        peak,
                        Files.readAllLines(status, StandardCharsets.UTF_8).stream()
                                .filter(l -> l.startsWith("VmHWM"))
                                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                                .findFirst()
                                .orElse(0));
            } catch (IOException e) {
                break;
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException(words + " ended with " + process.exitValue());
        }
        return new MeasuredProcess((System.nanoTime() - start) / 1e9, cpu, peak / 1000);
    }
}
