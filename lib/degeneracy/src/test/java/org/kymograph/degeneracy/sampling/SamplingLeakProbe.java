package org.kymograph.degeneracy.sampling;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/**
 * Samples so many steps of four chains and prints the resident bytes after a fifth of them and at the end. So many bytes of native memory are
 * kept at every step: the leak that the measurement must be able to see.
 */
final class SamplingLeakProbe {
    private SamplingLeakProbe() {}

    public static void main(String[] args) {
        int steps = Integer.parseInt(args[0]);
        long leak = Long.parseLong(args[1]);
        ModularExperiment settings =
                ModularExperiment.example1().withP(7).withEmbedDim(4).withHiddenSize(16);
        Dataset pairs = settings.task().sample(0).train();
        Objective objective =
                Objective.of(settings.network(), Loss.CROSS_ENTROPY, pairs).withThreads(1);
        double[] start = objective.initial(0).toArray();
        List<Chain> chains = LongStream.range(0, 4)
                .mapToObj(seed -> Chain.of(start, LocalPosterior.of(10, 100), 1e-3, seed))
                .toList();
        NDManager kept = NDManager.newBaseManager();
        Sampling.of(Sampler.sgld(), GradientEstimate.minibatch(8), steps)
                .withThreads(1)
                .run(LossSurface.of(objective), chains, () -> new DrawObserver.Eye() {
                    @Override
                    public void look(int[] group, int draw, double[][] positions) {
                        if (leak > 0) {
                            kept.zeros(new Shape(leak / Float.BYTES));
                        }
                        if (draw == steps / 5 || draw == steps - 1) {
                            System.gc();
                            System.out.println(resident());
                        }
                    }

                    @Override
                    public void close() {}
                });
    }

    // Linux tells the resident pages; elsewhere nothing is measured.
    private static long resident() {
        Path statm = Path.of("/proc/self/statm");
        try {
            return Files.exists(statm)
                    ? 4096 * Long.parseLong(Files.readString(statm).split(" ", -1)[1])
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
