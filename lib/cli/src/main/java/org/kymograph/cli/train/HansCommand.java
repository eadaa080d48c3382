package org.kymograph.cli.train;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.data.text.Hans;
import org.kymograph.evaluate.HansEvaluation;
import org.kymograph.record.files.Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph hans}. */
@Command(
        name = "hans",
        description = {
            "Evaluates fine-tuned BERT classifiers on HANS, by heuristic.",
            "Columns: model (the folder's name), step (the number in it), the accuracy on lexical_overlap, subsequence and "
                    + "constituent, and each of these again for the pairs of either label, with _entailment and _non_entailment "
                    + "behind the name. The classes neutral and contradiction count as one."
        })
public final class HansCommand extends ConsoleCommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL_DIR",
            description = "Folders with config.json, model.safetensors or "
                    + "pytorch_model.bin, and tokenizer.json or vocab.txt.")
    List<Path> models;

    @Option(
            names = "--data",
            required = true,
            description = "heuristics_evaluation_set.txt of HANS, or its examples as JSON lines.")
    Path data;

    @Option(names = "--out", required = true, description = "The CSV file to write or replace.")
    Path out;

    @Option(names = "--batch-size", defaultValue = "128", description = "Pairs that go through the network together.")
    int batchSize;

    @Option(
            names = "--entailment",
            description =
                    "The class that means entailment, from 0 (default: the one of that name in config.json, or 0).")
    Integer entailment;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description =
                    "Take the tensors whose names begin with this: one of several networks in a file, such as \"ema.\".")
    String prefix;

    @Option(
            names = "--original",
            description =
                    "Compute as the code of Hu et al. (2023) does, without token types and with a third "
                            + "class counted as wrong, and write its columns: seed (what follows the folder's last dash) and the heuristics.")
    boolean original;

    @Override
    protected void run() {
        Destination.checkFile(out);
        HansEvaluation how = HansEvaluation.withDefaults().withBatch(batchSize);
        how = entailment == null ? how : how.withEntailment(entailment);
        how = prefix == null ? how : how.withPrefix(prefix);
        how = original ? how.asOriginal() : how;
        Tables.writeCsv(out, how.table(models, Hans.read(data)));
        print("wrote " + out + ": " + Words.count(models.size(), "model"));
    }
}
