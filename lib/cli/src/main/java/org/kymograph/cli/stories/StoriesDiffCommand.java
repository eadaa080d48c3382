package org.kymograph.cli.stories;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.data.Dataset;
import org.kymograph.evaluate.ActivationDifference;
import org.kymograph.evaluate.OutputDivergence;
import org.kymograph.evaluate.WeightAmplification;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.Json;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tokens.BpeTokenizer;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories diff}. */
@Command(
        name = "diff",
        description = {
            "Compares a fine-tuned Llama with its base.",
            "Prints KL(base || tuned) of the next token and where it is largest, the principal components of what the fine-tuning adds to "
                    + "the residual stream, the tokens that the unembedding reads from its mean, and the accuracies of base + a (tuned - "
                    + "base). DATA are folders of pretokenized shards; the first shard, the test set, is read."
        })
final class StoriesDiffCommand extends ConsoleCommand {
    @Parameters(index = "0", paramLabel = "BASE", description = "The model before, as of stories sample.")
    Path base;

    @Parameters(index = "1", paramLabel = "TUNED", description = "The model after.")
    Path tuned;

    @Option(
            names = "--data",
            required = true,
            split = ",",
            paramLabel = "DATA",
            description = "Data to compare on; all but the first are for the amplified weights only.")
    List<Path> data;

    @Option(
            names = "--layer",
            description = "The block behind which activations are compared, from 0 (default the middle one).")
    Integer layer;

    @Option(
            names = "--positions",
            defaultValue = "8",
            description = "The first positions of a text whose activations are compared (default ${DEFAULT-VALUE}).")
    int positions;

    @Option(
            names = "--factors",
            split = ",",
            defaultValue = "-1,0,0.5,1,1.5,2",
            description = "Factors a (default ${DEFAULT-VALUE}).")
    List<Double> factors;

    @Option(names = "--top", defaultValue = "10", description = "Rows of each list (default ${DEFAULT-VALUE}).")
    int top;

    @Option(
            names = "--samples",
            defaultValue = "32",
            description = "Texts of each data set (default ${DEFAULT-VALUE}).")
    int samples;

    @Mixin
    TokenizerOption tokenizerOption;

    @Option(
            names = "--out",
            description = "A JSON file to write: meanKl, klByPosition, point, pcaShares, amplification.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        LlamaModel before = LlamaModel.read(base);
        LlamaModel after = LlamaModel.read(tuned);
        Arguments.require(
                before.network().equals(after.network()),
                "the models differ in shape: " + base + " is a " + before + ", " + tuned + " a " + after);
        int last = before.network().layers() - 1;
        int block = Arguments.within("--layer", layer == null ? (last + 1) / 2 : layer, 0, last);
        BpeTokenizer tokenizer = tokenizerOption.beside(tuned, before.network().vocabulary());
        IntFunction<String> names =
                id -> tokenizer == null ? "" + id : tokenizer.piece(id).text();
        Map<String, Objective> measured = new LinkedHashMap<>();
        Dataset first = null;
        for (Path folder : data) {
            Objective objective = TokenData.objective(folder, before, samples);
            first = first == null ? objective.data() : first;
            measured.put(folder.getFileName().toString(), objective);
        }
        ParameterVector from = before.parameters();
        ParameterVector to = after.parameters();
        OutputDivergence divergence = OutputDivergence.of(before.network(), from, to, first);
        ActivationDifference difference =
                ActivationDifference.of(before.network(), from, to, first, "resid_post." + block, positions);
        WeightAmplification line = WeightAmplification.of(
                from,
                to,
                measured,
                factors.stream().mapToDouble(Double::doubleValue).toArray());
        if (out != null) {
            ObjectNode node = Json.object().put("meanKl", divergence.mean());
            node.set("klByPosition", Json.tree(divergence.byPosition()));
            node.put("point", difference.point());
            // Of equal models nothing varies.
            boolean varies = difference.shares().stream().allMatch(Double::isFinite);
            node.set("pcaShares", Json.tree(varies ? difference.shares() : List.of()));
            node.set("amplification", Json.tree(line));
            Json.write(out, node);
        }
        print("mean KL(base || tuned) %.6g nats a token", divergence.mean());
        print(divergence.top(top, names).printAll());
        print(difference
                .table()
                .first(Math.min(top, difference.shares().size()))
                .printAll());
        print(difference.lens(top, names).printAll());
        print(line.table().printAll());
    }
}
