package org.kymograph.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a run's last bits depend on beside its settings: PyTorch picks kernels by the processor's instructions, its matrix
 * library differs between platforms, and sums are split between threads.
 */
final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** The processor, its instructions, the library of linear algebra and the number of threads, found without an engine. */
    static Map<String, String> here() {
        Map<String, String> machine = new TreeMap<>();
        List<String> info = cpuInfo();
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        machine.put(
                "processor",
                value(info, "model name", System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "unknown")));
        machine.put("instructions", instructions(" " + value(info, "flags", value(info, "Features", "")) + " "));
        String build = Versions.property("native/lib/pytorch.properties", "classifier");
        machine.put("blas", blas(build.equals("unknown") ? System.getProperty("os.arch") : build));
        machine.put("threads", System.getProperty("ai.djl.pytorch.num_threads", defaultThreads()));
        return machine;
    }

    /** The kernels that PyTorch chooses: the variable that it reads, or else the widest vectors there are. */
    private static String instructions(String flags) {
        String chosen = System.getenv("ATEN_CPU_CAPABILITY");
        if (chosen != null) {
            return chosen;
        }
        return Stream.of("avx512f", "avx2", "sve", "asimd")
                .filter(name -> flags.contains(" " + name + " "))
                .findFirst()
                .orElse("unknown");
    }

    // What PyTorch's own builds are linked with.
    private static String blas(String build) {
        String name = build.toLowerCase(Locale.ROOT);
        if (name.contains("x86_64") || name.contains("amd64")) {
            return "MKL";
        }
        return name.startsWith("osx") ? "Accelerate" : name.startsWith("linux") ? "OpenBLAS" : "unknown";
    }

    private static String defaultThreads() {
        String openMp = System.getenv("OMP_NUM_THREADS");
        return openMp == null
                ? "PyTorch's default on " + Runtime.getRuntime().availableProcessors() + " cores"
                : openMp;
    }

    private static List<String> cpuInfo() {
        try {
            return Files.isReadable(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String value(List<String> info, String name, String otherwise) {
        return info.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(otherwise);
    }
}
