package org.kymograph.bench;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Hooked;
import org.kymograph.model.Hooks;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.llama.LlamaGenerator;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.llama.TokenSampling;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

/**
 * What a Llama costs, in processor time on one thread: a training step of 246,336 weights beside eager PyTorch, text from 15 million weights beside
 * llama2.c's {@code run}, texts in batches, and a hook: {@code [PYTHON [RUN [PART …]]]} with the parts step, text, batch and hook.
 */
public final class LlamaBenchmark {
    private static final int STEPS = 30;
    private static final int ROUNDS = 2;
    private static final int TOKENS = 255;

    private LlamaBenchmark() {}

    /**
     * Measures.
     *
     * @param args the Python that has PyTorch (python3), llama2.c's {@code run} built with {@code gcc -O3} (left out unless said), what to measure (all)
     * @throws Exception if a process can't be run
     */
    public static void main(String[] args) throws Exception {
        List<String> parts =
                args.length > 2 ? List.of(args).subList(2, args.length) : List.of("step", "text", "batch", "hook");
        Path work = Files.createTempDirectory("llama");
        if (parts.contains("step")) {
            step(work, args.length > 0 ? args[0] : "python3");
        }
        LlamaModel model = random(Llama.of(32_000).withSizes(288, 6, 6, 6, 768), 256);
        if (parts.contains("text")) {
            text(work, model, args.length > 1 ? args[1] : "");
        }
        if (parts.contains("batch")) {
            batch(model);
        }
        if (parts.contains("hook")) {
            hook();
        }
    }

    // Processor seconds of this process.
    private static double processor() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    private static double thread() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    private static void step(Path work, String python) throws IOException, InterruptedException {
        RandomGenerator random = Streams.of(0, "tokens");
        long[] tokens = random.longs(64 * 97L, 0, 512).toArray();
        long[] inputs = new long[64 * 96];
        long[] targets = new long[64 * 96];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = tokens[i / 96 * 97 + i % 96];
            targets[i] = tokens[i / 96 * 97 + i % 96 + 1];
        }
        Dataset data = new Dataset(
                "tokens", "train", 0, Tensor.of(inputs, 64, 96), Tensor.of(targets, 64, 96), 512, Scaling.NONE);
        Optimizer adam = Optimizer.adamW(1e-3)
                .withBetas(0.9, 0.95)
                .withWeightDecay(0.1)
                .withGroup(new Optimizer.Group("norm\\.weight$", 1, 0));
        Experiment e = Experiment.of(
                        "llama-steps",
                        Task.byContent("tokens", new Split(data, data.take(1))),
                        Llama.of(512).withSizes(64, 4, 4, 4, 192),
                        Loss.CROSS_ENTROPY,
                        adam)
                .withBatchSize(32)
                .withClipNorm(1)
                .withEvaluation(Span.steps(1000))
                .withCheckpoints(Span.steps(1000));
        double[] seconds = new double[3];
        int[] lengths = {10, 10, 10 + STEPS};
        for (int i = 0; i < 3; i++) {
            double start = processor();
            Trainer.of(e.withLength(Span.steps(lengths[i]))).withWorkers(1).train(work.resolve("steps-" + i), 0);
            seconds[i] = processor() - start;
        }
        Process peer = new ProcessBuilder(python, "lib/bench/python/llama_step.py", Integer.toString(STEPS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] said = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ", -1);
        if (peer.waitFor() != 0) {
            throw new IOException("llama_step.py ended with " + peer.exitValue());
        }
        double ours = (seconds[2] - seconds[1]) / STEPS;
        double theirs = Double.parseDouble(said[0]);
        print(
                "training step: %.1f ms, eager PyTorch %.1f ms, %.2f times as long",
                1e3 * ours, 1e3 * theirs, theirs / ours);
    }

