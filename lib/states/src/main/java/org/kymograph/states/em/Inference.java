package org.kymograph.states.em;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;

/** Scores, states and their probabilities of given runs under given parameters. */
final class Inference {
    private final HmmParameters parameters;
    private final Observations runs;
    private final Rows rows;
    private final double[] logDensity;
    private final ForwardBackward lattice;

    Inference(HmmParameters parameters, Observations runs) {
        Arguments.check(
                parameters.features == runs.features().size(),
                "the runs' number of features",
                runs.features().size(),
                parameters.features + ", as the model has");
        this.parameters = parameters;
        this.runs = runs;
        rows = runs.toRows();
        logDensity = new double[rows.count * parameters.states];
        try {
            GaussianDensity.of(parameters, rows.centre).logDensities(rows, logDensity);
        } catch (DegenerateStateException e) {
            throw new IllegalArgumentException("the model can't be used: " + e.getMessage(), e);
        }
        lattice = new ForwardBackward(parameters, rows.longest());
    }

    double[] scores() {
        double[] result = new double[rows.runs()];
        for (int run = 0; run < result.length; run++) {
            result[run] = lattice.forward(logDensity, rows.offsets[run], rows.offsets[run + 1]);
        }
        return result;
    }

    HmmParameters.Decoding decode() {
        int[] path = new int[rows.count];
        List<int[]> paths = new ArrayList<>();
        double logProbability = 0;
        for (int run = 0; run < rows.runs(); run++) {
            logProbability += lattice.viterbi(logDensity, rows.offsets[run], rows.offsets[run + 1], path);
            paths.add(Arrays.copyOfRange(path, rows.offsets[run], rows.offsets[run + 1]));
        }
        return new HmmParameters.Decoding(runs.runs(), paths, logProbability);
    }

    /** Returns per run its rows' probabilities of the states, given the whole run or only the rows so far. */
    List<double[][]> posterior(boolean smoothed) {
        int k = parameters.states;
        double[] all = new double[rows.count * k];
        List<double[][]> result = new ArrayList<>();
        for (int run = 0; run < rows.runs(); run++) {
            int from = rows.offsets[run];
            int to = rows.offsets[run + 1];
            double logLikelihood = lattice.forward(logDensity, from, to);
            Arguments.require(
                    Double.isFinite(logLikelihood),
                    "run '" + runs.runs().get(run) + "' has probability 0 under the model: its log-likelihood is "
                            + logLikelihood);
            if (smoothed) {
                lattice.backward(logDensity, from, to, all, null);
            } else {
                lattice.filter(from, to, all);
            }
            double[][] own = new double[to - from][k];
            for (int t = 0; t < own.length; t++) {
                System.arraycopy(all, (from + t) * k, own[t], 0, k);
            }
            result.add(own);
        }
        return result;
    }
}
