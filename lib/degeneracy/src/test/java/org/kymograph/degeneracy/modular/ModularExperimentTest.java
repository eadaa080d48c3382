package org.kymograph.degeneracy.modular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.ModularArithmetic;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.Transformer;
import org.kymograph.record.Population;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class ModularExperimentTest {
    @TempDir
    Path root;

    private static ModularExperiment small() {
        return ModularExperiment.withDefaults()
                .withP(7)
                .withHiddenSize(8)
                .withEmbedDim(4)
                .withTieUnembed(false)
                .withBatchSize(16)
                .withNBatches(20)
                .withTrackTimes(4)
                .withFrameTimes(3)
                .withNSaveModelCheckpoints(3);
    }

    private RunFolder run(ModularExperiment settings) {
        return settings.train(root.toString(), 3).runs().get(0);
    }

    /** The fields, their order and their values are those of the original's file exp_params/post_example/53_0.json. */
    @Test
    void parameterFilesAreThoseOfTheOriginal() throws IOException {
        Path file = root.resolve("53_0.json");
        ModularExperiment.example1().write(file);
        assertThat(Files.readString(file).replaceAll("\\s", ""))
                .isEqualTo("{\"p\":53,\"train_frac\":0.95,\"hidden_size\":48,\"lr\":0.005,\"batch_size\":128,"
                        + "\"embed_dim\":12,\"tie_unembed\":false,\"weight_decay\":2.0E-4,\"movie\":true,"
                        + "\"magnitude\":false,\"ablation_fourier\":false,\"ablation_embed\":false,"
                        + "\"n_batches\":1500,\"track_times\":20,\"print_times\":10,\"frame_times\":100,"
                        + "\"freeze_middle\":false,\"scale_linear_1_factor\":1.0,\"scale_embed\":1.0,"
                        + "\"save_activations\":false,\"linear_1_tied\":false,\"run_id\":0,\"random_seed\":0,"
                        + "\"use_random_dataset\":false,\"n_save_model_checkpoints\":25,"
                        + "\"do_viz_weights_modes\":true,\"num_no_weight_decay_steps\":0,"
                        + "\"activation\":\"gelu\",\"lambda_hat\":null,\"test_loss\":null,\"train_loss\":null}");
        assertThat(ModularExperiment.read(file)).isEqualTo(ModularExperiment.example1());
        ModularExperiment measured = ModularExperiment.example2().withLambdaHat(554.5, 0.05, 0.018);
        measured.write(file);
        assertThat(ModularExperiment.read(file)).isEqualTo(measured);
        Files.writeString(file, "{\"p\": 41, \"scale_embed\": 1, \"activation\": \"quad\", \"weight_decay\": 0}");
        assertThat(ModularExperiment.read(file))
                .isEqualTo(ModularExperiment.withDefaults()
                        .withP(41)
                        .withWeightDecay(0)
                        .withActivation(ModularMlp.Activation.QUAD));
    }

    @Test
    void whatIsWrongInAParameterFileIsSaidInOneSentence() throws IOException {
        refuses("{\"hidden_sise\": 3}", "hidden_sise", "hidden_size");
        refuses("{\"lr\": \"fast\"}", "field lr is \"fast\"; expected a number");
        refuses("{\"p\": 5.5}", "field p is 5.5; expected a whole number");
        refuses("{\"movie\": 1}", "field movie is 1; expected true or false");
        refuses("{\"activation\": \"tanh\"}", "expected \"gelu\", \"relu\" or \"quad\"");
        refuses("{\"train_frac\": 0}", "field train_frac: trainFrac is 0; expected above 0 and at most 1");
    }

    private void refuses(String json, String... parts) throws IOException {
        Path file = root.resolve("bad.json");
        Files.writeString(file, json);
        assertThatThrownBy(() -> ModularExperiment.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void filesAreCalledAsTheOriginalsAre() {
        assertThat(ModularExperiment.example1().suffix())
                .isEqualTo("P53_frac0.95_hid48_emb12_tieunembedFalse_tielinFalse_freezeFalse_run0");
        assertThat(ModularExperiment.withDefaults()
                        .withUseRandomDataset(true)
                        .withTrainFrac(1)
                        .withLinear1Tied(true)
                        .withFreezeMiddle(true)
                        .withRunId(4)
                        .suffix(7))
                .isEqualTo("CHECKPOINT_7_RANDOM_P53_frac1.0_hid32_emb8_tieunembedTrue_tielinTrue_freezeTrue_run4");
    }

    @Test
    void everythingHappensAtItsStep() {
        ModularExperiment settings = small().withSaveActivations(true);
        RunFolder run = run(settings);
        // Of 20 steps every 20 / 3, before the update: 0, 6, 12, 18; and the end.
        assertThat(run.checkpointSteps()).containsExactly(0L, 6L, 12L, 18L, 20L);
        assertThat(run.metrics().table().longColumn("step").asList())
                .startsWith(2L, 4L)
                .endsWith(20L);
        Readings readings = Readings.of(run);
        Table modes = readings.table("modes");
        assertThat(modes.longColumn("step").asList()).containsExactly(0L, 5L, 10L, 15L, 20L);
        assertThat(modes.columnNames())
                .contains("train_loss", "test_loss", "magnitude_0", "magnitude_3", "keep_1", "keep_3")
                .doesNotContain("keep_0", "magnitude_4");
        assertThat(readings.table("frames").longColumn("step").asList()).containsExactly(0L, 6L, 12L, 18L, 20L);
        assertThat(readings.settings("modes").get("run_id").asInt()).isZero();

        ModularRun opened = ModularRun.of(run);
        assertThat(opened.network()).isEqualTo(settings.network());
        assertThat(opened.task()).isEqualTo(settings.task());
        ParameterVector end = opened.parameters(20);
        int row = modes.rowCount() - 1;
        double[][] embedding = Embeddings.of(end);
        double[] magnitudes = FourierModes.magnitudes(embedding);
        Objective test = opened.objective(opened.split().test());
        for (int k = 1; k <= 3; k++) {
            assertThat(modes.doubleColumn("magnitude_" + k).get(row)).isCloseTo(magnitudes[k], within(1e-9));
            assertThat(modes.doubleColumn("keep_" + k).get(row))
                    .isCloseTo(
                            test.meanLosses(List.of(Embeddings.with(end, FourierModes.keepOnly(embedding, k))))[0],
                            within(1e-5));
        }
        assertThat(modes.doubleColumn("test_loss").get(row)).isCloseTo(test.meanLosses(List.of(end))[0], within(1e-5));
        try (TensorFile frame = readings.tensors("frames", 20)) {
            assertThat(frame.read("embedding.weight").toDoubles()).isEqualTo(end.segment("embedding.weight"));
        }
        try (TensorFile activations = readings.tensors("activations", 20)) {
            assertThat(activations.shape("mlp_out.0")).containsExactly(49, 7);
        }
    }

    @Test
    void whatWasNotTrackedOfADoneRunIsNotTakenForTracked() {
        ModularExperiment plain = small().withMagnitude(false).withAblationFourier(false);
        RunFolder run = run(plain);
        List<ModularExperiment> more =
                List.of(plain.withMagnitude(true), plain.withAblationFourier(true), plain.withSaveActivations(true));
        List<String> fields = List.of("magnitude", "ablation_fourier", "save_activations");
        for (int i = 0; i < more.size(); i++) {
            ModularExperiment asked = more.get(i);
            assertThatThrownBy(() -> run(asked))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("is done, with " + fields.get(i) + " false; expected true");
        }
        // Fewer events or none are no reason to refuse what is done.
        assertThat(run(plain.withTrackTimes(2)).path()).isEqualTo(run.path());
        assertThat(run(plain.withMovie(false)).path()).isEqualTo(run.path());
        RunFolder tracked =
                small().train(root.resolve("tracked").toString(), 3).runs().get(0);
        assertThat(Readings.of(tracked).table("modes").columnNames()).contains("magnitude_1", "keep_1");
        assertThatThrownBy(() ->
                        small().withTrackTimes(2).train(root.resolve("tracked").toString(), 3))
                .hasMessageContaining("is done, with track_times 4; expected 2");
        assertThat(plain.train(root.resolve("tracked").toString(), 3).runs()).hasSize(1);
    }

    @Test
    @Tag("slow")
    void ablationsInTheSpaceOfTheEmbeddingAreOthers() {
        ModularExperiment fourier = small().withMovie(false);
        RunFolder one = run(fourier);
        assertThat(Readings.of(one).names()).containsExactly("modes");
        double before = keep(one);
        RunFolder same = run(fourier.withRunId(2));
        assertThat(same.path()).isEqualTo(one.path());
        RunFolder other = fourier.withAblationFourier(false)
                .withAblationEmbed(true)
                .train(root.resolve("embed").toString(), 3)
                .runs()
                .get(0);
        assertThat(keep(other)).isNotEqualTo(before);
        RunFolder without = fourier.withAblationFourier(false)
                .withMagnitude(false)
                .train(root.resolve("none").toString(), 3)
                .runs()
                .get(0);
        assertThat(Readings.of(without).table("modes").columnNames())
                .containsExactly(
                        "step", "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm");
    }

    private static double keep(RunFolder run) {
        return Readings.of(run).table("modes").doubleColumn("keep_2").get(2);
    }

    @Test
    @Tag("slow")
    void aFrozenMiddleStaysAndTheUntiedEndLearns() {
        moves(small().withFreezeMiddle(true), List.of("embedding.weight", "linear2.weight"));
        moves(small().withFreezeMiddle(true).withTieUnembed(true), List.of("embedding.weight"));
        moves(
                small().withLinear1Tied(true),
                List.of("embedding.weight", "linear1r.weight", "linear1r.bias", "linear2.weight"));
    }

    private void moves(ModularExperiment settings, List<String> moving) {
        ModularRun run = ModularRun.of(run(settings));
        ParameterVector before = run.parameters(0);
        ParameterVector after = run.parameters(20);
        for (ParameterVector.Segment s : before.segments()) {
            assertThat(Arrays.equals(before.segment(s.name()), after.segment(s.name())))
                    .as(s.name())
                    .isEqualTo(!moving.contains(s.name()));
        }
    }

    @Test
    void theLastStepsAreWithoutWeightDecay() {
        ModularExperiment settings = small().withWeightDecay(0.1);
        ModularRun with = ModularRun.of(run(settings));
        ModularRun without = ModularRun.of(run(settings.withNumNoWeightDecaySteps(2)));
        assertThat(without.parameters(18)).isEqualTo(with.parameters(18));
        assertThat(without.parameters(20)).isNotEqualTo(with.parameters(20));
    }

    @Test
    @Tag("slow")
    void aSweepIsAPopulation() {
        Population runs = small().withMovie(false).withNBatches(4).sweep(root.toString(), "p", List.of(5, 7), 0, 1);
        assertThat(runs.runs().stream().map(r -> ModularRun.of(r).p() + "/" + r.seed()))
                .containsExactly("5/0", "5/1", "7/0", "7/1");
        assertThatThrownBy(() -> small().sweep("runs", "primes", List.of(5), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherRunsOfArithmeticAreOpenedTooAndTheRestIsRefused() {
        ModularArithmetic task = ModularArithmetic.withDefaults().withModulus(5).withFraction(0.8);
        Experiment e = Experiment.of(
                        "transformer",
                        task,
                        Transformer.of(6).withSizes(8, 2, 8).withConstantAttention(true),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(1e-3))
                .withLength(Span.steps(2));
        ModularRun run = ModularRun.of(Trainer.of(e).train(root, 0).runs().get(0));
        assertThat(run.network()).isEqualTo(e.network());
        assertThat(run.task()).isEqualTo(task);
        assertThat(run.p()).isEqualTo(5);
        assertThat(Embeddings.of(run.parameters(run.last()))).hasDimensions(5, 8);
        assertThat(run.rows(run.all())).startsWith(0, 1, 2).endsWith(24);
        RunFolder other = RunFolder.openOrCreate(root, "other", 0, Json.object());
        assertThatThrownBy(() -> ModularRun.of(other)).hasMessageContaining("setting has no object 'network'");
        other.close();
    }

    /** The losses and accuracies of the original's own run with its torch seed 0, at steps 0, 600 and 1500. */
    @Test
    @Tag("slow")
    void theFirstExampleLearnsAsTheOriginalDoes() {
        Population runs = ModularExperiment.example1().withMovie(false).train(root.toString(), 0, 1, 2);
        for (RunFolder folder : runs.runs()) {
            ModularRun run = ModularRun.of(folder);
            assertThat(run.steps()).hasSize(26);
            List<ParameterVector> w =
                    List.of(run.parameters(0), run.parameters(300), run.parameters(600), run.parameters(1500));
            double[] train = run.objective(run.split().train()).meanLosses(w);
            double[] test = run.objective(run.split().test()).meanLosses(w);
            double[] accuracy = run.objective(run.split().test()).accuracies(w);
            String what = "seed " + folder.seed();
            // 4.017, 3.635, 0.439, 0.018 and 4.030, 4.563, 0.790, 0.044 there.
            assertThat(train[0]).as(what).isBetween(3.95, 4.1);
            assertThat(train[1]).as(what).isBetween(3.2, 3.8);
            assertThat(train[2]).as(what).isBetween(0.1, 0.8);
            assertThat(train[3]).as(what).isBetween(0.01, 0.03);
            assertThat(test[1]).as(what).isGreaterThan(test[0]);
            assertThat(test[3]).as(what).isLessThan(0.25);
            assertThat(accuracy[1]).as(what).isLessThan(0.1);
            assertThat(accuracy[3]).as(what).isGreaterThan(0.95);
            double[] magnitudes = FourierModes.magnitudes(Embeddings.of(w.get(3)));
            assertThat(FourierModes.keyModes(magnitudes).length).as(what).isBetween(3, 8);
        }
    }
}
