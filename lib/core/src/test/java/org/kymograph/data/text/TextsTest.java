package org.kymograph.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kymograph.data.Dataset;

class TextsTest {
    private static final Texts TEXTS = new Texts(
            "own",
            "train",
            List.of(
                    new Texts.Example("x", List.of("The cat's cat, THE end.", "A cat"), 1),
                    new Texts.Example("y", List.of("the zebra", ""), 0)),
            List.of("no", "yes"));

    @Test
    void numbersWordsByFrequency() {
        Words words = Words.of(TEXTS, 100);
        assertThat(words.words()).containsExactly("the", "cat", ",", ".", "a", "cat's", "end", "zebra");
        assertThat(words.size()).isEqualTo(10);
        assertThat(words.encode("The dog's end!")).containsExactly(2, 1, 8, 1);
        assertThat(Words.of(TEXTS, 2).words()).containsExactly("the", "cat");
    }

    @Test
    void padsAndCuts() {
        Dataset data = TEXTS.words(Words.of(TEXTS, 100), 3);
        assertThat(data.inputShape()).containsExactly(2, 3);
        assertThat(data.inputs().toLongs()).containsExactly(2, 7, 3, 6, 3, 0, 2, 9, 0, 0, 0, 0);
        assertThat(data.targets().toLongs()).containsExactly(1, 0);
        assertThat(TEXTS.at(new int[] {1}).ids()).containsExactly("y");
    }

    @Test
    void regressesOnNumbers() {
        Texts numbers = new Texts("n", "train", List.of(new Texts.Example("x", List.of("one two"), 2.5)), List.of());
        assertThat(numbers.words(Words.of(numbers, 9), 2).target()).isEqualTo(Dataset.Target.REAL);
        assertThat(numbers.words(Words.of(numbers, 9), 2).inputShape()).containsExactly(2);
    }

    @Test
    void refusesExamplesThatDoNotFit() {
        assertThatThrownBy(
                        () -> new Texts("n", "s", List.of(new Texts.Example("x", List.of("a"), 2)), List.of("p", "q")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("label of example x is 2; expected");
        assertThatThrownBy(() -> new Texts(
                        "n",
                        "s",
                        List.of(new Texts.Example("x", List.of("a"), 0), new Texts.Example("y", List.of("a", "b"), 0)),
                        List.of("p", "q")))
                .hasMessageContaining("the number of texts of example y is 2");
        assertThatThrownBy(
                        () -> new Texts("n", "s", List.of(new Texts.Example("x", List.of("a"), Double.NaN)), List.of()))
                .hasMessageContaining("finite");
        assertThatThrownBy(() -> new Texts.Example("x", List.of(), 0)).hasMessageContaining("at least one");
        assertThatThrownBy(() -> new Texts("n", "s", List.of(), List.of("p", "q")).words(Words.of(TEXTS, 3), 3))
                .hasMessageContaining("examples is empty");
        assertThatThrownBy(() -> Words.of(TEXTS, 0)).hasMessageContaining("most is 0");
    }
}
