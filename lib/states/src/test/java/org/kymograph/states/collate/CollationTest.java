package org.kymograph.states.collate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.model.LeNet5;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ResNet18;
import org.kymograph.model.weights.WeightPreset;
import org.kymograph.model.weights.WeightStatistics;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.states.em.Observations;
import tech.tablesaw.api.Table;

class CollationTest {
    private static final Path GOLDEN = golden();

    @TempDir
    Path dir;

    private static Path golden() {
        try {
            return Path.of(CollationTest.class.getResource("collation").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path f : files.toList()) {
                Files.createDirectories(
                        to.resolve(from.relativize(f).toString()).getParent());
                if (Files.isRegularFile(f)) {
                    Files.copy(f, to.resolve(from.relativize(f).toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRows(Table table, JsonNode rows, JsonNode columns) {
        assertThat(table.rowCount()).isEqualTo(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < columns.size(); j++) {
                String name = columns.get(j)
                        .asText()
                        .replace("mean_singular_value", "mean_lambda")
                        .replace("var_singular_value", "variance_lambda");
                double expected = rows.get(i).get(j).doubleValue();
                double found = ((Number) table.column(name).get(i)).doubleValue();
                assertThat(found)
                        .as("row %d, %s", i, name)
                        .isCloseTo(expected, within(1e-12 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    @Test
    void theOriginalsFilesOfEveryKindGiveTheOriginalsRows() {
        JsonNode expected = Json.read(GOLDEN.resolve("expected.json"));
        expected.get("rows").properties().forEach(run -> {
            Table table = Collation.withDefaults().table(GOLDEN.resolve(run.getKey()));
            assertThat(table.columnNames().get(0)).isEqualTo("run");
            assertThat(table.columnNames().subList(1, 15)).isEqualTo(FeatureSets.BASE);
            assertThat(table.columnNames().subList(15, 20))
                    .containsExactly("step", "train_loss", "eval_loss", "train_accuracy", "eval_accuracy");
            assertRows(table, run.getValue(), expected.get("columns"));
        });
    }

    @Test
    void oneCsvPerSeedWithTheOriginalsColumns() throws IOException {
        List<Path> written = Collation.withDefaults().write(List.of(GOLDEN.resolve("parities")), dir, false);
        assertThat(written)
                .extracting(f -> f.getFileName().toString())
                .containsExactly("lr0.1_sgd_seed1_scaling1.0.csv", "lr0.1_sgd_seed10_scaling1.0.csv");
        assertThat(Files.readAllLines(written.get(0)).get(0))
                .isEqualTo(
                        ",l1,l2,trace,spectral,code_sparsity,computational_sparsity,mean_lambda,variance_lambda,mean_w,median_w,"
                                + "var_w,mean_b,median_b,var_b,step,train_loss,eval_loss,train_accuracy,eval_accuracy");
        assertThat(Files.readAllLines(written.get(0))).hasSize(4);
        assertThat(Files.readAllLines(written.get(1))).hasSize(3);
        JsonNode expected = Json.read(GOLDEN.resolve("expected.json"));
        assertRows(
                RunTables.read(dir).table("lr0.1_sgd_seed1_scaling1.0"),
                expected.at("/rows/parities~1lr0.1_sgd_seed1_scaling1.0"),
                expected.get("columns"));
    }

    @Test
    void lossesCanBeLeftOutOrDemanded() throws IOException {
        Table without =
                Collation.withDefaults().withLosses(Collation.Losses.NONE).table(GOLDEN.resolve("modular"));
        assertThat(without.columnNames()).endsWith("step");
        copy(GOLDEN.resolve("cifar"), dir.resolve("a"));
        Path file = dir.resolve("a/True_True/lr0.001_adamw_seed0_scaling1.0/step40.json");
        ObjectNode json = Json.readObject(file);
        json.remove("eval_accuracy");
        Json.writePython(file, json);
        assertThat(Collation.withDefaults()
                        .table(dir)
                        .doubleColumn("eval_accuracy")
                        .isMissing(1))
                .isTrue();
        assertThatThrownBy(() -> Collation.withDefaults()
                        .withLosses(Collation.Losses.REQUIRED)
                        .table(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(file + ": has no 'eval_accuracy' at step 40");
    }

    @Test
    void damageIsToldWithFileAndField() {
        bad("{\"w\": [{\"0\": {\"l1\": 1, \"l2\": 1}}]}", "field /w/0/0/trace is missing");
        bad("{\"w\": [{\"0\": 5}]}", "field /w/0/0 is 5");
        bad("{\"w\": [], \"w_all\": {\"mean\": 1, \"var\": 1}, \"b_all\": {}}", "field /w_all/median is missing");
        bad("{\"w\": [], \"w_all\": {\"mean\": \"x\", \"var\": 1, \"median\": 1}}", "field /w_all/mean is \"x\"");
        bad("{\"k\": [], \"q\": []}", "has no list 'v'");
        bad("{\"w\": [}", "isn't JSON");
    }

    private void bad(String text, String message) {
        Path file = dir.resolve("seed0/epoch3.json");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThatThrownBy(() -> Collation.withDefaults().table(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void anEmptyListGivesARowOfMissingNumbers() throws IOException {
        Files.createDirectories(dir.resolve("seed0"));
        Files.writeString(
                dir.resolve("seed0/epoch3.json"),
                "{\"w\": [null], \"w_all\": {\"mean\": NaN, \"var\": NaN, \"median\": NaN},"
                        + " \"b_all\": {\"mean\": 1, \"var\": 2, \"median\": 3}}");
        Table table = Collation.withDefaults().table(dir);
        assertThat(table.doubleColumn("l1").isMissing(0)).isTrue();
        assertThat(table.doubleColumn("var_b").get(0)).isEqualTo(2);
    }

    @Test
    void aTrainersLogIsJoinedOnTheStep() throws IOException {
        Path run = dir.resolve("seed_3");
        Files.createDirectories(run);
        ObjectNode json = Json.readObject(GOLDEN.resolve("modular/lr0.001_adamw_seed1_scaling1.0/epoch0.json"));
        Collation.LOSSES.forEach(json::remove);
        for (int step : new int[] {500, 1000, 1500}) {
            Json.writePython(run.resolve("stats_" + step + "_losses"), json);
        }
        Files.writeString(
                run.resolve("trainer_state.json"),
                "{\"log_history\": [{\"loss\": 0.5, \"step\": 500},"
                        + "{\"eval_loss\": 0.75, \"eval_accuracy\": 0.5, \"step\": 500}, {\"loss\": 0.25, \"step\": 1000},"
                        + "{\"loss\": 0.1, \"step\": 1500}, {\"eval_loss\": 0.7, \"step\": 1500}]}");
        Table table =
                Collation.withDefaults().withLosses(Collation.Losses.REQUIRED).table(run);
        assertThat(table.longColumn("step").asList()).containsExactly(500L, 1500L);
        assertThat(table.doubleColumn("train_loss").asList()).containsExactly(0.5, 0.1);
        assertThat(table.doubleColumn("eval_loss").asList()).containsExactly(0.75, 0.7);
    }

    private static Map<String, Tensor> network(float scale) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("0.weight", Tensor.of(new float[] {3 * scale, 0, 0, 0, -4 * scale, 0}, 2, 3));
        tensors.put("0.bias", Tensor.of(new float[] {1, 2}, 2));
        tensors.put("2.weight", Tensor.of(new float[] {5, 12 * scale}, 1, 2));
        tensors.put("2.bias", Tensor.of(new float[] {-1}, 1));
        return tensors;
    }

    private Population population(String unit) {
        for (long seed : new long[] {2, 10}) {
            ObjectNode setting = Json.object();
            setting.putObject("evaluation").put("count", 1).put("unit", unit);
            try (RunFolder run = RunFolder.openOrCreate(dir.resolve("runs"), "parity", seed, setting)) {
                for (int epoch = 1; epoch <= 3; epoch++) {
                    ObjectNode line = Json.object()
                            .put("step", 32L * epoch)
                            .put("epoch", (double) epoch)
                            .put("train_loss", 0.5 / epoch)
                            .put("eval_loss", 1.0 / epoch)
                            .put("train_accuracy", 0.5)
                            .put("eval_accuracy", 0.25);
                    line.setAll(WeightStatistics.of(network(epoch == 3 ? Float.NaN : epoch)));
                    run.metrics().append(line);
                    if (epoch != 3) {
                        run.writeCheckpoint(32L * epoch, network(epoch), Map.of());
                    }
                }
            }
        }
        return Population.open(dir.resolve("runs"));
    }

    @Test
    void ourRecordGivesTheSameColumns() {
        Population population = population("EPOCHS");
        Table table = Collation.withDefaults().table(population);
        assertThat(table.columnNames()).startsWith("run", "l1").endsWith("eval_accuracy");
        assertThat(table.rowCount()).isEqualTo(6);
        assertThat(table.stringColumn("run").get(0)).endsWith("-seed2");
        assertThat(table.longColumn("step").asList()).containsExactly(0L, 1L, 2L, 0L, 1L, 2L);
        assertThat(table.doubleColumn("l1").get(0)).isEqualTo((7 + 17) / 2.0);
        assertThat(table.doubleColumn("l2").get(1)).isCloseTo((10 + Math.sqrt(25 + 576)) / 2, within(1e-12));
        // A row vector has no variance of singular values.
        assertThat(table.doubleColumn("variance_lambda").get(0)).isCloseTo(0.5, within(1e-12));
        assertThat(table.doubleColumn("mean_b").get(0)).isCloseTo(2.0 / 3, within(1e-12));
        // In the third epoch both matrices hold NaN.
        assertThat(table.doubleColumn("l1").isMissing(2)).isTrue();
        assertThat(table.doubleColumn("train_loss").get(2)).isEqualTo(0.5 / 3);
        assertThat(Collation.withDefaults()
                        .withSteps(Collation.Steps.OPTIMISER)
                        .table(population)
                        .longColumn("step")
                        .get(0))
                .isEqualTo(32);
    }

    @Test
    void stepsStayStepsInRunsEvaluatedByStep() {
        assertThat(Collation.withDefaults()
                        .table(population("STEPS"))
                        .longColumn("step")
                        .asList())
                .containsExactly(32L, 64L, 96L, 32L, 64L, 96L);
    }

    @Test
    void theOriginalsJsonOfOurRecordGivesTheSameRows() throws IOException {
        Table direct = Collation.withDefaults().table(population("EPOCHS"));
        List<Path> csv = Collation.withDefaults().write(List.of(dir.resolve("runs")), dir.resolve("out"), true);
        String id = direct.stringColumn("run").get(0);
        assertThat(csv.get(0)).hasFileName(id + ".csv");
        Path json = dir.resolve("out/json/" + id);
        assertThat(json.resolve("epoch0.json")).exists();
        assertThat(Files.readString(json.resolve("epoch0.json")))
                .contains("\"var_singular_value\":NaN")
                .contains("\"train_accuracy\":{\"accuracy\":0.5}")
                .startsWith("{\"w\":[{\"0\":{\"l1\":7.0");
        assertThat(Files.readString(json.resolve("epoch2.json")))
                .startsWith("{\"w\":[{\"0\":null},{\"2\":null}],\"w_all\":{\"mean\":NaN");
        Table again = Collation.withDefaults().table(dir.resolve("out/json"));
        assertThat(again.print(20)).isEqualTo(direct.print(20));
    }

    @Test
    void anExtraLossIsJoinedOnTheStep() {
        Collation how = Collation.withDefaults()
                .withExtraLoss(file -> Map.of("first", file.read("0.weight").getDouble(0)));
        Table table = how.table(population("EPOCHS"));
        assertThat(table.columnNames()).endsWith("eval_accuracy", "first");
        assertThat(table.doubleColumn("first").get(0)).isEqualTo(3);
        assertThat(table.doubleColumn("first").get(1)).isEqualTo(6);
        assertThat(table.doubleColumn("first").isMissing(2)).isTrue();
    }

    @Test
    @Tag("slow")
    void convolutionalNetworksHaveTheOriginalsEntries() {
        assertEntries(new ResNet18(100, true, true), new Shape(3, 32, 32), 18, 17);
        assertEntries(new LeNet5(10), new Shape(1, 32, 32), 5, 2);
    }

    // The same from a record, which holds the tensors that count alone, and from a checkpoint of all of them.
    private void assertEntries(Network network, Shape input, int entries, int convolutions) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, Tensor> tensors =
                    ParameterVector.of(network.single(manager, input, 0)).toTensors();
            Map<String, long[]> shapes = new LinkedHashMap<>();
            tensors.forEach((name, t) -> shapes.put(name, t.shape()));
            ObjectNode recorded =
                    OriginalJson.of(dir, WeightStatistics.of(tensors, network.roles(shapes)), WeightPreset.AUTO);
            assertThat(recorded.get("w")).hasSize(entries);
            assertThat(recorded.get("w")).filteredOn(e -> e.size() == 3).hasSize(convolutions);
            double[] features = OriginalJson.features(dir, recorded);
            double l1 = 0;
            for (JsonNode entry : recorded.get("w")) {
                l1 += entry.get("l1").doubleValue() / entries;
            }
            assertThat(features[0]).isCloseTo(l1, within(1e-9 * l1));
            Path file = dir.resolve(network.name() + "/step1.safetensors");
            Safetensors.write(file, tensors, Map.of());
            Table table = Collation.withDefaults().table(file.getParent());
            for (int i = 0; i < features.length; i++) {
                assertThat(table.doubleColumn(FeatureSets.BASE.get(i)).get(0))
                        .as(FeatureSets.BASE.get(i))
                        .isCloseTo(features[i], within(1e-6 * Math.abs(features[i]) + 1e-12));
            }
        }
    }

    @Test
    void runsWithoutStatisticsAreToldOf() {
        try (RunFolder run = RunFolder.openOrCreate(dir, "e", 0, Json.object())) {
            run.metrics().append(Json.object().put("step", 1));
        }
        assertThatThrownBy(() -> Collation.withDefaults().table(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("metrics.jsonl, line 1: has no statistics");
    }

    @Test
    void checkpointsByAnyNamingRule() throws IOException {
        for (int step : new int[] {2, 10}) {
            for (int seed = 0; seed < 2; seed++) {
                Path folder = dir.resolve("multi-seed_" + seed + "-step_" + step + "k");
                Files.createDirectories(folder);
                Safetensors.write(folder.resolve("model.safetensors"), network(step + seed), Map.of());
            }
        }
        assertThatThrownBy(() -> Collation.withDefaults().table(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("has the step 10000")
                .hasMessageContaining("group named run");
        Table table = Collation.withDefaults()
                .withPattern(Pattern.compile("(?<run>.*seed_\\d+)-step_(?<step>\\d+k)"))
                .table(dir);
        assertThat(table.stringColumn("run").asList())
                .containsExactly("multi-seed_0", "multi-seed_0", "multi-seed_1", "multi-seed_1");
        assertThat(table.longColumn("step").asList()).containsExactly(2000L, 10000L, 2000L, 10000L);
        assertThat(table.doubleColumn("l1").get(3)).isEqualTo((7 * 11 + 5 + 12 * 11) / 2.0);
        Files.createDirectories(dir.resolve("multi-seed_1-step_12k"));
        assertThatThrownBy(() -> Collation.withDefaults()
                        .withPattern(Pattern.compile("(?<run>.*seed_\\d+)-step_(?<step>\\d+k)"))
                        .table(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("step_12k: holds no weights");
    }

    @Test
    void checkpointsInPartsAreMeasuredLikeWholeOnes() throws IOException {
        for (int step : new int[] {100, 200}) {
            Map<String, Tensor> all = network(step);
            Path whole = dir.resolve("whole/checkpoint-" + step);
            Safetensors.write(whole.resolve("model.safetensors"), all, Map.of());
            Path parts = dir.resolve("parts/checkpoint-" + step);
            ObjectNode index = Json.object();
            int part = 0;
            for (Map.Entry<String, Tensor> tensor : all.entrySet()) {
                String file = "model-0000" + part++ % 2 + "-of-00002.safetensors";
                index.withObject("/weight_map").put(tensor.getKey(), file);
            }
            for (int p = 0; p < 2; p++) {
                String file = "model-0000" + p + "-of-00002.safetensors";
                Map<String, Tensor> own = new LinkedHashMap<>(all);
                own.keySet()
                        .removeIf(n -> !index.at("/weight_map").path(n).asText().equals(file));
                Safetensors.write(parts.resolve(file), own, Map.of());
            }
            Json.write(parts.resolve("model.safetensors.index.json"), index);
        }
        Table whole = Collation.withDefaults().table(dir.resolve("whole"));
        Table parts = Collation.withDefaults().table(dir.resolve("parts"));
        assertThat(parts.rowCount()).isEqualTo(2);
        for (String column : List.of("l1", "l2", "mean_w", "var_w", "median_w", "mean_b", "step")) {
            assertThat(parts.column(column).asObjectArray())
                    .as(column)
                    .isEqualTo(whole.column(column).asObjectArray());
        }
    }

    @Test
    void namesOfCheckpointsMayBeInCapitals() throws IOException {
        for (String name : List.of("step-1.pth.tar", "step-2.TH", "step-3.PT", "step-4.SafeTensors")) {
            Safetensors.write(dir.resolve("run").resolve(name), network(1), Map.of());
        }
        assertThat(Collation.withDefaults().table(dir).rowCount()).isEqualTo(4);
    }

    @Test
    void theCheckpointsOfARunOfOursCanBeMeasured() {
        Population population = population("STEPS");
        Path run = population.runs().get(0).path();
        Table table = Collation.withDefaults().table(run.resolve("checkpoints"));
        assertThat(table.stringColumn("run").get(0)).isEqualTo(run.getFileName().toString());
        assertThat(table.longColumn("step").asList()).containsExactly(32L, 64L);
        Table recorded = Collation.withDefaults().table(population);
        for (String feature : FeatureSets.BASE) {
            assertThat(table.doubleColumn(feature).get(1))
                    .isEqualTo(recorded.doubleColumn(feature).get(1));
        }
    }

    @Test
    void foldersWithoutRunsAndRunsOfOneNameAreRefused() {
        assertThatThrownBy(() -> Collation.withDefaults().table(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(dir + ": has no run");
        assertThatThrownBy(() -> Collation.withDefaults().table(dir.resolve("absent")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("there is no such folder");
        copy(GOLDEN.resolve("parities"), dir.resolve("a"));
        copy(GOLDEN.resolve("parities"), dir.resolve("b"));
        assertThatThrownBy(() -> Collation.withDefaults().table(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is named 'lr0.1_sgd_seed");
        assertThatThrownBy(() -> Collation.withDefaults().withPattern(Pattern.compile("step\\d+")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("group");
    }

    @Test
    void theTablesAreReadyForTheModel() {
        RunTables tables = Collation.withDefaults().runs(population("EPOCHS"));
        assertThat(tables.names()).hasSize(2).allMatch(n -> n.contains("-seed"));
        assertThat(tables.defaultFeatures())
                .isEqualTo(FeatureSets.BASE.stream()
                        .filter(f -> !List.of("mean_b", "median_b", "var_b", "median_w")
                                .contains(f))
                        .toList());
        assertThat(tables.leftOut())
                .hasSize(4)
                .contains("column 'mean_b' is constant in every run; it was left out of the features");
        Observations two = tables.firstRows(2).observations(FeatureSets.BASE);
        assertThat(two.runs()).hasSize(2);
        assertThat(two.run(0)[0][0]).isEqualTo(12);
        Collation.withDefaults().write(List.of(dir.resolve("runs")), dir.resolve("csv"), false);
        Observations read = RunTables.read(dir.resolve("csv")).firstRows(2).observations(FeatureSets.BASE);
        assertThat(read.run(1)).isDeepEqualTo(two.run(1));
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Collation.withDefaults().write(List.of(GOLDEN.resolve("parities")), dir, false))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void aWrongPresetIsToldWithTheFile() {
        Path run = dir.resolve("seed0");
        Safetensors.write(run.resolve("step5.safetensors"), network(1), Map.of());
        for (WeightPreset preset :
                List.of(WeightPreset.BERT, WeightPreset.LENET5, WeightPreset.RESNET18, WeightPreset.TRANSFORMER)) {
            assertThatThrownBy(() -> Collation.withDefaults().withPreset(preset).table(dir))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("step5.safetensors")
                    .hasMessageContaining("preset " + preset);
        }
        assertThat(Collation.withDefaults()
                        .withPreset(WeightPreset.MLP)
                        .table(dir)
                        .rowCount())
                .isEqualTo(1);
        assertThat(Tables.INDEX).isEmpty();
    }
}
