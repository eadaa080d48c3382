package org.kymograph.states.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;

/** AIC and BIC count the numbers that EM can choose. */
class FreeParametersTest {
    private final Observations runs = HmmTest.sample(10, 60).observations();

    @ParameterizedTest
    @CsvSource({"FULL, 26", "DIAG, 22", "TIED, 17", "SPHERICAL, 18"})
    void leftToRightModelsDontCountTheirZeros(Covariance form, int expected, @TempDir Path folder) {
        HmmModel model = Hmm.gaussian(4)
                .withCovariance(form)
                .withLeftToRight()
                .withRestarts(2)
                .fit(runs);
        assertThat(model.freeParameters()).isEqualTo(expected);
        assertThat(model.bic()).isCloseTo(-2 * model.logLikelihood() + expected * Math.log(600), within(1e-9));
        assertThat(model.aic()).isCloseTo(-2 * model.logLikelihood() + 2 * expected, within(1e-9));
        Path file = folder.resolve("model.json");
        model.write(file);
        assertThat(HmmModel.read(file).freeParameters()).isEqualTo(expected);
    }

    @Test
    void selectionCountsThemToo() {
        Selection selection = ModelSelection.upTo(8)
                .with(Hmm.gaussian(1).withLeftToRight().withRestarts(1).withIterations(3))
                .select(runs);
        assertThat(selection.candidates())
                .extracting(Selection.Candidate::freeParameters)
                .containsExactly(5, 11, 18, 26, 35, 45, 56, 68);
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void zerosOfAGivenStartStayAndArentCounted(Covariance form) {
        HmmParameters p =
                Hmm.gaussian(3).withCovariance(form).withRestarts(1).fit(runs).parameters();
        HmmParameters cycle = HmmParameters.of(
                form,
                new double[] {0.5, 0.5, 0},
                new double[] {0.9, 0.1, 0, 0, 0.9, 0.1, 0.1, 0, 0.9},
                java.util.Arrays.stream(p.means())
                        .flatMapToDouble(java.util.Arrays::stream)
                        .toArray(),
                p.flatCovariances());
        HmmModel model = Hmm.gaussian(3).withStart(cycle).fit(runs);
        assertThat(model.freeParameters()).isEqualTo(1 + 3 + 6 + form.freeParameters(3, 2));
        assertThat(model.transitionMatrix()[0][2]).isZero();
        HmmModel all = Hmm.gaussian(3).withCovariance(form).withRestarts(1).fit(runs);
        assertThat(all.freeParameters())
                .as("nothing is structural here")
                .isEqualTo(2 + 6 + 6 + form.freeParameters(3, 2));
    }

    @Test
    void aFileWithTheOldCountIsReadAsItShouldHaveBeenWritten(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("model.json");
        Hmm.gaussian(4).withLeftToRight().withRestarts(1).fit(runs).write(file);
        String text = Files.readString(file);
        assertThat(text).contains("\"freeParameters\" : 26");
        Files.writeString(file, text.replace("\"freeParameters\" : 26", "\"freeParameters\" : 35"));
        assertThat(HmmModel.read(file).freeParameters()).isEqualTo(26);
    }

    @Test
    void refusesAStartThatGoesBack() {
        HmmParameters p = HmmParameters.of(
                Covariance.DIAG,
                new double[] {1, 0},
                new double[] {0.5, 0.5, 0.5, 0.5},
                new double[] {0, 0, 1, 1},
                new double[] {1, 1, 1, 1});
        assertThatThrownBy(() -> Hmm.gaussian(2).withLeftToRight().withStart(p))
                .hasMessage("leftToRight is true; expected a start in state 0 without ways back, or none");
        assertThatThrownBy(() -> Hmm.gaussian(2).withStart(p).withRestarts(7))
                .hasMessage("restarts is 7; expected 1 with a given start");
        assertThatThrownBy(() -> Hmm.gaussian(2).withStart(p).withStates(3))
                .hasMessageContaining("expected 2, as the start has");
        assertThatThrownBy(() -> ModelSelection.upTo(3).with(Hmm.gaussian(2).withStart(p)))
                .hasMessageContaining("its own random starts");
        assertThat(List.of(p.isLeftToRight())).containsExactly(false);
    }
}
