package org.kymograph.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {
    private static final List<String> COLUMNS = List.of(
            "step",
            "epoch",
            "train_loss",
            "train_accuracy",
            "eval_loss",
            "eval_accuracy",
            "variability",
            "confidence",
            "l1",
            "l2");

    @ParameterizedTest
    @CsvSource({
        "eval_acuracy, eval_accuracy",
        "evalAccuracy, eval_accuracy",
        "Eval-Accuracy, eval_accuracy",
        "variabilty, variability",
        "confidnece, confidence",
        "stpe, step",
        "accuracy, 'eval_accuracy,train_accuracy'",
        "eval, 'eval_loss,eval_accuracy'",
        "zzz, ''",
        "'', ''",
        "l3, 'l1,l2'",
    })
    void misspeltNamesAreFound(String given, String expected) {
        assertThat(String.join(",", Wording.nearest(given, COLUMNS))).isEqualTo(expected);
    }

    @Test
    void zerosHaveNoSignAndAllElseKeepsIt() {
        assertThat(Wording.unsignedZeros("-0.000 ± 0.001, +0.0, (−0.00), -0."))
                .isEqualTo("0.000 ± 0.001, 0.0, (0.00), 0.");
        String kept = "-0.01 +0.5 seed-0 3-0 -0.0e-5 1e-0 -05 −10";
        assertThat(Wording.unsignedZeros(kept)).isEqualTo(kept);
    }

    @Test
    void theSuggestionIsTheEndOfAMessage() {
        assertThat(Wording.didYouMean("stpe", COLUMNS)).isEqualTo("; did you mean 'step'?");
        assertThat(Wording.didYouMean("l3", COLUMNS)).isEqualTo("; did you mean 'l1' or 'l2'?");
        assertThat(Wording.didYouMean("zzz", COLUMNS)).isEmpty();
        assertThat(Wording.didYouMean("x".repeat(100_000), List.of("y".repeat(100_000))))
                .isEmpty();
    }

    @Test
    void messagesAreCleanAndBounded() {
        assertThat(Wording.shown("a\u001b]0;x\u0007\u009b\n\u202e\u2028b")).isEqualTo("a?]0;x?????b");
        assertThat(Wording.shown("née 漢字 👍🏽")).isEqualTo("née 漢字 👍🏽");
        assertThat(Wording.shown(null)).isEqualTo("null");
        assertThat(Wording.shown("x".repeat(300))).hasSize(201).endsWith("…");
        assertThat(Wording.oneLine("x".repeat(3000))).hasSize(2001);
        assertThatThrownBy(() -> Arguments.check(false, "name", "\u001b[31m", "none"))
                .hasMessage("name is \"?[31m\"; expected none");
    }
}
