package org.kymograph.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kymograph.data.Dataset;

class CueTextTest {
    private static final CueTask WORDS = CueTask.ofSentences().withTrain(4000).withTest(500);
    private static final CueTask PAIRS = CueTask.ofPairs().withTrain(4000).withTest(500);

    @Test
    void labelIsTheSignOfTheValences() {
        Dataset data = WORDS.data(3, CueTask.Part.TRAIN);
        double[] valences = WORDS.values(3);
        long[] tokens = data.inputs().toLongs();
        for (int i = 0; i < data.size(); i++) {
            int from = i * 13;
            double sum = IntStream.range(1, 13)
                    .mapToDouble(k -> valences[(int) tokens[from + k] - 3])
                    .sum();
            assertThat(data.targets().getDouble(i)).isEqualTo(sum > 0 ? 1 : 0);
        }
    }

    @Test
    void labelOfAPairComparesStrengths() {
        Dataset data = PAIRS.data(3, CueTask.Part.NO_CUE);
        double[] strengths = PAIRS.values(3);
        long[] tokens = data.inputs().toLongs();
        assertThat(data.inputShape()).containsExactly(2, 9);
        for (int i = 0; i < data.size(); i++) {
            int from = i * 18;
            assertThat(tokens[from + 8]).isZero();
            double premise = IntStream.range(0, 8)
                    .mapToDouble(k -> strengths[(int) tokens[from + k] - 3])
                    .sum();
            double hypothesis = IntStream.range(10, 18)
                    .mapToDouble(k -> strengths[(int) tokens[from + k] - 3])
                    .sum();
            assertThat(data.targets().getDouble(i)).isEqualTo(premise > hypothesis ? 0 : 1);
        }
    }

    @Test
    void cuesDoWhatThePartSays() {
        assertThat(share(WORDS.conflicting(WORDS.data(5, CueTask.Part.TRAIN)))).isEqualTo(0.1, within(0.02));
        assertThat(share(PAIRS.conflicting(PAIRS.data(5, CueTask.Part.SAME)))).isEqualTo(0.1, within(0.05));
        assertThat(share(WORDS.conflicting(WORDS.data(5, CueTask.Part.WRONG_CUE))))
                .isEqualTo(1);
        assertThat(share(PAIRS.conflicting(PAIRS.data(5, CueTask.Part.WRONG_CUE))))
                .isEqualTo(1);
        assertThat(share(WORDS.conflicting(WORDS.data(5, CueTask.Part.NO_CUE)))).isZero();
        assertThat(share(WORDS.withShare(1).conflicting(WORDS.withShare(1).data(5, CueTask.Part.TRAIN))))
                .isZero();
        Dataset none = WORDS.data(5, CueTask.Part.NO_CUE);
        assertThat(IntStream.range(0, none.size()).mapToLong(i -> none.inputs().toLongs()[i * 13]))
                .containsOnly(0L);
    }

    @Test
    void measuresOnThreeParts() {
        assertThat(PAIRS.tests(2).keySet()).containsExactly("same distribution", "wrong cue", "no cue");
        assertThat(PAIRS.tests(2).get("wrong cue")).isEqualTo(PAIRS.data(2, CueTask.Part.WRONG_CUE));
        assertThat(PAIRS.conflictingShare(PAIRS.tests(2).get("wrong cue"))).isEqualTo(1);
        assertThat(PAIRS.conflictingShare(PAIRS.tests(2).get("no cue"))).isZero();
        assertThat(WORDS.conflictingShare(WORDS.data(5, CueTask.Part.TRAIN))).isEqualTo(0.1, within(0.02));
    }

