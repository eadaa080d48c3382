package org.kymograph.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.curves.Interpolation;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.tasks.Glyphs;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/**
 * What segments between many small and between two large networks cost in time and memory: {@code population N} takes N random
 * MLPs of 100,000 parameters, all pairs at ten points on 512 images; {@code make FOLDER} writes two random BERTs of 110 million
 * parameters, and {@code pair FOLDER} evaluates ten points between them on 16 samples of 64 tokens.
 */
public final class SegmentBenchmark {
    private static final BertConfig BERT = new BertConfig(
            30_522,
            768,
            12,
            12,
            3072,
            512,
            2,
            "gelu",
            1e-12,
            0.1,
            0.1,
            0.1,
            0.02,
            0,
            List.of("contradiction", "entailment", "neutral"));
    private static final int TOKENS = 64;
    private static final int SAMPLES = 16;

    private SegmentBenchmark() {}

    /**
     * Measures, and prints wall time, processor time and the most memory of this process.
     *
     * @param args what to do, as said above
     * @throws IOException if a file can't be read or written
     */
    public static void main(String[] args) throws IOException {
        long start = System.nanoTime();
        switch (args[0]) {
            case "population" -> population(Integer.parseInt(args[1]));
            case "make" -> make(Path.of(args[1]));
            case "pair" -> pair(Path.of(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
        String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(l -> l.startsWith("VmHWM"))
                .findFirst()
                .orElse("");
        System.out.printf(
                "%s: wall %.1f s, processor %.1f s, %s%n",
                Arrays.toString(args),
                (System.nanoTime() - start) / 1e9,
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3,
                peak);
    }

    private static void population(int count) {
        Mlp network = Mlp.of(10, 240, 240);
        Objective objective = Objective.of(
                network,
                Loss.CROSS_ENTROPY,
                Glyphs.withDefaults().sample(0).test().take(512));
        Map<String, ParameterVector> vectors = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            vectors.put("model " + i, objective.initial(i));
        }
        int pairs = Interpolation.of(objective)
                .withKeepLosses(false)
                .run(Models.of(vectors))
                .curves()
                .size();
        System.out.println(pairs + " pairs of " + objective.initial(0).size() + " parameters");
    }

    private static void make(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int seed = 0; seed < 2; seed++) {
            try (NDManager manager = NDManager.newBaseManager()) {
                Block block = BertClassifier.of(BERT).single(manager, new Shape(3, TOKENS), seed);
                Map<String, Tensor> tensors = new LinkedHashMap<>();
                for (Pair<String, Parameter> p : block.getParameters()) {
                    var array = p.getValue().getArray();
                    tensors.put(
                            p.getKey(),
                            Tensor.of(array.toFloatArray(), array.getShape().getShape()));
                }
                Safetensors.write(folder.resolve(seed + ".safetensors"), tensors, Map.of());
            }
        }
    }

    private static void pair(Path folder) {
        RandomGenerator random = Streams.of(0, "tokens");
        long[] x = new long[SAMPLES * 3 * TOKENS];
        for (int i = 0; i < x.length; i++) {
            int row = i / TOKENS % 3;
            x[i] = row == 0 ? Streams.below(random, BERT.vocabulary()) : row == 1 ? 1 : 0;
        }
        long[] y = Columns.each(SAMPLES, i -> (long) (i % 3)).stream()
                .mapToLong(l -> l)
                .toArray();
        Dataset data = new Dataset(
                "tokens", "test", 0, Tensor.of(x, SAMPLES, 3, TOKENS), Tensor.of(y, SAMPLES), 3, Scaling.NONE);
        PairCurve curve = Interpolation.of(Objective.of(BertClassifier.of(BERT), Loss.CROSS_ENTROPY, data)
                        .withBatchSize(4))
                .run(Models.open(folder))
                .curves()
                .get(0);
        System.out.println("losses " + Arrays.toString(curve.losses()) + ", distance " + curve.distance());
    }
}
