package org.kymograph.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.degeneracy.llc.LlcEstimate;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.train.Objective;

/**
 * Learning coefficients of 25 checkpoints of a network that adds modulo 53, beside eager PyTorch: {@code PYTHON [STEPS [PEER_STEPS]]}.
 * The peer samples three of the checkpoints; times are per chain and step, of wall and processor.
 */
public final class LlcBenchmark {
    private static final OperatingSystemMXBean MACHINE =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final LearningCoefficient SETTINGS = LearningCoefficient.withDefaults()
            .withGamma(5)
            .withOrthogonal(true)
            .withClamp(1e-7)
            .withSharedBatches(true);

    private LlcBenchmark() {}

    /** Runs the comparison. */
    public static void main(String[] args) throws IOException {
        String python = args.length > 0 ? args[0] : "python3";
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : 3000;
        int peerSteps = args.length > 2 ? Integer.parseInt(args[2]) : 1000;
        Path folder = Files.createTempDirectory("llc");
        RunFolder run = ModularExperiment.example1()
                .withMovie(false)
                .train(folder.toString(), 0)
                .runs()
                .get(0);
        ModularRun opened = ModularRun.of(run);
        Objective objective = opened.objective(opened.split().train());
        List<ParameterVector> at =
                run.checkpointSteps().stream().limit(25).map(opened::parameters).toList();
        // The code is compiled and the sessions made once before anything is measured.
        SETTINGS.withSteps(300).withChains(1).estimates(objective.withThreads(1), at);
        double[] first = peer(python, folder.resolve("peer"), opened, at, peerSteps);
        System.out.printf("%-46s %10s %12s%n", "", "wall ms", "processor ms");
        row("PyTorch, batches stacked from single samples", first[0], first[1]);
        row("PyTorch, batches by an index", first[2], first[3]);
        for (int threads = 1; threads <= 2; threads++) {
            for (int chains : new int[] {1, 4}) {
                double[] ours = ours(SETTINGS.withSteps(steps).withChains(chains), objective.withThreads(threads), at);
                row(
                        "Kymograph, 25 checkpoints × " + chains + (threads == 1 ? ", one thread" : ", two threads"),
                        ours[0],
                        ours[1]);
                System.out.printf(
                        Locale.ROOT,
                        "  as long as the first peer needs for %.1f of them by the wall, %.1f by the processor; as the second for %.1f, %.1f%n",
                        first[0] / ours[0],
                        first[1] / ours[1],
                        first[2] / ours[0],
                        first[3] / ours[1]);
            }
        }
    }

    private static void row(String what, double wall, double cpu) {
        System.out.printf(Locale.ROOT, "%-46s %10.4f %12.4f%n", what, wall, cpu);
    }

    private static double[] ours(LearningCoefficient settings, Objective objective, List<ParameterVector> at) {
        long wall = System.nanoTime();
        long cpu = MACHINE.getProcessCpuTime();
        List<LlcEstimate> found = settings.estimates(objective, at);
        double steps = (double) settings.steps() * settings.chains() * at.size();
        double[] out = {(System.nanoTime() - wall) / 1e6 / steps, (MACHINE.getProcessCpuTime() - cpu) / 1e6 / steps};
        System.out.printf(
                Locale.ROOT,
                "  λ̂ at the checkpoints 0, 9 and 24: %.0f ± %.0f, %.0f ± %.0f, %.0f ± %.0f%n",
                found.get(0).llc(),
                found.get(0).standardError(),
                found.get(9).llc(),
                found.get(9).standardError(),
                found.get(24).llc(),
                found.get(24).standardError());
        return out;
    }

    // Mean milliseconds a step, wall and processor, of both ways.
    private static double[] peer(String python, Path folder, ModularRun run, List<ParameterVector> at, int steps)
            throws IOException {
        Files.createDirectories(folder);
        Dataset data = run.split().train();
        long[] tokens = data.inputs().toLongs();
        long[] labels = data.targets().toLongs();
        ByteBuffer pairs = ByteBuffer.allocate(24 * labels.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < labels.length; i++) {
            pairs.putLong(tokens[2 * i]).putLong(tokens[2 * i + 1]).putLong(labels[i]);
        }
        Files.write(folder.resolve("pairs.bin"), pairs.array());
        Files.writeString(folder.resolve("sizes.txt"), "53 12 48");
        for (int k : new int[] {0, 9, 24}) {
            double[] w = at.get(k).toArray();
            ByteBuffer numbers = ByteBuffer.allocate(4 * w.length).order(ByteOrder.LITTLE_ENDIAN);
            for (double x : w) {
                numbers.putFloat((float) x);
            }
            Files.write(folder.resolve("checkpoint-%02d.bin".formatted(k)), numbers.array());
        }
        ProcessBuilder builder = new ProcessBuilder(python, "lib/bench/python/llc.py", folder.toString(), "" + steps)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("OPENBLAS_NUM_THREADS", "1");
        double[] out = new double[4];
        List<String> found = new ArrayList<>();
        try (BufferedReader from = builder.start().inputReader()) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                JsonNode one = Json.parseLine(folder, found.size() + 1, line.getBytes(StandardCharsets.UTF_8));
                int way = one.path("way").asText().equals("stacked") ? 0 : 2;
                out[way] += one.path("wall").asDouble() * 1000 / steps / 3;
                out[way + 1] += one.path("cpu").asDouble() * 1000 / steps / 3;
                found.add("%s, %s: %.0f"
                        .formatted(
                                one.path("name").asText(),
                                one.path("way").asText(),
                                one.path("llc").asDouble()));
            }
        }
        if (found.size() != 6) {
            throw new IOException("Python ended");
        }
        System.out.println("PyTorch's λ̂, " + steps + " steps: " + String.join("; ", found));
        return out;
    }
}