    @Test
    void evidenceHasTheSignOfTheLabel() {
        Dataset some = WORDS.data(4, CueTask.Part.TRAIN).subset(new int[] {7, 3, 99});
        assertThat(WORDS.evidence(4, some)[1]).isEqualTo(WORDS.evidence(4, WORDS.data(4, CueTask.Part.TRAIN))[3]);
        double[] sums = WORDS.evidence(4, WORDS.data(4, CueTask.Part.NO_CUE));
        double[] differences = PAIRS.evidence(4, PAIRS.data(4, CueTask.Part.WRONG_CUE));
        for (int i = 0; i < sums.length; i++) {
            assertThat(sums[i] > 0 ? 1 : 0).isEqualTo((int)
                    WORDS.data(4, CueTask.Part.NO_CUE).targets().getDouble(i));
            assertThat(differences[i] > 0 ? 0 : 1).isEqualTo((int)
                    PAIRS.data(4, CueTask.Part.WRONG_CUE).targets().getDouble(i));
        }
    }

    @Test
    void seedAloneDecides() {
        assertThat(WORDS.data(1, CueTask.Part.TRAIN)).isEqualTo(WORDS.data(1, CueTask.Part.TRAIN));
        assertThat(WORDS.data(1, CueTask.Part.TRAIN)).isNotEqualTo(WORDS.data(2, CueTask.Part.TRAIN));
        assertThat(WORDS.withTest(7).sample(1).train()).isEqualTo(WORDS.data(1, CueTask.Part.TRAIN));
        assertThat(WORDS.data(1, CueTask.Part.SAME).inputs())
                .isNotEqualTo(WORDS.data(1, CueTask.Part.NO_CUE).inputs());
    }

    @Test
    void writesSentencesInLetters() {
        Dataset data = WORDS.data(1, CueTask.Part.TRAIN).take(50);
        Texts texts = WORDS.texts(data);
        for (int i = 0; i < 50; i++) {
            List<String> words = Words.split(texts.examples().get(i).texts().get(0));
            assertThat(words).hasSize(13);
            assertThat(words.get(0)).isIn("sadly", "gladly");
            assertThat(words.get(0).equals("gladly") != (texts.examples().get(i).label() == 1))
                    .isEqualTo(WORDS.conflicting(data)[i]);
        }
        Texts pairs = PAIRS.texts(PAIRS.data(1, CueTask.Part.WRONG_CUE).take(3));
        assertThat(pairs.examples().get(0).texts()).hasSize(2);
        assertThat(pairs.lines().get(0)).containsPattern("^[a-z ]+ ║ (some|never) [a-z ]+$");
    }

    @Test
    void givesEveryWordAName() {
        CueTask all = CueTask.ofSentences().withWords(9800).withTrain(20_000).withTest(1);
        Set<String> seen = new HashSet<>();
        all.texts(all.data(0, CueTask.Part.TRAIN))
                .examples()
                .forEach(e -> seen.addAll(Words.split(e.texts().get(0))));
        assertThat(seen).hasSize(9802);
    }

    @Test
    void wordsCanBeLearnedAgainFromTheLetters() {
        Dataset data = WORDS.data(1, CueTask.Part.TRAIN).take(200);
        Texts texts = WORDS.texts(data);
        Words words = Words.of(texts, 10_000);
        Dataset again = texts.words(words, 20);
        assertThat(again.inputShape()).containsExactly(20);
        assertThat(again.targets()).isEqualTo(data.targets());
        assertThat(Arrays.stream(again.inputs().toLongs())
                        .limit(20)
                        .filter(t -> t == 0)
                        .count())
                .isEqualTo(7);
        assertThat(Arrays.stream(again.inputs().toLongs()).filter(t -> t == 1).count())
                .isZero();
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> WORDS.withWords(9801))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("words is 9801")
                .hasMessageContaining("9800");
        assertThatThrownBy(() -> PAIRS.withShare(1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("share is 1.5");
        assertThatThrownBy(() -> PAIRS.withTrain(0)).hasMessageContaining("train is 0");
        assertThatThrownBy(() -> WORDS.withLength(0)).hasMessageContaining("length is 0");
    }

    private static double share(boolean[] which) {
        return IntStream.range(0, which.length).filter(i -> which[i]).count() / (double) which.length;
    }
}
