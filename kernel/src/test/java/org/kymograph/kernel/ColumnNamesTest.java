package org.kymograph.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColumnNamesTest {
    private static final Map<String, List<String>> TABLES = Map.of(
            "metrics", List.of("epoch", "eval_loss", "eval_accuracy"), "costs", List.of("R²", "a \"b\"", "eval_cost"));

    private static List<String> at(String before, String begun) {
        return ColumnNames.completing(before, begun, TABLES);
    }

    @Test
    void ofTheTableThatIsNamedLast() {
        assertThat(at("metrics.doubleColumn(", "ev")).containsExactly("eval_loss", "eval_accuracy");
        assertThat(at("Plots.lines(metrics, \"epoch\", ", "eval_a")).containsExactly("eval_accuracy");
        assertThat(at("metrics.joinOn(\"epoch\").inner(costs, ", "")).containsExactly("R²", "a \\\"b\\\"", "eval_cost");
        assertThat(at("metrics.where(metrics.doubleColumn(", "ep")).containsExactly("epoch");
    }

    @Test
    void nothingWhereNoTableIsNamed() {
        assertThat(at("Path.of(", "e")).isEmpty();
        assertThat(at("metrics.columnCount(); Path.of(", "e")).isEmpty();
        assertThat(at("run.metrics(", "e")).isEmpty();
        assertThat(at("print(\"of metrics\", ", "e")).isEmpty();
        assertThat(at("metrics.column(", "x")).isEmpty();
    }
}
