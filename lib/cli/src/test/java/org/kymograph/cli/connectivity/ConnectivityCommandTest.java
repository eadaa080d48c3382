package org.kymograph.cli.connectivity;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.plane.Surface;
import org.kymograph.connectivity.tasks.CueReader;
import org.kymograph.connectivity.tasks.Glyphs;
import org.kymograph.connectivity.tasks.TwoCue;
import org.kymograph.data.MarkovText;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class ConnectivityCommandTest {
    /** Calls a command of connectivity with words between blanks, and behind them those that aren't known before. */
    private static Called call(String words, Object... more) {
        return Called.with(Stream.concat(Stream.of(("connectivity " + words).split(" ")), Stream.of(more))
                .toArray());
    }

    private static List<RunFolder> runs(Path folder) {
        return Trainer.of(Experiment.of(
                                "cues",
                                new TwoCue(0.9, 0.9, 256, 64, 0),
                                CueReader.withDefaults(),
                                Loss.CROSS_ENTROPY,
                                Optimizer.adam(0.01))
                        .withBatchSize(32)
                        .withLength(Span.steps(60))
                        .withCheckpoints(Span.steps(30)))
                .train(folder.resolve("runs"), 0, 1, 2, 3)
                .runs();
    }

    @Test
    @Tag("slow")
    void fromRunsToClustersAndFigures(@TempDir Path folder) throws Exception {
        List<RunFolder> runs = runs(folder);
        Path curves = folder.resolve("curves.csv");
        Called interpolate =
                call("interpolate --points 5 --num-exs 32 --runs", folder.resolve("runs"), "--out", curves);
        assertThat(interpolate.errors()).isEmpty();
        assertThat(interpolate.out()).contains("6 pairs of 4 models, 5 points each, on 32 samples");
        assertThat(Files.readAllLines(curves))
                .hasSize(31)
                .first()
                .asString()
                .startsWith("a,b,dist,k,alpha,loss,accuracy");
        assertThat(call("interpolate --points 4 --num-exs 32 --runs", folder.resolve("runs"), "--out", curves)
                        .errors())
                .contains("was made with points 5; this is 4");
        Called early = call(
                "interpolate --num-steps 30 --pairs 1,0 --points 3 --runs",
                runs.get(0).path(),
                runs.get(1).path(),
                "--out",
                folder.resolve("early.csv"));
        assertThat(early.out()).contains("1 pair of 2 models");
        Path gap = folder.resolve("gap.csv");
        assertThat(call("gap", curves, "--out", gap).out()).contains("6 pairs of 4 models, median");
        assertThat(GapMatrix.read(gap).names()).containsExactly("0", "1", "2", "3");
        Path clusters = folder.resolve("clusters.json");
        Called cluster = call("cluster --draws 19", gap, "--out", clusters);
        assertThat(cluster.out()).contains("cluster 0 (", "silhouette");
        assertThat(Basins.read(clusters).models()).hasSize(4);
        Path scores = folder.resolve("scores.csv");
        Files.writeString(scores, "model,ood\n3,0.4\n0,0.1\n1,0.2\n2,0.3\n");
        Called plot = call(
                "plot --score ood --models-per-class 2 --order-by perf",
                gap,
                "--clusters",
                clusters,
                "--scores",
                scores,
                "--curves",
                curves,
                "--out",
                folder.resolve("figures"));
        assertThat(plot.errors()).isEmpty();
        assertThat(folder.resolve("figures").toFile().list())
                .containsExactlyInAnyOrder(
                        "heat_map.html", "eigenvalues.html", "scatter.html", "histogram.html", "curves.html");
    }

    @Test
    @Tag("slow")
    void scoresOfPopulationsAreDrawnWithoutAMatrix(@TempDir Path folder) throws Exception {
        Path one =
                Files.writeString(folder.resolve("one.csv"), "model,accuracy,ood\n0,0.4,0.1\n1,0.5,0.2\n2,0.6,0.2\n");
        Path two = Files.writeString(folder.resolve("two.csv"), "model,ood,accuracy,more\n0,0.8,0.4,1\n1,0.9,0.5,2\n");
        Called plot = call(
                "plot --same-x-scale --distributions",
                "narrow=" + one,
                "wide=" + two,
                "--out",
                folder.resolve("figures"));
        assertThat(plot.errors()).isEmpty();
        assertThat(folder.resolve("figures").toFile().list()).containsExactly("distributions.html");
        assertThat(folder.resolve("figures/distributions.html"))
                .content()
                .contains("narrow", "wide", "ood", "accuracy");
        Files.writeString(two, "model,other\n0,1\n");
        assertThat(call("plot --distributions", "a=" + one, "b=" + two, "--out", folder.resolve("figures"))
                        .errors())
                .contains("the scores that all groups have is []; expected at least one");
        assertThat(call("plot --out", folder.resolve("figures")).errors())
                .contains("GAP is missing; expected a matrix as gap writes it");
        assertThat(call("plot --scores", one, "--distributions", "a=" + one, "--out", folder.resolve("figures"))
                        .errors())
                .contains("GAP is missing");
    }

    @Test
    @Tag("slow")
    void modelsAreEvaluatedJoinedAndMerged(@TempDir Path folder) throws Exception {
        runs(folder);
        Path runs = folder.resolve("runs");
        Path scores = folder.resolve("scores.csv");
        Called evaluate = call("evaluate --num-exs 32 --runs", runs, "--out", scores);
        assertThat(evaluate.out()).as(evaluate.errors()).contains("4 models on 32 samples");
        assertThat(Files.readAllLines(scores)).hasSize(5).first().asString().startsWith("model,loss,accuracy");
        Path plane = folder.resolve("plane.json");
        Called three = call(
                "plane --models 0 1 2 --num-exs 32 --range 1 --n-pts-per-unit 2 --metric accuracy --runs",
                runs,
                "--page",
                folder.resolve("p.html"),
                "--out",
                plane);
        assertThat(three.out()).as(three.errors()).contains("5 × 5 points", "p.html");
        assertThat(Surface.read(plane).points()).containsOnlyKeys("0", "1", "2");
        assertThat(call("plane --runs", runs, "--out", plane).errors())
                .contains("the number of models is 4; expected 3, or 1");
        Path sharp = folder.resolve("sharp.csv");
        Called sharpness = call(
                "sharpness --models 0 1 --num-exs 32 --steps 3 --subspace coordinates --num-random-dirs 9 --runs",
                runs,
                "--out",
                sharp);
        assertThat(Files.readAllLines(sharp)).as(sharpness.errors()).hasSize(3);
        assertThat(call("sharpness --box round --runs", runs, "--out", sharp).errors())
                .contains("--box", "keskar");
        Path curve = folder.resolve("path.csv");
        Called path =
                call("path --models 0 1 --num-exs 32 --kind bezier --steps 5 --points 5 --runs", runs, "--out", curve);
        assertThat(path.out()).as(path.errors()).contains("straight: length", "bezier: length");
        assertThat(Files.readAllLines(curve)).hasSize(6);
        assertThat(call("path --runs", runs, "--out", curve).errors())
                .contains("the number of models is 4; expected 2; name them with --models");
        Path merged = folder.resolve("merged.safetensors");
        for (String method : List.of("mean", "karcher", "greedy-soup")) {
            Called merge = call("merge --num-exs 32 --runs", runs, "--method", method, "--out", merged);
            assertThat(merge.out()).as(merge.errors()).contains(method + " of 4 models: loss", "largest barrier");
        }
        Path other = folder.resolve("ties.safetensors");
        for (String method : List.of("ties", "dare", "task-arithmetic", "model-stock")) {
            Called merge =
                    call("merge --num-exs 32 --runs", runs, "--method", method, "--base", merged, "--out", other);
            assertThat(merge.out()).as(merge.errors()).contains(method + " of 4 models: loss");
        }
        assertThat(call("merge --method ties --runs", runs, "--out", other).errors())
                .contains("--method ties needs --base, the weights that all models were fine-tuned from");
        assertThat(call("merge --method slerp --runs", runs, "--out", other).errors())
                .contains("the number of models is 4; expected 2 for slerp");
        assertThat(call("align --runs", runs, "--out", other).errors())
                .contains("the network is \"cue-reader\"; expected an mlp");
    }

    @Test
    @Tag("slow")
    void multilayerPerceptronsAreAlignedAndRepaired(@TempDir Path folder) {
        Path runs = folder.resolve("runs");
        Trainer.of(new Glyphs(200, 60, 0.3, false, 0)
                        .experiment()
                        .withLength(Span.steps(30))
                        .withEvaluation(Span.steps(30))
                        .withCheckpoints(Span.steps(30)))
                .train(runs, 0, 1);
        Path aligned = folder.resolve("aligned.safetensors");
        Called align = call("align --repair --points 5 --runs", runs, "--out", aligned);
        assertThat(align.out())
                .as(align.errors())
                .contains("before: distance", "after: distance", "repaired: distance");
        assertThat(aligned).isNotEmptyFile();
        assertThat(call("align --method rotation --runs", runs, "--out", aligned)
                        .errors())
                .contains("the network is \"mlp\"; expected a llama");
        Called cued = call("evaluate --ood cue-random cue-class --runs", runs, "--out", folder.resolve("s.csv"));
        assertThat(cued.out()).as(cued.errors()).contains("2 models on 60 samples");
        assertThat(folder.resolve("s.csv")).content().contains("cue-random_accuracy", "cue-class_loss");
    }

    @Test
    @Tag("slow")
    void residualStreamsAreRotated(@TempDir Path folder) {
        MarkovText task = MarkovText.withDefaults().withSizes(16, 64, 16);
        Trainer.of(Experiment.of(
                                "markov",
                                task,
                                Llama.of(task.symbols()).withSizes(16, 1, 2, 2, 16),
                                Loss.CROSS_ENTROPY,
                                Optimizer.adam(0.01))
                        .withLength(Span.steps(20))
                        .withEvaluation(Span.steps(20))
                        .withCheckpoints(Span.steps(20)))
                .train(folder.resolve("runs"), 0, 1);
        Called align =
                call("align --points 3 --runs", folder.resolve("runs"), "--out", folder.resolve("rotated.safetensors"));
        assertThat(align.out()).as(align.errors()).contains("before: distance", "after: distance", "heads and");
        assertThat(folder.resolve("rotated.safetensors")).isNotEmptyFile();
    }

    @Test
    @Tag("slow")
    void simplicesJoinModelsAndBehaviourIsMeasuredOnOtherSamples(@TempDir Path folder) throws Exception {
        runs(folder);
        Path runs = folder.resolve("runs");
        Path simplices = folder.resolve("simplices.csv");
        Called path = call(
                "path --num-exs 32 --kind simplex --n-conn 2 --steps 3 --n-sample 2 --points 4 --runs",
                runs,
                "--vertices",
                folder.resolve("vertices"),
                "--out",
                simplices);
        assertThat(path.out())
                .as(path.errors())
                .contains("straight: length", "over the first corner: length", "4 simplices: largest loss of 4 points");
        assertThat(Files.readAllLines(simplices)).hasSize(5).first().asString().startsWith("model,volume");
        assertThat(folder.resolve("vertices").toFile().list())
                .containsExactlyInAnyOrder("vertex-0.safetensors", "vertex-1.safetensors");
        Path mine = Files.writeString(
                folder.resolve("mine.csv"), "s0,s1,s2,s3,s4,s5,target\n0,9,1,2,3,4,1\n9,0,1,2,3,4,0\n");
        Path scores = folder.resolve("scores.csv");
        Called evaluate = call("evaluate --num-exs 32 --runs", runs, "--ood", "A-only", mine, "--out", scores);
        assertThat(evaluate.out()).as(evaluate.errors()).contains("4 models on 32 samples");
        assertThat(Files.readAllLines(scores).get(0))
                .isEqualTo("model,loss,accuracy,f1,matthews_correlation,ece,A-only_loss,A-only_accuracy,A-only_f1,"
                        + "A-only_matthews_correlation,A-only_ece,mine_loss,mine_accuracy,mine_f1,"
                        + "mine_matthews_correlation,mine_ece");
        assertThat(call("evaluate --runs", runs, "--samples", mine, "--out", scores)
                        .out())
                .contains("4 models on 2 samples");
        assertThat(call("evaluate --split ood --runs", runs, "--out", scores).errors())
                .contains("split", "A-only");
        // Before any evaluation.
        assertThat(call(
                                "plane --models 0 1 2 --metric acc --range 1000 --runs",
                                runs,
                                "--out",
                                folder.resolve("plane.json"))
                        .errors())
                .contains("--metric", "accuracy");
    }

    @Test
    @Tag("slow")
    void theFormsOfFilesAndWhatClustersSay(@TempDir Path folder) throws Exception {
        Path gap = folder.resolve("gap-100.csv");
        Files.writeString(gap, ",a,b,c,d\na,0,0.01,0.5,0.5\nb,0.01,0,0.5,0.5\nc,0.5,0.5,0,0.02\nd,0.5,0.5,0.02,0\n");
        Path early = folder.resolve("gap-50.csv");
        Files.writeString(early, ",a,b,c,d\na,0,0.01,0.2,0.2\nb,0.01,0,0.2,0.2\nc,0.2,0.2,0,0.02\nd,0.2,0.2,0.02,0\n");
        Path clusters = folder.resolve("clusters.json");
        call("cluster --clusters 2 --seed 42 --draws 9", gap, "--out", clusters);
        List<String> fields = new ArrayList<>();
        Json.readObject(clusters).fieldNames().forEachRemaining(fields::add);
        assertThat(fields).containsExactly("models", "labels", "embedding", "fiedler", "coordinate", "evidence");
        Path scores = Files.writeString(folder.resolve("scores.csv"), "model,ood\na,0.9\nb,0.8\nc,0.1\nd,0.2\n");
        Called summary = call("summary --score ood", clusters, "--scores", scores);
        assertThat(summary.out())
                .as(summary.errors())
                .contains("all: 4 models, mean 0.5000", "cluster 0: 2 models, mean 0.8500", "Cluster 1 (2 models)")
                .contains("coordinate: r = -0.9");
        Called transitivity = call("transitivity", gap, "--page", folder.resolve("t.html"));
        assertThat(transitivity.out())
                .as(transitivity.errors())
                .contains("clustering coefficient", "64 of 64 triples", "t.html");
        Called dynamics = call(
                "dynamics --score ood",
                early,
                gap,
                "--scores",
                scores,
                "--page",
                folder.resolve("d.html"),
                "--out",
                folder.resolve("moves.csv"));
        assertThat(dynamics.out()).as(dynamics.errors()).contains("0 of 4 movements change", "d.html");
        assertThat(Files.readAllLines(folder.resolve("moves.csv"))).hasSize(5);
        assertThat(call("dynamics", gap, early, "--out", folder.resolve("m.csv"))
                        .errors())
                .contains("rising");
        Path evaluations = Files.createDirectories(folder.resolve("evals"));
        for (int m = 0; m < 4; m++) {
            Files.writeString(
                    evaluations.resolve("hans_eval_bert_0" + m + ".json"),
                    "{\"label_dict\":{\"x\":0,\"y\":1},\"samples\":[{\"probabilities\":[" + (0.2 * m + 0.1) + ","
                            + (0.9 - 0.2 * m) + "],\"logits\":[0,0],\"label\":0,\"sentence\":\"a\"}]}");
        }
        Path numbered = Files.writeString(
                folder.resolve("n.csv"),
                Files.readString(gap)
                        .replace('a', '0')
                        .replace('b', '1')
                        .replace('c', '2')
                        .replace('d', '3'));
        Called logs = call(
                "plot --eval-metric loss --order-by perf",
                numbered,
                "--eval-mods-prefix",
                evaluations.resolve("hans_eval_bert_"),
                "--out",
                folder.resolve("figures"));
        assertThat(logs.errors()).isEmpty();
        assertThat(folder.resolve("figures").toFile().list()).containsExactly("heat_map.html");
        assertThat(call("summary", clusters, "--scores", folder.resolve("none/x_"))
                        .errors())
                .contains("does not exist");
    }

    @Test
    @Tag("slow")
    void interruptedInterpolationsGoOnAndUnfitModelsAreTold(@TempDir Path folder) throws Exception {
        List<RunFolder> runs = runs(folder);
        Path curves = folder.resolve("curves.csv");
        Object[] options = {folder.resolve("runs"), "--out", curves};
        call("interpolate --points 3 --num-exs 32 --runs", options);
        List<String> whole = Files.readAllLines(curves);
        // As if it had been killed after two pairs.
        Files.writeString(curves, String.join("\n", whole.subList(0, 7)) + "\n");
        Called again = call("interpolate --points 3 --num-exs 32 --runs", options);
        assertThat(again.code()).as(again.errors()).isZero();
        assertThat(Files.readAllLines(curves)).containsExactlyInAnyOrderElementsOf(whole);
        assertThat(call("interpolate --runs", runs.get(0).path(), "--out", folder.resolve("o.csv"))
                        .errors())
                .contains("the number of models is 1; expected at least 2, to have a pair");
        assertThat(call("evaluate --runs", folder.resolve("nowhere"), "--out", curves)
                        .errors())
                .contains("nowhere");
        Path weights = Files.createDirectories(folder.resolve("weights"));
        Map<String, Tensor> tensors = new HashMap<>();
        try (TensorFile file = runs.get(0).checkpoint(60)) {
            file.names().stream().filter(n -> !n.startsWith("optimizer")).forEach(n -> tensors.put(n, file.read(n)));
        }
        Safetensors.write(weights.resolve("good.safetensors"), tensors, Map.of());
        Safetensors.write(weights.resolve("same.safetensors"), tensors, Map.of());
        Map<String, Tensor> other = new HashMap<>(tensors);
        other.put("head.bias", Tensor.of(new float[3], 3));
        Safetensors.write(weights.resolve("shape.safetensors"), other, Map.of());
        other.put("head.bias", Tensor.of(new long[2], 2));
        Safetensors.write(weights.resolve("type.safetensors"), other, Map.of());
        other.remove("head.bias");
        Safetensors.write(weights.resolve("name.safetensors"), other, Map.of());
        Called unfit =
                call("interpolate --runs", weights, "--like", runs.get(0).path(), "--out", folder.resolve("unfit.csv"));
        assertThat(unfit.out()).as(unfit.errors()).contains("1 pair of 2 models");
        assertThat(unfit.errors())
                .contains("model shape is left out", "of shape [3]; expected [2]")
                .contains("model type is left out", "expected floating-point numbers")
                .contains("model name is left out", "has no tensor 'head.bias'");
    }

    @Test
    void bertClassifiersAreEvaluatedOnFiles(@TempDir Path folder) throws Exception {
        List<Path> models = new ArrayList<>();
        for (int m = 0; m < 2; m++) {
            Path model = Files.createDirectories(folder.resolve("bert-" + m));
            models.add(model);
            Files.writeString(model.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\nman\nran\n");
            Files.writeString(
                    model.resolve("config.json"),
                    "{\"vocab_size\": 7, \"hidden_size\": 8, \"num_hidden_layers\": 1, \"num_attention_heads\": 2, "
                            + "\"intermediate_size\": 8, \"max_position_embeddings\": 16, \"id2label\": "
                            + "{\"0\": \"contradiction\", \"1\": \"entailment\", \"2\": \"neutral\"}}");
            try (NDManager manager = NDManager.newBaseManager()) {
                Safetensors.write(
                        model.resolve("model.safetensors"),
                        ParameterVector.of(BertClassifier.of(BertConfig.read(model.resolve("config.json")))
                                        .single(manager, new Shape(3, 16), m))
                                .toTensors(),
                        Map.of());
            }
        }
        String mnli = "index\tpromptID\tpairID\tgenre\ta\tb\tc\td\tsentence1\tsentence2\tlabel1\tgold_label\n";
        Path texts = Files.createDirectories(folder.resolve("texts"));
        Files.writeString(
                texts.resolve("dev_matched.tsv"),
                mnli + "0\tp\tq\tg\t\t\t\t\tthe man\tran\tx\tneutral\n1\tp\tq\tg\t\t\t\t\tran\tran\tx\tentailment\n");
        Files.writeString(
                texts.resolve("heuristics_evaluation_set.txt"),
                "gold_label\tsentence1\tsentence2\theuristic\nnon-entailment\tthe man ran\tran the man\tlexical_overlap\n"
                        + "entailment\tthe man ran\tran\tconstituent\n");
        Path curves = folder.resolve("curves.csv");
        Called interpolate = call(
                "interpolate --dataset mnli --points 3 --runs",
                models.get(0),
                models.get(1),
                "--data",
                texts,
                "--out",
                curves);
        assertThat(interpolate.out())
                .as(interpolate.errors())
                .contains("1 pair of 2 models, 3 points each, on 2 samples");
        assertThat(Files.readAllLines(curves).get(0)).contains("loss,accuracy,matthews_correlation,ece");
        Path scores = folder.resolve("hans.csv");
        for (boolean all : new boolean[] {false, true}) {
            Called hans = call(
                    "evaluate --dataset hans" + (all ? " --all-data" : "") + " --runs",
                    models.get(0),
                    models.get(1),
                    "--data",
                    texts,
                    "--out",
                    scores);
            assertThat(hans.out()).as(hans.errors()).contains("2 models on " + (all ? "2 samples" : "1 sample"));
        }
        assertThat(Files.readAllLines(scores).get(0)).contains("f1");
        assertThat(call("evaluate --dataset mnli --runs", models.get(0), "--out", scores)
                        .errors())
                .contains("--data");
        assertThat(call("evaluate --dataset cola --runs", models.get(0), "--data", texts, "--out", scores)
                        .errors())
                .contains("dev.tsv");
    }

    @Test
    @Tag("slow")
    void whatHasNoEffectOrDoesNotFitIsToldBeforeTheWork(@TempDir Path folder) throws Exception {
        runs(folder);
        Path runs = folder.resolve("runs");
        Path out = folder.resolve("o.csv");
        Path tensors = folder.resolve("o.safetensors");
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("interpolate --pairs 0,9", "--pairs is \"9\"; expected one of 0, 1, 2, 3");
        wrong.put("interpolate --pairs 1,1", "--pairs is \"1,1\"; expected two different models");
        wrong.put("interpolate --include (", "--include is \"(\"; expected a regular expression, not Unclosed group");
        wrong.put(
                "interpolate --include decoder", "--include is \"decoder\"; expected to occur in one of [embed.weight");
        wrong.put(
                "interpolate --include head --exclude head",
                "--exclude is \"head\"; expected to leave something to interpolate of what include has");
        wrong.put("interpolate --all-data", "--all-data has no effect without --dataset hans");
        wrong.put("interpolate --samples /no/such.csv", "/no/such.csv: there is no such file");
        wrong.put("evaluate --models 1 9", "--models is \"9\"; expected one of 0, 1, 2, 3");
        wrong.put("evaluate --ood nope", "--ood is \"nope\"; expected one of test, train, A-only");
        wrong.put("path --models 0 1 --kind loop", "--kind is \"loop\"; expected one of chain, bezier, simplex");
        wrong.put("path --models 0 1 --volume-weight 1", "--volume-weight has no effect with --kind chain");
        wrong.put("path --models 0 1 --kind simplex --n-bends 2", "--bends has no effect with --kind simplex");
        wrong.put(
                "path --models 0 1 --learning-rate 1e30 --steps 9 --num-exs 32",
                "the training of the path diverged: its losses are no finite numbers; expected a smaller --learning-rate");
        wrong.put("sharpness --directions 5", "--directions has no effect with --subspace all");
        wrong.put("merge --method mean", "--out is \"" + out + "\"; expected a name that ends in .safetensors");
        wrong.forEach((words, sentence) -> {
            Called called = call(words + " --runs", runs, "--out", out);
            assertThat(called.errors()).as(words).startsWith("kymograph: " + sentence);
            assertThat(called.code()).as(words).isNotZero();
            assertThat(out).as(words).doesNotExist();
        });
        for (String option : List.of("--t 0.1", "--density 0.3", "--drop 0.1", "--factor 2", "--seed 3", "--base x")) {
            assertThat(call("merge --method mean " + option + " --runs", runs, "--out", tensors)
                            .errors())
                    .startsWith("kymograph: " + option.split(" ", 2)[0] + " has no effect with --method mean");
        }
        // Models that fit are evaluated; why others do not is told.
        Path weights = Files.createDirectories(folder.resolve("weights"));
        Map<String, Tensor> one = new HashMap<>();
        try (TensorFile file = RunFolder.list(runs.resolve("cues")).get(0).checkpoint(60)) {
            file.names().stream().filter(n -> !n.startsWith("optimizer")).forEach(n -> one.put(n, file.read(n)));
        }
        Safetensors.write(weights.resolve("a, \"good\" ü.safetensors"), one, Map.of());
        one.remove("head.bias");
        Safetensors.write(weights.resolve("bad.safetensors"), one, Map.of());
        Called some = call("evaluate --num-exs 32 --like", runs, "--runs", weights, "--out", out);
        assertThat(some.errors())
                .startsWith("kymograph: model bad is left out: ")
                .contains("has no tensor 'head.bias'");
        assertThat(Files.readAllLines(out)).hasSize(2).last().asString().startsWith("\"a, \"\"good\"\" ü\",0.");
    }

    @Test
    @Tag("slow")
    void whatFiguresNeedIsToldWithTheOption(@TempDir Path folder) throws Exception {
        Path gap = Files.writeString(folder.resolve("gap.csv"), ",a,b,c\na,0,1,2\nb,1,0,2\nc,2,2,0\n");
        Path clusters = folder.resolve("clusters.json");
        call("cluster --draws 3", gap, "--out", clusters);
        Path others = Files.writeString(folder.resolve("others.csv"), ",x,y,z\nx,0,1,2\ny,1,0,2\nz,2,2,0\n");
        Path figures = folder.resolve("figures");
        Map<String, List<Object>> wrong = new LinkedHashMap<>();
        wrong.put(
                "--clusters is [a, b, c]; expected clusters of the models of GAP, [x, y, z]",
                List.of(others, "--clusters", clusters));
        wrong.put("--order-by perf needs --scores", List.of(gap, "--order-by", "perf"));
        wrong.put("--order-by cluster needs --clusters", List.of(gap, "--order-by", "cluster"));
        wrong.put("--models-per-class has no effect without --curves", List.of(gap, "--models-per-class", 3));
        wrong.put("--clip-z has no effect without --surfaces", List.of(gap, "--clip-z", 1));
        wrong.put(
                folder.resolve("no.csv") + ": there is no such file, and none whose name begins so",
                List.of(gap, "--scores", folder.resolve("no.csv")));
        wrong.forEach((sentence, words) -> {
            Object[] all =
                    Stream.concat(words.stream(), Stream.of("--out", figures)).toArray();
            assertThat(call("plot", all).errors()).startsWith("kymograph: " + sentence);
        });
        assertThat(figures).doesNotExist();
        Path curves = folder.resolve("curves.csv");
        Files.writeString(curves, "a,b,dist,k,alpha,loss,accuracy\na,b,1,0,0,1,1\na,b,1,1,0.5,2,0.5\na,b,1,2,1,1,1\n");
        assertThat(call("gap --error f1", curves, "--out", folder.resolve("g.csv"))
                        .errors())
                .startsWith("kymograph: --error is \"f1\"; expected one of accuracy");
        // The folder of a page is made as that of any other file.
        Called page = call("transitivity", gap, "--page", folder.resolve("new/folder/t.html"));
        assertThat(page.errors()).isEmpty();
        assertThat(folder.resolve("new/folder/t.html")).exists();
    }

    @Test
    void mistakesAreToldInASentence(@TempDir Path folder) throws Exception {
        Path gap = folder.resolve("gap.csv");
        Files.writeString(gap, ",a,b,c\na,0,1,\nb,1,0,2\nc,,2,0\n");
        Called hole = call("cluster", gap, "--out", folder.resolve("c.json"));
        assertThat(hole.code()).isEqualTo(2);
        assertThat(hole.errors()).contains("the gap of a and c is NaN; expected a number");
        Path weights = folder.resolve("m.safetensors");
        Safetensors.write(weights, Map.of(), Map.of());
        Called unknown = call("interpolate --runs", weights, "--out", folder.resolve("o.csv"));
        assertThat(unknown.errors()).contains("is no run, so the network and the data are not known");
        assertThat(call("gap", gap, "--out", folder.resolve("g.csv")).errors()).contains("has no column 'dist'");
        assertThat(call("gap --metric gap", gap, "--out", folder.resolve("g.csv"))
                        .errors())
                .contains("--metric", "convexity-gap");
        assertThat(call("plot", gap, "--curves", gap, "--out", folder.resolve("f"))
                        .errors())
                .contains("--curves", "--scores");
    }
}