    private static LlamaModel random(Llama net, int length) {
        RandomGenerator random = Streams.of(0, "weights");
        Map<String, Tensor> weights = new LinkedHashMap<>();
        net.shapes().forEach((name, shape) -> {
            float[] w = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < w.length; i++) {
                w[i] = shape.length == 1 ? 1 : (float) (0.05 * Streams.gaussian(random));
            }
            weights.put(name, Tensor.of(w, shape));
        });
        return new LlamaModel(net, length, weights);
    }

    private static void text(Path work, LlamaModel model, String run) throws IOException, InterruptedException {
        LlamaGenerator generator = LlamaGenerator.of(model).withThreads(1);
        TokenSampling greedy = TokenSampling.greedy().withStopAtBos(false);
        int[] prompt = {1};
        generator.generate(prompt, greedy, TOKENS);
        double best = Double.POSITIVE_INFINITY;
        int[] written = prompt;
        for (int i = 0; i < ROUNDS; i++) {
            double start = processor();
            written = generator.generate(prompt, greedy, TOKENS);
            best = Math.min(best, processor() - start);
        }
        print("text: %.0f tokens a second", (written.length - 1) / best);
        if (run.isEmpty()) {
            return;
        }
        Path bin = work.resolve("random.bin");
        model.writeBin(bin, 0);
        Path pieces = work.resolve("tokenizer.bin");
        pieces(pieces, model.network().vocabulary());
        double theirs = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ROUNDS; i++) {
            double few = cpu(run, bin, pieces, 16);
            theirs = Math.min(theirs, (cpu(run, bin, pieces, TOKENS + 1) - few) / (TOKENS + 1 - 16));
        }
        print(
                "llama2.c: %.0f tokens a second; ours are %.2f times as many",
                1 / theirs, (written.length - 1) / best * theirs);
    }

    private static double cpu(String run, Path bin, Path pieces, int tokens) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "/bin/bash",
                        "-c",
                        "TIMEFORMAT='%U %S'; time \"$0\" \"$1\" -t 0 -n " + tokens + " -z \"$2\" >/dev/null 2>&1",
                        run,
                        bin.toString(),
                        pieces.toString())
                .redirectErrorStream(true)
                .start();
        String[] said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ", -1);
        if (process.waitFor() != 0) {
            throw new IOException(run + " ended with " + process.exitValue());
        }
        return Double.parseDouble(said[0]) + Double.parseDouble(said[1]);
    }

    // llama2.c's tokenizer of as many pieces, whose names don't matter.
    private static void pieces(Path file, int n) throws IOException {
        try (OutputStream to = Files.newOutputStream(file);
                DataOutputStream out = new DataOutputStream(to)) {
            out.writeInt(Integer.reverseBytes(8));
            for (int i = 0; i < n; i++) {
                byte[] name = ("w" + i + " ").getBytes(StandardCharsets.UTF_8);
                out.writeInt(0);
                out.writeInt(Integer.reverseBytes(name.length));
                out.write(name);
            }
        }
    }

    private static void batch(LlamaModel model) {
        LlamaGenerator generator = LlamaGenerator.of(model).withThreads(1);
        TokenSampling sampling = TokenSampling.withDefaults().withStopAtBos(false);
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            prompts.add(new int[] {1, 10 + i});
        }
        generator.generate(prompts.subList(0, 2), sampling, 30);
        double[] seconds = new double[2];
        for (int round = 0; round < ROUNDS; round++) {
            double start = processor();
            generator.generate(prompts, sampling, 30);
            seconds[0] = processor() - start;
            start = processor();
            for (int[] prompt : prompts.subList(0, 16)) {
                generator.generate(prompt, sampling, 30);
            }
            seconds[1] = (processor() - start) * 8;
        }
        print(
                "128 texts of 30 tokens: %.1f s in batches, %.1f s one after the other (from 16), %.1f times as long",
                seconds[0], seconds[1], seconds[1] / seconds[0]);
    }

    private static void hook() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = Llama.of(512).withSizes(64, 4, 4, 4, 192).single(manager, new Shape(16), 0);
            String[] points = ((Hooked) block).hookPoints().toArray(String[]::new);
            ParameterStore store = new ParameterStore(manager, false);
            double[] seconds = new double[2];
            for (int i = 0; i < 3000; i++) {
                boolean hooked = i % 2 == 1;
                try (NDManager scope = manager.newSubManager()) {
                    var tokens = scope.zeros(new Shape(1, 16), DataType.INT64);
                    double start = thread();
                    if (hooked) {
                        try (Hooks hooks = Hooks.on(block).read(points)) {
                            block.forward(store, new NDList(tokens), false);
                            hooks.value(points[0]);
                        }
                    } else {
                        block.forward(store, new NDList(tokens), false);
                    }
                    seconds[hooked ? 1 : 0] += i < 1000 ? 0 : (thread() - start) / 1000;
                }
            }
            print(
                    "a pass of %.0f µs; reading all its %d points adds %.1f µs each",
                    1e6 * seconds[0], points.length, 1e6 * (seconds[1] - seconds[0]) / points.length);
        }
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
