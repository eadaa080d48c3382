package org.kymograph.stories.pcfg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.stories.pcfg.PcfgTask.Family;
import org.kymograph.stories.pcfg.PcfgTask.Marks;

class PcfgTaskTest {
    private static final long SEED = 5;

    @Test
    void stringsAreAsLongAsTheGrammarSays() {
        Pcfg grammar = Pcfg.abc();
        RandomGenerator random = Streams.of(SEED, "strings");
        int[] lengths = IntStream.range(0, 4000)
                .map(i -> grammar.sample(random).length())
                .toArray();
        // Measured on 4,000 strings of another program: 163 to 371, mean 276.
        assertThat(grammar.expectedLength()).isEqualTo(275.625);
        assertThat(Arrays.stream(lengths).average().orElseThrow())
                .as("seed " + SEED)
                .isCloseTo(grammar.expectedLength(), within(2.5));
        assertThat(Arrays.stream(lengths).min().orElseThrow()).isBetween(150, 180);
        assertThat(Arrays.stream(lengths).max().orElseThrow()).isBetween(350, 390);
        assertThat(grammar.expectedCount('a') + grammar.expectedCount('b') + grammar.expectedCount('c'))
                .isCloseTo(grammar.expectedLength(), within(1e-9));
    }

    @Test
    void grammarsThatNeverEndAreRefused() {
        assertThatThrownBy(() -> new Pcfg('s', Map.of('s', List.of("as"))))
                .hasMessage("right-hand side of s is \"as\"; expected terminals and nonterminals that come after s");
        assertThatThrownBy(() -> new Pcfg('t', Map.of('s', List.of("a")))).hasMessageContaining("start is t");
    }

    private static String text(PcfgTask task, Dataset data, int i) {
        int t = task.length();
        return task.text(Arrays.copyOfRange(data.inputs().toLongs(), i * t, (i + 1) * t));
    }

    private static String answer(PcfgTask task, Dataset data, int i) {
        return task.text((int) data.targets().toLongs()[i * task.length() + task.answerPosition()]);
    }

    // An answer worked out from the text alone.
    private static int expected(String[] tokens, int crop, int window, String letter, Family family, int occurrence) {
        String text = String.join("", Arrays.copyOfRange(tokens, 6, 6 + crop)).substring(crop - window);
        String wanted = family == Family.COUNT_PAIR || family == Family.INDEX_PAIR ? letter + letter : letter;
        int n = 0;
        for (int i = text.length() - wanted.length(); i >= 0; i--) {
            if (text.startsWith(wanted, i)) {
                n++;
                if ((family == Family.INDEX || family == Family.INDEX_PAIR) && n == occurrence) {
                    return text.length() - i - wanted.length() + 1;
                }
            }
        }
        return family == Family.INDEX || family == Family.INDEX_PAIR ? -1 : n;
    }

    @Test
    void answersAreRightAndTiedWhereTheyShallBe() {
        for (Family family : Family.values()) {
            for (int tied = 0; tied <= 1; tied++) {
                PcfgTask task = PcfgTask.mini()
                        .withFamilies(family)
                        .withOperand(1)
                        .withTestCorrelated(tied)
                        .withSizes(1, 200);
                Dataset data = task.sample(SEED).test();
                int shift = family == Family.INDEX_PAIR ? 2 : 1;
                int occurrence = family == Family.INDEX ? 3 : 1;
                for (int i = 0; i < data.size(); i++) {
                    String[] tokens = text(task, data, i).split(" ", -1);
                    assertThat(tokens).hasSize(73);
                    assertThat(List.of(tokens[0], tokens[1], tokens[5], tokens[70], tokens[71]))
                            .containsExactly("$", family.name(), "<", ">", "=");
                    String as = "seed " + SEED + ": " + String.join("", tokens);
                    if (family == Family.LETTER) {
                        assertThat(answer(task, data, i)).as(as).isEqualTo(tokens[6 + 44]);
                        continue;
                    }
                    assertThat(tokens[2]).isEqualTo("b");
                    int b = expected(tokens, 64, 20, "b", family, occurrence);
                    int a = expected(tokens, 64, 20, "a", family, occurrence);
                    assertThat(answer(task, data, i)).as(as).isEqualTo(b < 0 ? "none" : "" + b);
                    assertThat(a >= 0 && b == a + shift).as(as).isEqualTo(tied == 1);
                }
            }
        }
    }

    @Test
    void priorsMarksAndForcedAnswersAreKept() {
        PcfgTask task = PcfgTask.mini()
                .withFamilies(Family.COUNT)
                .withPrior(List.of(0.5, 0.3, 0.2))
                .withMarks(Marks.ALL)
                .withSizes(1, 1000);
        Dataset data = task.sample(SEED).test();
        int[] letters = new int[3];
        int jailbreaks = 0;
        for (int i = 0; i < data.size(); i++) {
            String[] tokens = text(task, data, i).split(" ", -1);
            letters[tokens[2].charAt(0) - 'a']++;
            if (tokens[1].endsWith("JAILBREAK")) {
                jailbreaks++;
                assertThat(tokens[2]).isEqualTo("a");
            }
        }
        assertThat(letters[0] / 1000.0).as("seed " + SEED).isCloseTo(0.5, within(0.06));
        assertThat(letters[2] / 1000.0).as("seed " + SEED).isCloseTo(0.2, within(0.06));
        assertThat(jailbreaks / (double) letters[0]).as("seed " + SEED).isCloseTo(2.0 / 3, within(0.08));

        PcfgTask forced = PcfgTask.mini()
                .withFamilies(Family.COUNT)
                .withOperand(0)
                .withForced(true)
                .withTestCorrelated(0)
                .withSizes(1, 50);
        Dataset wrong = forced.sample(SEED).test();
        for (int i = 0; i < wrong.size(); i++) {
            String[] tokens = text(forced, wrong, i).split(" ");
            assertThat(tokens[2]).isEqualTo("a");
            assertThat(answer(forced, wrong, i)).isEqualTo("" + expected(tokens, 64, 20, "b", Family.COUNT, 0));
        }
    }

    @Test
    void languageModelsPredictEveryTokenAndOnlyInTraining() {
        PcfgTask task = PcfgTask.mini().withLanguageModel(true).withSizes(3, 3);
        Dataset train = task.sample(SEED).train();
        long[] inputs = train.inputs().toLongs();
        long[] targets = train.targets().toLongs();
        for (int i = 0; i < 3 * 73; i++) {
            if (i % 73 < 72) {
                assertThat(targets[i]).isEqualTo(inputs[i + 1]);
            }
        }
        assertThat(Arrays.stream(task.sample(SEED).test().targets().toLongs())
                        .filter(x -> x != Dataset.IGNORED)
                        .count())
                .isEqualTo(3);
        assertThat(PcfgTask.paper().length()).isEqualTo(259);
        assertThat(task.vocabulary()).isEqualTo(40);
        assertThatThrownBy(() -> task.withPrior(List.of(1.0, 1.0, 0.0)))
                .hasMessage("prior is [1.0, 1.0, 0.0]; expected three shares that sum to 1");
    }
}
