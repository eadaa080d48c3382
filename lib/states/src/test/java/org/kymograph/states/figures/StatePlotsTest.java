package org.kymograph.states.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kymograph.plot.PlotlyFigure;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.ModelSelection;
import org.kymograph.states.hmm.Selection;
import org.kymograph.states.map.Detours;
import org.kymograph.states.map.Dissimilarity;
import org.kymograph.states.map.EarlyPrediction;
import org.kymograph.states.map.FeatureSubsets;
import org.kymograph.states.map.Occupancies;
import org.kymograph.states.map.OccupancyRegression;
import org.kymograph.states.map.Outcome;
import org.kymograph.states.map.PathTable;
import org.kymograph.states.map.StateCorrelations;
import org.kymograph.states.map.VerdictStability;

class StatePlotsTest {
    private static StateExample example;

    @BeforeAll
    static void decode() {
        example = StateExample.of(16);
    }

    @Test
    void lossesAreDashedAndSolidWithPointsInTheStatesColours() throws JsonProcessingException {
        JsonNode figure = json(LossPlots.losses(example.tables, example.decoded, "lr0.1_sgd_seed3"));
        assertThat(figure.at("/data/0/line/dash").asText()).isEqualTo("dash");
        assertThat(figure.at("/data/1/line/dash").asText()).isEqualTo("solid");
        int[] states = example.decoded.path(3);
        assertThat(figure.at("/data/3/marker/color/0").asText()).isEqualTo(StateColours.of(states[0]));
        assertThat(figure.at("/data/3/marker/color"))
                .as("few enough to see the line")
                .hasSizeLessThanOrEqualTo(60);
        assertThat(figure.at("/data/1/y")).hasSizeGreaterThanOrEqualTo(states.length);
        assertThat(figure.at("/layout/shapes")).hasSize(MapRuns.stays(states).size());
        assertThat(figure.at("/layout/xaxis/title/text").asText()).isEqualTo("step");
        assertThatThrownBy(() -> LossPlots.losses(example.tables, example.decoded, "seed99"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seed99");
        assertThatThrownBy(() -> LossPlots.curves(example.tables.table("lr0.1_sgd_seed3"), new int[999], "eval_loss"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("999");
    }

    @Test
    void probabilitiesHaveTheColoursOfTheirStatesOnTheMap() throws JsonProcessingException {
        JsonNode figure = json(StatePlots.probabilities(new double[][] {{1, 0, 0}, {0.5, 0.25, 0.25}}, "epoch"));
        assertThat(figure.at("/data")).hasSize(3);
        for (int k = 0; k < 3; k++) {
            assertThat(figure.at("/data/" + k + "/line/color").asText()).isEqualTo(StateColours.of(k));
        }
        assertThat(figure.at("/data/0/y/1").asDouble()).isEqualTo(0.5);
        assertThat(figure.at("/layout/xaxis/title/text").asText()).isEqualTo("epoch");
        assertThatThrownBy(() -> StatePlots.probabilities(new double[][] {{1, 0}, {1}}, "epoch"))
                .hasMessageContaining("the length of a row is 1; expected 2");
        assertThatThrownBy(() -> StatePlots.probabilities(new double[0][], "epoch"))
                .hasMessageContaining("the number of rows is 0");
    }

    @Test
    void aSliderOverFitsTellsTheBicOfEachAndStartsAtTheLeast() throws JsonProcessingException {
        Hmm hmm =
                Hmm.gaussian(1).withCovariance(Covariance.DIAG).withRestarts(2).withIterations(10);
        Selection selection = ModelSelection.upTo(4).with(hmm).select(example.runs);
        int chosen = selection.chosen().states();
        List<DecodedRuns> fits = IntStream.of(chosen + 1, chosen, chosen)
                .mapToObj(k -> DecodedRuns.of(hmm.withStates(k).fit(example.runs), example.runs))
                .toList();
        JsonNode figure = json(
                StatePlots.slider(selection, fits, fit -> StatePlots.timeline(fit, example.convergence, "epoch", 10)));
        assertThat(figure.at("/frames").findValuesAsText("name"))
                .contains(chosen + 1 + " states, start 0", chosen + " states, start 0", chosen + " states, start 1");
        assertThat(figure.at("/layout/sliders/0/active").asInt()).isEqualTo(1);
        int notes = figure.at("/layout/annotations").size();
        assertThat(figure.at("/layout/annotations/" + (notes - 1) + "/text").asText())
                .startsWith("<b>BIC</b><br>")
                .endsWith(" ★");
        assertThat(json(StatePlots.slider(selection, fits.subList(0, 2), fit -> TrainingMapPlot.of(fit)
                                .plot()))
                        .at("/layout/sliders/0/steps/1/label")
                        .asText())
                .isEqualTo(chosen + " states");
        assertThatThrownBy(() -> StatePlots.slider(selection, List.of(), fit -> null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fits");
    }

    @Test
    void whereRunsConvergeIsSeenOnTheirStatesAndInALegendOnDark() throws JsonProcessingException {
        JsonNode figure = json(StatePlots.timeline(example.decoded, example.convergence, "step", 10));
        JsonNode marks = null;
        for (JsonNode trace : figure.at("/data")) {
            marks = trace.path("name").asText().equals("converged") ? trace : marks;
        }
        String colour = marks.at("/marker/line/color").asText();
        assertThat(StateColours.contrast(colour, "#111111")).isGreaterThan(2.5);
        for (int state = 0; state < 8; state++) {
            assertThat(StateColours.contrast(colour, StateColours.of(state))).isGreaterThan(2);
        }
    }

    @Test
    void aTwinHasAnAxisForEachColumn() throws JsonProcessingException {
        JsonNode figure = json(
                LossPlots.twin(example.tables.table("lr0.1_sgd_seed3"), example.decoded.path(3), "train_loss", "l2"));
        assertThat(figure.at("/data/0/line/dash").asText()).isEqualTo("dot");
        assertThat(figure.at("/data").findValuesAsText("yaxis")).containsExactly("y2", "y2");
        assertThat(figure.at("/layout/yaxis2/title/text").asText()).isEqualTo("l2");
    }

    @Test
    void theOverlayHoldsEveryPointAndTheMean() throws JsonProcessingException {
        JsonNode figure = json(LossPlots.overlay(example.tables, example.decoded, "eval_loss"));
        JsonNode mean = figure.at("/data").get(figure.at("/data").size() - 1);
        double first = IntStream.range(0, 16)
                .mapToDouble(i -> example.tables
                        .table("lr0.1_sgd_seed" + i)
                        .doubleColumn("eval_loss")
                        .get(0))
                .average()
                .orElseThrow();
        assertThat(mean.at("/y/0").asDouble()).isCloseTo(first, within(1e-6));
        int points = 0;
        for (int i = 0; i + 1 < figure.at("/data").size(); i++) {
            for (JsonNode y : figure.at("/data").get(i).at("/y")) {
                points += y.isNull() ? 0 : 1;
            }
        }
        int stays = IntStream.range(0, 16)
                .map(i -> example.decoded.visits(i).size())
                .sum();
        assertThat(points).isEqualTo(16 * StateExample.LENGTH + stays - 16);
    }

    @Test
    void theTimelineHasTheFirstToConvergeOnTop() throws JsonProcessingException {
        JsonNode figure = json(StatePlots.timeline(example.decoded, example.convergence, "epoch", 10));
        assertThat(figure.at("/data/0/z")).hasSize(16);
        assertThat(figure.at("/data/0/z/0")).hasSize(StateExample.LENGTH);
        JsonNode marks = figure.at("/data/1/x");
        for (int i = 1; i < marks.size(); i++) {
            assertThat(marks.get(i).asDouble())
                    .isGreaterThanOrEqualTo(marks.get(i - 1).asDouble());
        }
        assertThat(marks).as("one run never converges").hasSize(15);
        assertThat(figure.at("/layout/yaxis/ticktext/15").asText()).endsWith("seed7");
        assertThat(figure.at("/data/0/colorscale/1/1").asText()).isEqualTo(StateColours.of(0));
    }

    @Test
    void coefficientsHaveTheirIntervalsAndDetours() throws JsonProcessingException {
        Occupancies occupancies = Occupancies.of(example.decoded);
        OccupancyRegression regression = OccupancyRegression.of(occupancies, example.convergence);
        JsonNode figure = json(EvidencePlots.coefficients(
                regression,
                regression.intervals(100, 0.9, 1),
                Detours.of(example.decoded, example.convergence, regression, 0.001)));
        double[] beta = regression.coefficients();
        for (int k = 0; k < beta.length; k++) {
            assertThat(figure.at("/data/0/y/" + k).asDouble()).isCloseTo(beta[k], within(1e-6));
            assertThat(figure.at("/data/0/error_y/array/" + k).asDouble()).isNotNegative();
        }
        assertThat(figure.at("/data/0/x").toString()).contains("detour");
        assertThat(figure.at("/data/0/hovertemplate").asText()).contains("90 % interval");
    }

    @Test
    void coefficientsOfRefitsAreOpenWhereTheyMayBeZero() throws JsonProcessingException {
        VerdictStability.Coefficient sure = new VerdictStability.Coefficient(0, 0.9, 1.2, 0.01);
        VerdictStability.Coefficient unsure = new VerdictStability.Coefficient(0, 0.4, -0.1, 0.5);
        JsonNode figure = json(EvidencePlots.coefficients(new VerdictStability(
                List.of(sure),
                List.of(refit(VerdictStability.Kind.RESTART, sure), refit(VerdictStability.Kind.PART, unsure)))));
        assertThat(figure.at("/data/0/y/0").asDouble()).isEqualTo(1.2);
        assertThat(figure.at("/data/1/marker/symbol/0").asText()).isEqualTo("circle");
        assertThat(figure.at("/data/2/marker/symbol/0").asText()).isEqualTo("diamond-open");
        assertThat(figure.at("/data/2/y/0").asDouble()).isEqualTo(-0.1);
    }

    private static VerdictStability.Refit refit(VerdictStability.Kind kind, VerdictStability.Coefficient coefficient) {
        return new VerdictStability.Refit(kind, 0, 10, 1, 1, 0.9, List.of(), 0, Double.NaN, 0.1, List.of(coefficient));
    }

    @Test
    void selectionMarksWhatIsChosen() throws JsonProcessingException {
        Selection selection = ModelSelection.upTo(4)
                .with(Hmm.gaussian(4)
                        .withCovariance(Covariance.DIAG)
                        .withRestarts(2)
                        .withIterations(8))
                .select(example.runs);
        JsonNode figure = json(StatePlots.selection(selection));
        assertThat(figure.at("/data").findValuesAsText("name"))
                .containsExactly("± sd over the starts", "log-likelihood", "AIC", "BIC");
        assertThat(figure.at("/data/3/y/2").asDouble())
                .isCloseTo(selection.candidates().get(2).bic(), within(1e-2));
        assertThat(figure.at("/data/3/yaxis").asText()).isEqualTo("y2");
        assertThat(figure.at("/layout/shapes/0/x0").asInt())
                .isEqualTo(selection.chosen().states());
    }

    @Test
    void theOthersAreWellFormed() throws JsonProcessingException {
        Occupancies occupancies = Occupancies.of(example.decoded);
        for (PlotlyFigure figure : List.of(
                StatePlots.map(example.decoded, example.convergence),
                StatePlots.onsets(example.decoded.onsets(), example.convergence, "checkpoint"),
                StatePlots.onsets(example.decoded.onsets(), null, "checkpoint"),
                StatePlots.convergence(example.convergence.histogram(25, 60, 9), "checkpoint"),
                EvidencePlots.earlyPrediction(EarlyPrediction.of(
                        example.decoded, example.convergence, Occupancies.Assignment.VITERBI, 20, 4, 0)),
                EvidencePlots.featureSubsets(
                        new FeatureSubsets(List.of(new FeatureSubsets.Point(List.of("l2"), 3, 0.9, 0.01)))),
                EvidencePlots.dissimilarity(Dissimilarity.paper(occupancies)),
                EvidencePlots.correlations(StateCorrelations.of(example.decoded, example.convergence)),
                EvidencePlots.alignment(
                        new String[] {"a<b", "c"}, new String[] {"d", "e"}, new double[][] {{1, Double.NaN}, {0.2, 1}
                        }))) {
            JsonNode json = json(figure);
            assertThat(json.at("/data").size()).isPositive();
            json.at("/data")
                    .forEach(trace -> assertThat(trace.at("/type").isTextual()).isTrue());
            assertThat(json.at("/layout").toString()).contains("title");
        }
        JsonNode distances = json(EvidencePlots.dissimilarity(Dissimilarity.paper(occupancies)))
                .at("/data/0");
        for (int i = 1; i < distances.at("/x").size(); i++) {
            assertThat(distances.at("/z/0/" + i).asDouble())
                    .isGreaterThanOrEqualTo(distances.at("/z/0/" + (i - 1)).asDouble());
            assertThat(distances.at("/z/" + i + "/" + i).asDouble()).isZero();
        }
        JsonNode histogram = json(StatePlots.convergence(example.convergence.histogram(25, 60, 9), "checkpoint"));
        assertThat(histogram.at("/data/0/y")).hasSize(9);
        assertThat(histogram.at("/layout/xaxis/title/text").asText()).contains("after");
    }

    private static JsonNode json(PlotlyFigure figure) throws JsonProcessingException {
        return new ObjectMapper().readTree(figure.json());
    }

    /** Neither a convergence nor an R² is invented for runs that never converge. */
    @Test
    @Tag("slow")
    void saysThatNoRunConverges() throws JsonProcessingException {
        List<String> runs = example.decoded.runs();
        boolean[] never = new boolean[runs.size()];
        Arrays.fill(never, true);
        double[] end = new double[runs.size()];
        Arrays.fill(end, 60);
        Outcome none = Outcome.of("convergence", runs, end, never);
        JsonNode figure = json(StatePlots.map(example.decoded, none));
        assertThat(figure.at("/layout/title/text").asText())
                .endsWith("none converges")
                .doesNotContain("NaN");
        assertThat(figure.toString()).contains("not converged").doesNotContain("conv. 60", "NaN", "converge at");
        assertThat(json(StatePlots.onsets(example.decoded.onsets(), none, "checkpoint"))
                        .toString())
                .doesNotContain("When runs converge");
        OccupancyRegression regression = OccupancyRegression.of(Occupancies.of(example.decoded), none);
        assertThat(json(EvidencePlots.coefficients(regression, null, null)).toString())
                .doesNotContain("NaN");
        assertThat(PathTable.of(example.decoded, none)
                        .groups()
                        .get(0)
                        .convergence()
                        .mean())
                .isNaN();
        // All at once is no news either.
        Outcome same = Outcome.of("convergence", runs, end, new boolean[runs.size()]);
        assertThat(json(StatePlots.map(example.decoded, same))
                        .at("/layout/title/text")
                        .asText())
                .doesNotContain("R²");
    }
}
