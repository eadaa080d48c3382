package org.kymograph.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kymograph.record.tensors.Tensor;

class WeightStatisticsTest {
    /**
     * The golden numbers were computed in single precision. Its unit roundoff is 6e-8; sums and singular values of at
     * most 512 elements lose a few times that, relative to the largest number in them, which is at most 230.
     */
    private static void assertSame(JsonNode actual, JsonNode expected, String at) {
        if (expected.isObject()) {
            assertThat(actual.properties().stream().map(Map.Entry::getKey))
                    .as(at)
                    .containsExactlyElementsOf(expected.properties().stream()
                            .map(Map.Entry::getKey)
                            .toList());
            expected.properties().forEach(e -> assertSame(actual.get(e.getKey()), e.getValue(), at + "." + e.getKey()));
        } else if (expected.isArray()) {
            assertThat(actual.size()).as(at).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertSame(actual.get(i), expected.get(i), at + "[" + i + "]");
            }
        } else if (expected.isNull()) {
            assertThat(actual.isNull()).as(at).isTrue();
        } else {
            double value = expected.doubleValue();
            assertThat(actual.doubleValue()).as(at).isCloseTo(value, within(2e-6 * Math.max(1, Math.abs(value))));
        }
    }

    @TestFactory
    Stream<DynamicTest> agreesWithTheReferenceCode() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("weight-metrics.json")) {
            JsonNode cases = new ObjectMapper().readTree(in).get("cases");
            assertThat(cases).hasSize(8);
            return StreamSupport.stream(cases.spliterator(), false)
                    .map(c -> DynamicTest.dynamicTest(c.get("kind").textValue() + " " + c.get("shape"), () -> {
                        long[] shape = StreamSupport.stream(c.get("shape").spliterator(), false)
                                .mapToLong(JsonNode::longValue)
                                .toArray();
                        double[] values = StreamSupport.stream(c.get("values").spliterator(), false)
                                .mapToDouble(JsonNode::doubleValue)
                                .toArray();
                        ObjectNode actual =
                                WeightStatistics.of(Tensor.of(values, shape)).toJson();
                        assertSame(actual, c.get("metrics"), c.get("kind").textValue());
                    }));
        }
    }

    private static Tensor filled(double value, long... shape) {
        int size = 1;
        for (long s : shape) {
            size *= (int) s;
        }
        double[] values = new double[size];
        Arrays.fill(values, value);
        return Tensor.of(values, shape);
    }

    @Test
    void countsWeightsAndTheirBiasesButNotNormsAndEmbeddings() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("embeddings.word.weight", filled(100, 4, 2));
        tensors.put("transformer.wte.weight", filled(100, 4, 2));
        tensors.put("lm_head.weight", filled(100, 4, 2));
        tensors.put("W_E", filled(100, 4, 2));
        tensors.put("layer.0.weight", filled(1, 2, 2));
        tensors.put("layer.0.bias", filled(2, 2));
        tensors.put("norm.weight", filled(100, 2));
        tensors.put("norm.bias", filled(100, 2));
        tensors.put("embeddings.word.bias", filled(100, 2));
        tensors.put("attention.in_proj_weight", filled(3, 6, 2));
        tensors.put("attention.in_proj_bias", filled(5, 6));
        tensors.put("blocks.0.W_K", filled(7, 2, 3, 4));
        tensors.put("blocks.0.mlp.W_in", filled(7, 1, 2));
        tensors.put("blocks.0.mlp.b_in", filled(9, 1));
        tensors.put("running_mean", filled(100, 2));
        tensors.put("conv.weight", filled(0.5, 2, 1, 2, 2));
        tensors.put("steps", Tensor.of(new long[] {12}, 1, 1));
        ObjectNode json = WeightStatistics.of(tensors);
        // 4 ones, 12 threes, 26 sevens, 8 halves; 2 twos, 6 fives, 1 nine.
        assertThat(json.at("/w_all/mean").doubleValue()).isCloseTo((4 + 36 + 182 + 4) / 50.0, within(1e-12));
        assertThat(json.at("/w_all/median").doubleValue()).isEqualTo(7);
        assertThat(json.at("/b_all/mean").doubleValue()).isCloseTo(43 / 9.0, within(1e-12));
        assertThat(json.at("/b_all/median").doubleValue()).isEqualTo(5);
        assertThat(json.get("tensors").properties().stream().map(Map.Entry::getKey))
                .containsExactlyElementsOf(tensors.keySet());
        assertThat(json.at("/tensors/steps").toString()).isEqualTo("{\"shape\":[1,1]}");
        assertThat(json.at("/tensors/blocks.0.W_K/shape").toString()).isEqualTo("[2,3,4]");
        assertThat(json.at("/tensors/blocks.0.W_K/slices")).hasSize(2);
        assertThat(json.at("/tensors/blocks.0.W_K/slices/1/l1").doubleValue()).isEqualTo(84);
        assertThat(json.at("/tensors/conv.weight").toString())
                .isEqualTo("{\"shape\":[2,1,2,2],\"l1\":2.0,\"l2\":1.0,\"code_sparsity\":2.0}");
    }

    @Test
    void whatHasNoNumberIsNull() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a.weight", Tensor.of(new float[] {1, Float.NaN, 3, 4}, 2, 2));
        tensors.put("b.weight", Tensor.of(new float[] {1, 2, Float.NEGATIVE_INFINITY, 4}, 2, 2));
        tensors.put("zeros.weight", filled(0, 2, 2));
        tensors.put("kernels.weight", Tensor.of(new float[] {0, 0, 3, 4}, 2, 1, 1, 2));
        tensors.put("one", filled(3));
        tensors.put("none", filled(0, 0, 2));
        ObjectNode json = WeightStatistics.of(tensors);
        String undefined = "{\"shape\":[2,2],\"l1\":null,\"l2\":null,\"trace\":null,\"spectral\":null,"
                + "\"code_sparsity\":null,\"computational_sparsity\":null,\"mean_singular_value\":null,"
                + "\"var_singular_value\":null,\"singular_values\":null}";
        assertThat(json.at("/tensors/a.weight").toString()).isEqualTo(undefined);
        assertThat(json.at("/tensors/b.weight").toString()).isEqualTo(undefined);
        assertThat(json.at("/tensors/zeros.weight").toString())
                .contains(
                        "\"code_sparsity\":null",
                        "\"spectral\":0.0",
                        "\"computational_sparsity\":null",
                        "\"singular_values\":[0.0,0.0]",
                        "\"var_singular_value\":0.0");
        assertThat(json.at("/tensors/kernels.weight").toString())
                .isEqualTo("{\"shape\":[2,1,1,2],\"l1\":3.5,\"l2\":2.5,\"code_sparsity\":null}");
        assertThat(json.at("/tensors/one").toString())
                .isEqualTo("{\"shape\":[],\"mean\":3.0,\"var\":null,\"median\":3.0}");
        assertThat(json.at("/tensors/none").toString()).isEqualTo("{\"shape\":[0,2]}");
        assertThat(json.get("w_all").toString()).isEqualTo("{\"mean\":null,\"var\":null,\"median\":null}");
        assertThat(json.get("b_all").toString()).isEqualTo("{\"mean\":null,\"var\":null,\"median\":null}");
        assertThatThrownBy(() -> WeightStatistics.of(Tensor.of(new long[] {1}, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("I64[1]");
    }
}
