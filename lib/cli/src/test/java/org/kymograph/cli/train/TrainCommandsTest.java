package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.record.RunFolder;

class TrainCommandsTest {
    @TempDir
    Path folder;

    private String errors;

    private int train(String words) {
        Called called = Called.with((Object[]) ("train " + words.replace("OUT", folder.toString())).split(" "));
        errors = called.errors();
        return called.code();
    }

    private ObjectNode setting(String experiment) {
        return RunFolder.list(folder.resolve(experiment)).get(0).setting();
    }

    @Test
    void modularAdditionTakesEverySettingAndTheOriginalsSpelling() {
        assertThat(train(
                        "modular-addition --preset small --modulus 5 --train-fraction 0.8 --operator divide --d-model 8"
                                + " --heads 2 --use_ln --init_scaling 0.5 --num_epochs 3 --train_bsz 4 --eval_every 2 --optimizer sgd"
                                + " --lr 0.02 --weight_decay 0.3 --clip_grad --seed 4 --output_dir OUT/division"))
                .as(errors)
                .isZero();
        List<RunFolder> runs = RunFolder.list(folder.resolve("division"));
        assertThat(runs).extracting(RunFolder::seed).containsExactly(4L);
        assertThat(runs.get(0).metrics().read())
                .extracting(l -> l.get("epoch").asDouble())
                .containsExactly(1.0, 3.0);
        ObjectNode s = setting("division");
        assertThat(s.get("task").toString())
                .isEqualTo("{\"name\":\"modular-arithmetic\",\"operator\":\"DIVIDE\","
                        + "\"modulus\":5,\"fraction\":0.8}");
        assertThat(s.get("network").toString())
                .isEqualTo(
                        "{\"name\":\"transformer\",\"vocabulary\":6,\"dModel\":8,"
                                + "\"heads\":2,\"dHead\":4,\"dMlp\":32,\"layerNorm\":true,\"initScaling\":0.5,\"lastPositionOnly\":true}");
        assertThat(s.at("/optimizer/kind").asText()).isEqualTo("SGD");
        assertThat(s.at("/optimizer/weightDecay").asDouble()).isEqualTo(0.3);
        assertThat(s.get("clipNorm").asDouble()).isEqualTo(0.2);
        assertThat(s.get("batchSize").asInt()).isEqualTo(4);
    }

    @Test
    void presetsAreThePublishedSettings() {
        assertThat(train("modular-addition --steps 1 --out OUT/paper --no-statistics"))
                .as(errors)
                .isZero();
        ObjectNode s = setting("paper");
        assertThat(s.get("batchSize").asInt()).isEqualTo(2048);
        assertThat(s.get("network").toString())
                .contains(
                        "\"vocabulary\":114",
                        "\"dModel\":128",
                        "\"heads\":4",
                        "\"dHead\":32",
                        "\"dMlp\":512",
                        "\"layerNorm\":false");
        assertThat(s.get("task").toString()).contains("\"modulus\":113", "\"fraction\":0.3", "ADD");
        assertThat(s.get("optimizer").toString())
                .contains(
                        "\"kind\":\"ADAMW\"",
                        "\"learningRate\":0.001",
                        "\"beta1\":0.9",
                        "\"beta2\":0.999",
                        "\"epsilon\":1.0E-8",
                        "\"weightDecay\":1.0");
        assertThat(s.get("evaluation").toString()).isEqualTo("{\"count\":10,\"unit\":\"EPOCHS\"}");
        assertThat(s.get("evaluationBatch").asInt()).isEqualTo(2048);
    }

    @Test
    void sparseParityTakesTheOriginalsSpelling() {
        assertThat(
                        train(
                                "sparse-parity --bits 8 --hidden_dim 6 --train_size 20 --test_size 10 --train_bsz 10 --test_bsz 5"
                                        + " --use_ln --optim_name adamw --lr 0.01 --clip_grad --num_epochs 2 --output_dir OUT/parity"))
                .as(errors)
                .isZero();
        ObjectNode s = setting("parity");
        assertThat(s.get("network").toString()).contains("\"hidden\":[6]", "\"norm\":\"LAYER\"");
        assertThat(s.get("clipNorm").asDouble()).isEqualTo(0.1);
        assertThat(s.get("evaluationBatch").asInt()).isEqualTo(5);
        assertThat(train("sparse-parity --use_ln --use_batch_norm --out OUT/both"))
                .isEqualTo(2);
        assertThat(errors).contains("--use-batch-norm and --use-ln exclude each other");
    }

    @Test
    void presetsOfSparseParityHoldWhereNothingIsGiven() {
        assertThat(train(
                        "sparse-parity --preset stabilised --bits 6 --train-size 20 --test-size 4 --hidden 5 --epochs 1"
                                + " --out OUT/stable"))
                .as(errors)
                .isZero();
        ObjectNode s = setting("stable");
        assertThat(s.get("network").toString()).contains("\"hidden\":[5]", "\"norm\":\"LAYER\"");
        assertThat(s.at("/optimizer/kind").asText()).isEqualTo("ADAMW");
        assertThat(s.at("/optimizer/learningRate").asDouble()).isEqualTo(0.1);
    }

    @Test
    void optionsThatWouldDoNothingAreRefused() {
        String[][] wrong = {
            {"--momentum 0.9 --optimizer adam", "--momentum has no effect: adam has none"},
            {"--beta1 0.8", "--beta1 has no effect: sgd has none"},
            {"--beta2 0.8", "--beta2 has no effect: sgd has none"},
            {"--epsilon 1e-6", "--epsilon has no effect: sgd has none"},
            {"--momentum 0.9 --preset stabilised", "--momentum has no effect: adamw has none"},
            {"--final-fraction 0.1", "--final-fraction is 0.1; expected another --schedule than constant with it"}
        };
        for (String[] each : wrong) {
            assertThat(train("sparse-parity " + each[0] + " --out OUT/x")).isEqualTo(2);
            assertThat(errors).contains(each[1]);
        }
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void wrongWordsAndMissingFilesAreToldInASentence() {
        assertThat(train("modular-addition --preset large --out OUT/x")).isEqualTo(2);
        assertThat(errors)
                .contains("--preset is \"large\"; expected one of paper, stabilised, small, small-stabilised");
        assertThat(train("modular-addition --clip-grad --clip-norm 1 --out OUT/x"))
                .isEqualTo(2);
        assertThat(errors).contains("--clip-grad and --clip-norm exclude each other");
        assertThat(train("mnist --data OUT/nowhere --out OUT/x")).isEqualTo(1);
        assertThat(errors).contains("train-images-idx3-ubyte").contains("kymograph data mnist");
        assertThat(train("cifar100 --data OUT/nowhere --out OUT/x")).isEqualTo(1);
        assertThat(errors).contains("cifar-100-binary.tar.gz");
        assertThat(train("cifar100 --out OUT/x")).isEqualTo(2);
        assertThat(errors).contains("--data is missing");
        assertThat(train("modular-addition --d-model 10 --heads 3 --out OUT/x")).isEqualTo(2);
        assertThat(errors).contains("--heads is 3; expected a divisor of --d-model");
        assertThat(folder.resolve("x")).doesNotExist();
    }
}
