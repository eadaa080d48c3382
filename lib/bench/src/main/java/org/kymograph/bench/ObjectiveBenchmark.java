package org.kymograph.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import org.kymograph.train.loss.Loss;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Gradients of 32 given parameter vectors of 4,201 weights, batches of 128, beside eager PyTorch one after the other.
 * The losses of 100 vectors of 914 weights on 512 samples are measured, too.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Dai.djl.pytorch.num_threads=1"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class ObjectiveBenchmark {
    private static double[][] vectors(Objective objective, int n) {
        return LongStream.range(0, n)
                .mapToObj(objective::initial)
                .map(ParameterVector::toArray)
                .toArray(double[][]::new);
    }

    /** What gradients are computed of. */
    @State(Scope.Benchmark)
    public static class Gradients {
        @Param({"1", "2"})
        int threads;

        private ObjectiveSession session;
        private double[][] vectors;
        private double[][] gradients;
        private int[][] rows;

        /** Makes the session and draws the batches. */
        @Setup
        public void open() {
            Objective objective = Objective.of(
                            Mlp.of(1, 100),
                            Loss.HINGE,
                            SparseParity.withDefaults()
                                    .withTrain(1000)
                                    .sample(0)
                                    .train())
                    .withThreads(threads);
            session = objective.open();
            vectors = vectors(objective, 32);
            gradients = new double[32][vectors[0].length];
            RandomGenerator random = Streams.of(0, "batches");
            rows = IntStream.range(0, 32)
                    .mapToObj(r -> IntStream.range(0, 128)
                            .map(i -> Streams.below(random, 1000))
                            .toArray())
                    .toArray(int[][]::new);
        }

        /** Frees the session. */
        @TearDown
        public void close() {
            session.close();
        }
    }

    /** Computes 32 gradients. */
    @Benchmark
    public double[] gradients(Gradients state) {
        return state.session.gradients(state.vectors, state.rows, state.gradients);
    }

    /** What losses are computed of. */
    @State(Scope.Benchmark)
    public static class Losses {
        @Param({"1", "2"})
        int threads;

        private ObjectiveSession session;
        private List<ParameterVector> vectors;

        /** Makes the session and the vectors. */
        @Setup
        public void open() {
            RandomGenerator random = Streams.of(0, "samples");
            double[] x = new double[512 * 16];
            Arrays.setAll(x, i -> Streams.gaussian(random));
            Dataset data = new Dataset(
                    "samples",
                    "train",
                    0,
                    Tensor.ofFloats(x, 512, 16),
                    Tensor.of(random.longs(512, 0, 2).toArray(), 512),
                    2,
                    Scaling.NONE);
            Objective objective =
                    Objective.of(Mlp.of(2, 48), Loss.CROSS_ENTROPY, data).withThreads(threads);
            session = objective.open();
            vectors = LongStream.range(0, 100).mapToObj(objective::initial).toList();
        }

        /** Frees the session. */
        @TearDown
        public void close() {
            session.close();
        }
    }

    /** Computes 100 × 512 losses. */
    @Benchmark
    public double[][] losses(Losses state) {
        return state.session.losses(state.vectors);
    }

    /** A Python process that computes the same gradients whenever it gets a line. */
    @State(Scope.Benchmark)
    public static class Peer {
        @Param("python3")
        String python;

        private Process process;
        private BufferedWriter to;
        private BufferedReader from;

        /** Starts Python, with one thread. */
        @Setup
        public void start() throws IOException {
            ProcessBuilder builder = new ProcessBuilder(python, "lib/bench/python/objective.py")
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("OMP_NUM_THREADS", "1");
            builder.environment().put("OPENBLAS_NUM_THREADS", "1");
            process = builder.start();
            to = process.outputWriter();
            from = process.inputReader();
        }

        /** Ends Python. */
        @TearDown
        public void end() throws IOException {
            to.close();
            process.destroy();
        }
    }

    /** Has PyTorch compute 32 gradients one after the other. */
    @Benchmark
    public String gradientsInEagerPyTorch(Peer peer) throws IOException {
        peer.to.write("\n");
        peer.to.flush();
        String line = peer.from.readLine();
        if (line == null) {
            throw new IOException("Python ended");
        }
        return line;
    }
}
