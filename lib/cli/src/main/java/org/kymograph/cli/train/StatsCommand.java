package org.kymograph.cli.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.base.Progress;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.model.weights.WeightRoles;
import org.kymograph.model.weights.WeightStatistics;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.TensorFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stats}. */
@Command(
        name = "stats",
        description = {
            "Measures the weights of checkpoints: norms, singular values and distributions.",
            "The file written holds {\"tensors\": {NAME: {\"shape\": [...], ...}}, \"w_all\": {...}, \"b_all\": {...}}; for "
                    + "several checkpoints, an object of these by CHECKPOINT as given. A number that is not finite is null. "
                    + "Matrices have l1, l2, trace, spectral, code_sparsity, computational_sparsity, mean_singular_value, "
                    + "var_singular_value and singular_values; tensors of three axes an array of these, slices; those of "
                    + "four axes l1, l2 and code_sparsity, means over kernels; others mean, var and median. w_all and b_all "
                    + "are the distributions of all weights and biases but those of embeddings, unembeddings and norms.",
            "Nothing is written if a checkpoint can't be read."
        })
public final class StatsCommand extends ConsoleCommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "CHECKPOINT",
            description = "Safetensors files, or .pt or .bin files of PyTorch since 1.6.")
    List<Path> checkpoints;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description =
                    "Measure the tensors whose names begin with this alone, under names without it: one of several "
                            + "networks in a file, such as \"ema.\".")
    String prefix;

    @Option(names = "--out", required = true, description = "The JSON file to write or replace.")
    Path out;

    @Override
    protected void run() {
        Set<Path> seen = new HashSet<>();
        for (Path checkpoint : checkpoints) {
            Arguments.require(
                    seen.add(checkpoint.toAbsolutePath().normalize()), "CHECKPOINT is given twice: " + checkpoint);
        }
        Arguments.require(!seen.contains(out.toAbsolutePath().normalize()), "--out would replace a CHECKPOINT: " + out);
        Destination.checkFile(out);
        // Every header is read first, so that a bad file is told of before any long computation.
        Map<Path, Integer> sizes = new LinkedHashMap<>();
        for (Path checkpoint : checkpoints) {
            try (TensorFile file = open(checkpoint)) {
                sizes.put(checkpoint, file.names().size());
            }
        }
        ObjectNode all = Json.object();
        int tensors = sizes.values().stream().mapToInt(Integer::intValue).sum();
        try (Progress progress = Progress.start("weight statistics", "tensors", Math.max(1, tensors))) {
            int before = 0;
            for (Path checkpoint : checkpoints) {
                int done = before;
                try (TensorFile file = open(checkpoint)) {
                    all.set(
                            checkpoint.toString(),
                            WeightStatistics.of(
                                    file,
                                    WeightRoles.byName(file),
                                    n -> progress.update(done + n, String.valueOf(checkpoint.getFileName()))));
                }
                before += sizes.get(checkpoint);
            }
        }
        Json.write(out, checkpoints.size() == 1 ? all.get(checkpoints.get(0).toString()) : all);
        print("wrote " + out + ": " + Words.count(checkpoints.size(), "checkpoint") + ", "
                + Words.count(tensors, "tensor"));
    }

    private TensorFile open(Path checkpoint) {
        return TensorFile.open(checkpoint, prefix == null ? "" : prefix);
    }
}
