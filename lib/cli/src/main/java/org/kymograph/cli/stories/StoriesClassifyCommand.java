package org.kymograph.cli.stories;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.Tables;
import org.kymograph.stats.Proportion;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.score.GeneratedStories;
import org.kymograph.stories.score.JudgeRequests;
import org.kymograph.stories.score.LabelledStories;
import org.kymograph.stories.score.StoryClassifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories classify}. */
@Command(
        name = "classify",
        description = {
            "Says how many stories have a feature: those that a run wrote while it trained, or labelled ones, to measure the classifier itself.",
            "RUN is a run's folder: a row for each data set and step is written to run-RUN-results.csv. Without one, labelled stories of the "
                    + "data folder are classified, and the errors told.",
            "--by judge makes no network call: --requests writes what a language model elsewhere is asked, in the form of a batch, and "
                    + "--answers reads its output; answers are kept in --judge-cache."
        })
final class StoriesClassifyCommand extends ConsoleCommand {
    @Mixin
    StoryFolders folders;

    @Parameters(arity = "0..1", paramLabel = "RUN", description = "A run's folder.")
    Path run;

    @Option(
            names = "--by",
            defaultValue = "detector",
            description =
                    "detector (exact for MicroStories), classifier (small, fitted here) or judge (default detector).")
    String by;

    @Option(
            names = "--feature",
            defaultValue = "twist",
            description = "The feature, in any case; ${DEFAULT-VALUE} unless said.")
    String feature;

    @Option(
            names = "--dataset-size",
            defaultValue = "100",
            description = "How many labelled stories of each kind; ${DEFAULT-VALUE} unless said.")
    int datasetSize;

    @Option(names = "--dataset-start-index", defaultValue = "0", description = "How many of each kind to pass over.")
    int datasetStartIndex;

    @Option(names = "--words", defaultValue = "300", description = "How many words and pairs the classifier reads.")
    int words;

    @Option(names = "--few-shot", defaultValue = "0", description = "How many examples of each kind the judge gets.")
    int fewShot;

    @Option(
            names = "--model",
            defaultValue = "gpt-3.5-turbo",
            description = "The judge's name; ${DEFAULT-VALUE} unless said.")
    String model;

    @Option(
            names = "--requests",
            paramLabel = "FILE",
            description = "Write the judge's requests, one JSON object a line.")
    Path requests;

    @Option(names = "--answers", paramLabel = "FILE", description = "Read the judge's answers.")
    Path answers;

    @Option(
            names = "--judge-cache",
            paramLabel = "FOLDER",
            description = "Where the judge's answers are kept; judge in the data folder unless said.")
    Path judgeCache;

    @Option(
            names = "--tables-subset",
            paramLabel = "N",
            defaultValue = "0",
            description = "Classify the first N stories of each step only; 0 for all.")
    int tablesSubset;

    @Option(
            names = "--metric-name",
            defaultValue = "gen_feature_score",
            description = "The name of the column of shares; ${DEFAULT-VALUE} unless said.")
    String metricName;

    @Option(names = "--seed", defaultValue = "42", description = "The seed of the split; ${DEFAULT-VALUE} unless said.")
    long seed;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The file to write: CSV of a run, JSON of labelled stories.")
    Path out;

    private record Line(String dataset, long step, Proportion share) {}

    @Override
    protected void run() {
        Arguments.check(
                List.of("detector", "classifier", "judge").contains(by), "--by", by, "detector, classifier or judge");
        Arguments.atLeast("--tables-subset", tablesSubset, 0);
        Arguments.atLeast("--few-shot", fewShot, 0);
        Destination.checkFile(out);
        if (run == null) {
            labelled();
        } else {
            curve();
        }
    }

    private Path cache() {
        return judgeCache != null ? judgeCache : folders.cache.resolve("judge");
    }

    private LabelledStories stories() {
        return LabelledStories.read(folders.source(), feature, datasetSize, datasetStartIndex, seed);
    }

    private JudgeRequests judge(Supplier<LabelledStories> labelled) {
        JudgeRequests plain = JudgeRequests.of(model, feature);
        if (fewShot == 0) {
            return plain;
        }
        LabelledStories all = labelled.get();
        boolean[] labels = all.labels(all.train());
        List<JudgeRequests.Shot> shots = new ArrayList<>();
        int[] left = {fewShot, fewShot};
        for (int i = 0; i < labels.length; i++) {
            if (left[labels[i] ? 1 : 0]-- > 0) {
                StoryRecord r = all.train().get(i);
                shots.add(new JudgeRequests.Shot(r.story().strip(), r.summary(), labels[i]));
            }
        }
        return plain.withShots(shots, seed);
    }

