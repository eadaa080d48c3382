package org.kymograph.cli.connectivity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.HelpSections;

/** A command on models and samples, whose many options are grouped in its help. */
abstract class ModelCommand extends ConsoleCommand implements HelpSections.Grouped {
    @Override
    public final Map<String, List<String>> headings() {
        Map<String, List<String>> headings = new LinkedHashMap<>();
        headings.put(
                "Models",
                List.of("--runs", "--models", "--pairs", "--like", "--num-steps", "--base-model", "--label-order"));
        headings.put(
                "Samples",
                List.of(
                        "--split",
                        "--samples",
                        "--ood",
                        "--num-exs",
                        "--batch-size",
                        "--data",
                        "--dataset",
                        "--all-data",
                        "--max-length"));
        headings.put("Settings", List.of());
        headings.put("Output", List.of("--out", "--page", "--vertices", "--no-losses"));
        return headings;
    }
}
