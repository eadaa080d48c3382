package org.kymograph.states.hmm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;

/** Against numbers of hmmlearn, from the same starts. */
class HmmGoldenTest {
    private static final double RELATIVE = 1e-6;

    static Stream<Arguments> cases() {
        return Stream.of("gaussian-d2-k2-single", "gaussian-d3-k3", "gaussian-d14-k4")
                .flatMap(file -> Stream.of(Covariance.values()).map(c -> Arguments.of(file, c)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fitsScoresAndDecodesAsHmmlearn(String file, Covariance covariance) throws IOException {
        JsonNode golden = read(file);
        JsonNode expected = golden.get("fits").get(covariance.label());
        Observations runs = observations(golden);
        HmmModel model = Hmm.gaussian(1)
                .withStart(start(expected.get("init"), covariance))
                .withIterations(golden.get("n_iter").asInt())
                .withoutTolerance()
                .fit(runs);

        assertClose(model.history(), flat(expected.get("history")));
        JsonNode fitted = expected.get("fitted");
        assertClose(model.startProbabilities(), flat(fitted.get("startprob")));
        assertClose(flat(model.transitionMatrix()), flat(fitted.get("transmat")));
        assertClose(flat(model.means()), flat(fitted.get("means")));
        assertClose(model.parameters().flatCovariances(), flat(fitted.get("covars")));
        assertClose(model.score(runs), expected.get("score").asDouble());
        assertThat(model.logLikelihood()).isEqualTo(model.score(runs));
        assertClose(model.aic(), expected.get("aic").asDouble());
        assertClose(model.bic(), expected.get("bic").asDouble());
        assertThat(model.freeParameters())
                .isEqualTo(expected.get("n_fit_scalars").asInt());
        HmmParameters.Decoding decoding = model.decode(runs);
        assertClose(decoding.logProbability(), expected.get("viterbi_logprob").asDouble());
        assertThat(decoding.stacked())
                .containsExactly(IntStream.range(0, runs.rows())
                        .map(t -> expected.get("viterbi_path").get(t).asInt())
                        .toArray());
        double[] posterior = Stream.of(model.posterior(runs).get(0))
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
        assertClose(posterior, flat(expected.get("posteriors_first_sequence")));
    }

    private static void assertClose(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertClose(actual[i], expected[i]);
        }
    }

    private static void assertClose(double actual, double expected) {
        assertThat(Math.abs(actual - expected))
                .as("%s instead of %s", actual, expected)
                .isLessThanOrEqualTo(RELATIVE * Math.abs(expected));
    }

    static JsonNode read(String name) throws IOException {
        try (InputStream in = HmmGoldenTest.class.getResourceAsStream(name + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    static HmmParameters start(JsonNode init, Covariance covariance) {
        return HmmParameters.of(
                covariance,
                flat(init.get("startprob")),
                flat(init.get("transmat")),
                flat(init.get("means")),
                flat(init.get("covars")));
    }

    static Observations observations(JsonNode golden) {
        List<String> names = new ArrayList<>();
        List<double[][]> runs = new ArrayList<>();
        int at = 0;
        for (JsonNode length : golden.get("lengths")) {
            double[][] rows = new double[length.asInt()][];
            for (int t = 0; t < rows.length; t++) {
                rows[t] = flat(golden.get("X").get(at++));
            }
            names.add("run" + names.size());
            runs.add(rows);
        }
        return Observations.of(
                names,
                IntStream.range(0, golden.get("d").asInt())
                        .mapToObj(j -> "x" + j)
                        .toList(),
                runs);
    }

    private static double[] flat(double[][] rows) {
        return Stream.of(rows).flatMapToDouble(java.util.Arrays::stream).toArray();
    }

    static double[] flat(JsonNode node) {
        List<Double> values = new ArrayList<>();
        collect(node, values);
        return values.stream().mapToDouble(x -> x).toArray();
    }

    private static void collect(JsonNode node, List<Double> values) {
        if (node.isArray()) {
            node.forEach(n -> collect(n, values));
        } else {
            values.add(node.asDouble());
        }
    }
}