    private void labelled() {
        LabelledStories all = stories();
        List<String> texts = LabelledStories.texts(all.test());
        boolean[] truth = all.labels(all.test());
        Optional<Predicate<String>> positive = classifier(() -> all, texts);
        if (positive.isEmpty()) {
            return;
        }
        boolean[] found = new boolean[truth.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = positive.get().test(texts.get(i));
        }
        StoryClassifier.ErrorRates rates = StoryClassifier.ErrorRates.of(truth, found);
        print("%s", all);
        print("accuracy: %s", rates.accuracy());
        print("false positives: %s", rates.falsePositives());
        print("false negatives: %s", rates.falseNegatives());
        if (out != null) {
            ObjectNode json = Json.object().put("feature", feature).put("by", by);
            json.put("accuracy", rates.accuracy().value());
            json.put("fpr", rates.falsePositives().value())
                    .put("fnr", rates.falseNegatives().value());
            Json.write(out, json);
        }
    }

    // Says of each story whether it has the feature; empty if the judge's requests were written instead.
    private Optional<Predicate<String>> classifier(Supplier<LabelledStories> labelled, List<String> texts) {
        if (by.equals("judge")) {
            JudgeRequests judge = judge(labelled);
            return asked(judge, texts) ? Optional.empty() : Optional.of(story -> judge.positive(cache(), story));
        }
        if (by.equals("classifier")) {
            LabelledStories all = labelled.get();
            StoryClassifier classifier =
                    StoryClassifier.fit(LabelledStories.texts(all.train()), all.labels(all.train()), words);
            return Optional.of(classifier::predict);
        }
        StoryFeature detector = StoryFeature.of(feature);
        return Optional.of(detector::in);
    }

    // Whether requests were written, so that there is nothing to be read yet.
    private boolean asked(JudgeRequests judge, List<String> texts) {
        if (answers != null) {
            print("kept %d answers in %s", judge.keep(answers, cache()), cache());
        }
        if (requests != null) {
            Destination.checkFile(requests);
            judge.write(requests, texts);
            print("wrote " + requests);
        }
        return requests != null;
    }

    private void curve() {
        Path folder = run.resolve("readings").resolve("generations");
        List<Path> files = files(folder);
        List<GeneratedStories> all = files.stream().map(this::first).toList();
        Optional<Predicate<String>> positive = classifier(
                this::stories, all.stream().flatMap(g -> g.texts().stream()).toList());
        if (positive.isEmpty()) {
            return;
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            String name = files.get(i).getFileName().toString();
            int dash = name.lastIndexOf('-');
            long step = Long.parseLong(name.substring(dash + 1, name.length() - ".jsonl".length()));
            Line line = new Line(name.substring(0, dash), step, all.get(i).score(positive.get()));
            lines.add(line);
            print("%s, step %d: %s", line.dataset, line.step, line.share);
        }
        Path file = out != null
                ? out
                : Path.of("run-" + run.toAbsolutePath().normalize().getFileName() + "-results.csv");
        Tables.writeCsv(
                file,
                Columns.of("results", lines)
                        .texts("dataset", Line::dataset)
                        .longs("iter_num_gen", Line::step)
                        .ints("count", l -> l.share.trials())
                        .doubles(metricName, l -> l.share.value())
                        .doubles("lower", l -> l.share.lower())
                        .doubles("upper", l -> l.share.upper())
                        .table());
        print("wrote " + file);
    }

    private GeneratedStories first(Path file) {
        GeneratedStories all = GeneratedStories.read(file);
        return tablesSubset == 0 || tablesSubset >= all.stories().size()
                ? all
                : new GeneratedStories(all.stories().subList(0, tablesSubset));
    }

    private static List<Path> files(Path folder) {
        Arguments.require(
                Files.isDirectory(folder),
                folder + " doesn't exist; expected the stories that a run wrote while it trained");
        List<Path> all = AtomicFiles.list(folder, ".*-\\d+\\.jsonl");
        Arguments.require(!all.isEmpty(), folder + " has no stories; expected files such as id-00000000.jsonl");
        return all;
    }
}
