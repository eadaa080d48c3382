package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.text.TextBenchmark;
import org.kymograph.data.text.Texts;
import org.kymograph.data.text.WordPieces;
import org.kymograph.model.Network;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.model.bert.EntailmentLogits;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/** The loss of BERT classifiers on texts, whose classes are brought into the order of the classifiers'. */
final class TextObjective {
    private TextObjective() {}

    static Objective of(
            TextBenchmark benchmark,
            Path folder,
            Path base,
            List<String> labels,
            String split,
            boolean allData,
            int longest,
            int samples) {
        Arguments.atLeast("--num-exs", samples, 0);
        BertConfig config = BertConfig.read(base.resolve("config.json"));
        config = labels == null ? config : config.withLabels(labels);
        boolean subset = benchmark == TextBenchmark.HANS && split.equals("test") && !allData;
        Texts texts = benchmark.read(folder, subset ? "lexical_overlap_non_entailed" : split);
        if (samples > 0 && samples < texts.size()) {
            texts = texts.at(IntStream.range(0, samples).toArray());
        }
        BertClassifier classifier = BertClassifier.of(config);
        boolean inference = benchmark == TextBenchmark.HANS && config.labels().size() == 3;
        Network network = inference ? EntailmentLogits.of(classifier) : classifier;
        boolean named = config.labels().stream().noneMatch(l -> l.startsWith("LABEL_"));
        if (!inference && named && benchmark == TextBenchmark.MNLI) {
            texts = texts.withOrder(config.labels());
        }
        int classes = texts.labels().size();
        Arguments.check(
                inference || config.labels().size() == classes,
                "the classes of the model",
                config.labels(),
                classes + " as of " + texts.labels());
        int length = Math.min(longest, config.positions());
        try (WordPieces pieces = WordPieces.open(base, length)) {
            Dataset data = texts.pieces(pieces, length);
            return Objective.of(network, Loss.CROSS_ENTROPY, data);
        }
    }
}
