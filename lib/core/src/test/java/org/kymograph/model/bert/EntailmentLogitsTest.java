package org.kymograph.model.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kymograph.data.text.Hans;
import org.kymograph.data.text.WordPieces;
import org.kymograph.record.files.Json;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class EntailmentLogitsTest {
    private static Path model() throws URISyntaxException {
        return Path.of(BertClassifier.class.getResource("bert").toURI());
    }

    @Test
    void twoLogitsBecomeTheLargerOrTheirSum() throws URISyntaxException {
        BertClassifier classifier = BertClassifier.open(model());
        assertThat(EntailmentLogits.of(classifier).entailment()).isZero();
        try (NDManager manager = NDManager.newBaseManager()) {
            var logits = manager.create(new float[][] {{1, 2, 3}, {0.5f, -1, -2}});
            assertThat(EntailmentLogits.of(classifier).pooled(logits).toFloatArray())
                    .containsExactly(1, 3, 0.5f, -1);
            assertThat(new EntailmentLogits(classifier, 1, EntailmentLogits.Pooling.SUM)
                            .pooled(logits)
                            .toFloatArray())
                    .containsExactly(2, 4, -1, -1.5f);
            assertThat(new EntailmentLogits(classifier, 2, EntailmentLogits.Pooling.MAX)
                            .pooled(logits)
                            .toFloatArray())
                    .containsExactly(3, 2, -2, 0.5f);
        }
        assertThatThrownBy(() -> EntailmentLogits.of(BertClassifier.pretrained(model(), List.of("a", "b", "c"))))
                .hasMessageContaining("entailment among them");
        assertThatThrownBy(() -> EntailmentLogits.of(BertClassifier.pretrained(model(), List.of("a", "b"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void decidesAsWhereTheClassesAreMerged() throws URISyntaxException {
        JsonNode golden = Json.read(model().resolve("golden.json")).get("accuracies");
        Hans all = Hans.read(model().resolve("hans.txt"));
        for (String heuristic : Hans.HEURISTICS) {
            try (WordPieces pieces = WordPieces.open(model(), 32)) {
                Objective objective = Objective.of(
                        EntailmentLogits.of(BertClassifier.open(model())),
                        Loss.CROSS_ENTROPY,
                        all.select(e -> e.heuristic().equals(heuristic))
                                .texts(heuristic)
                                .pieces(pieces, 32));
                assertThat(objective.accuracies(List.of(objective.initial(0)))[0])
                        .as(heuristic)
                        .isCloseTo(golden.get(heuristic).doubleValue(), within(1e-12));
            }
        }
    }
}
