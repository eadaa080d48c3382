package org.kymograph.record.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFormatTest {
    @TempDir
    Path folder;

    private String written(LogFormat format, float x) throws Exception {
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 0, format)) {
            writer.record(new long[] {7}, new float[] {x, 0}, new int[] {0}).finish();
        }
        String line = Files.readString(DynamicsWriter.file(folder, 0));
        return line.substring(line.indexOf('[') + 1, line.indexOf(',', line.indexOf('[')));
    }

    // What Python 3 prints for the float32 as a double.
    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "-3.5, -3.5",
        "0.1, 0.10000000149011612",
        "50, 50.0",
        "1e-4, 9.999999747378752e-05",
        "1.00006e-4, 0.00010000600013881922",
        "2.9431109, 2.943110942840576",
        "-2.2836595, -2.2836594581604004",
        "123456.79, 123456.7890625",
        "1e7, 10000000.0",
        "16777216, 16777216.0",
        "1e15, 999999986991104.0",
        "1e16, 1.0000000272564224e+16",
        "9007199254740992, 9007199254740992.0",
        "18014398509481984, 1.8014398509481984e+16",
        "1e20, 1.0000000200408773e+20",
        "3.4028235e38, 3.4028234663852886e+38",
        "1.4e-45, 1.401298464324817e-45",
        "9.765625e-4, 0.0009765625",
        "7.6293945e-6, 7.62939453125e-06",
        "1.1754944e-38, 1.1754943508222875e-38"
    })
    void fullIsWhatPythonPrints(float x, String python) throws Exception {
        assertThat(written(LogFormat.FULL, x)).isEqualTo(python);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, 0.0",
        "1, 1.0",
        "-3.5, -3.5",
        "-0.4754295349, -0.4754295349",
        "0.25, 0.25",
        "1e-5, 0.00001",
        "4e-11, 0.0",
        "6e-11, 0.0000000001",
        "0.99999994, 0.9999999404",
        "12345.678, 12345.6777343750",
        "16777216, 16777216.0",
        "1e16, 10000000272564224.0"
    })
    void roundedHasTenDecimals(float x, String pandas) throws Exception {
        assertThat(written(LogFormat.ROUNDED, x)).isEqualTo(pandas.replaceAll("(\\.\\d+?)0+$", "$1"));
    }

    @Test
    void fullGivesEveryFloatAgain() throws Exception {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 2000; i++) {
            float x = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(x)) {
                LogLine line = new LogLine();
                LogFormat.FULL.number(x, line);
                String text = line.toString();
                assertThat(Double.parseDouble(text)).isEqualTo(x);
                assertThat(text).matches("-?(\\d\\.\\d+|\\d)e[-+]\\d\\d+|-?\\d+\\.\\d+");
            }
        }
    }

    @Test
    void theOriginalsFilesComeOutByteForByte() throws Exception {
        ObjectMapper json = new ObjectMapper();
        Path log = Path.of(LogFormatTest.class
                .getResource("/cartography/log/training_dynamics")
                .toURI());
        for (int e = 0; e < 6; e++) {
            String original = Files.readString(log.resolve("dynamics_epoch_" + e + ".jsonl"));
            try (DynamicsWriter writer = DynamicsWriter.open(folder, e, LogFormat.FULL)) {
                for (String line : original.split("\n", 0)) {
                    JsonNode sample = json.readTree(line);
                    JsonNode logits = sample.get("logits_epoch_" + e);
                    float[] z = {
                        (float) logits.get(0).doubleValue(),
                        (float) logits.get(1).doubleValue(),
                        (float) logits.get(2).doubleValue()
                    };
                    writer.record(new long[] {sample.get("guid").longValue()}, z, new int[] {
                        sample.get("gold").intValue()
                    });
                }
                writer.finish();
            }
            assertThat(Files.readString(DynamicsWriter.file(folder, e))).isEqualTo(original);
        }
    }

    @Test
    void linesLookLikeTheirOriginals() throws Exception {
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 3, LogFormat.FULL)) {
            writer.record(new long[] {50325}, new float[] {0.5f, -1e-5f}, new int[] {0})
                    .finish();
        }
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 4, LogFormat.ROUNDED)) {
            writer.record(new long[] {4734364254410L}, new float[] {-0.47542953f, 0.5f, 2}, new int[] {2})
                    .finish();
        }
        assertThat(Files.readString(DynamicsWriter.file(folder, 3)))
                .isEqualTo("{\"guid\": 50325, \"logits_epoch_3\": [0.5, "
                        + "-9.999999747378752e-06], \"gold\": 0, \"device\": \"cpu\"}\n");
        assertThat(Files.readString(DynamicsWriter.file(folder, 4)))
                .isEqualTo("{\"guid\":4734364254410,\"logits_epoch_4\":[-0.4754295349,0.5,2.0],\"gold\":2}\n");
    }

    @Test
    void wholeNumbersAreAsJavaPrintsThem() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        LogLine line = new LogLine();
        StringBuilder expected = new StringBuilder();
        for (long number : new long[] {0, 9, 10, -1, -10, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_000_000_000_000L}) {
            line.put(number).put(' ');
            expected.append(number).append(' ');
        }
        for (int i = 0; i < 2000; i++) {
            long number = random.nextLong() >> random.nextInt(64);
            line.put(number).put(' ');
            expected.append(number).append(' ');
        }
        assertThat(line.toString()).as("seed %d", seed).isEqualTo(expected.toString());
    }
}
