package org.kymograph.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.loss.Loss;

/** Calls a session 10,000 times and prints the live arrays and resident bytes after 2,000 calls and at the end. */
final class ObjectiveLeakProbe {
    private ObjectiveLeakProbe() {}

    public static void main(String[] args) throws IOException {
        Objective objective = Objective.of(
                        Mlp.of(1, 90),
                        Loss.HINGE,
                        SparseParity.withDefaults()
                                .withTrain(50)
                                .withTest(4)
                                .sample(0)
                                .train())
                .withThreads(1);
        double[][] w = LongStream.range(0, 16)
                .mapToObj(objective::initial)
                .map(ParameterVector::toArray)
                .toArray(double[][]::new);
        double[][] gradients = new double[16][w[0].length];
        int[][] rows = new int[16][];
        Arrays.fill(rows, new int[] {1, 2, 3, 4, 5, 6, 7, 8});
        List<ParameterVector> one = List.of(objective.initial(0));
        try (ObjectiveSession session = objective.open()) {
            for (int call = 1; call <= 10_000; call++) {
                session.gradients(w, rows, gradients);
                if (call % 10 == 0) {
                    session.losses(one);
                    session.outputs(one);
                }
                if (call % 100 == 0) {
                    objective.losses(one);
                }
                if (call == 2000 || call == 10_000) {
                    System.gc();
                    System.out.println(session.liveArrays() + " " + resident());
                }
            }
        }
    }

    // Linux tells the resident pages; elsewhere the arrays are counted all the same.
    private static long resident() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        return Files.exists(statm)
                ? 4096 * Long.parseLong(Files.readString(statm).split(" ", -1)[1])
                : 0;
    }
}
