package org.kymograph.cli.stories;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.record.files.Json;
import org.kymograph.stories.llama.LlamaGenerator;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.llama.TokenSampling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories sample}. */
@Command(
        name = "sample",
        description = {
            "Continues a text with a trained Llama.",
            "CHECKPOINT is llama2.c's .bin of version 0, 1 or 2, a PyTorch checkpoint .pt of the original's training, a Hugging Face "
                    + "folder, or a checkpoint of a run. Texts end where the model begins another one, and at its longest length."
        })
final class StoriesSampleCommand extends ConsoleCommand {
    @Parameters(paramLabel = "CHECKPOINT", description = "The model.")
    Path checkpoint;

    @Option(
            names = "--ids",
            split = ",",
            paramLabel = "ID",
            description = "The tokens to continue, such as 1,403,407 (default 1, the beginning of a text).")
    List<Integer> ids = List.of(1);

    @Option(
            names = {"--temperature", "-t"},
            defaultValue = "1",
            description = "What logits are divided by; 0 takes the likeliest token.")
    double temperature;

    @Option(
            names = {"--top-p", "-p"},
            defaultValue = "0",
            description = "Draw from the likeliest tokens of this probability; 0 for all.")
    double topP;

    @Option(names = "--top-k", defaultValue = "0", description = "Draw from this many likeliest tokens; 0 for all.")
    int topK;

    @Option(
            names = {"--max-new-tokens", "-n"},
            defaultValue = "100",
            description = "How many tokens are added at most.")
    int maxNewTokens;

    @Option(
            names = {"--num-samples"},
            defaultValue = "1",
            description = "How many texts are written.")
    int samples;

    @Option(
            names = {"--seed", "-s"},
            defaultValue = "1337",
            description = "Seed of llama2.c's generator; text k, from 0, draws with seed + k.")
    long seed;

    @Option(names = "--out", description = "A JSON file to write: ids of the text, the given ones first.")
    Path out;

    @Override
    protected void run() {
        if (out != null) {
            Destination.checkFile(out);
        }
        Arguments.atLeast("--num-samples", samples, 1);
        TokenSampling sampling = TokenSampling.withDefaults()
                .withTemperature(temperature)
                .withTopP(topP)
                .withTopK(topK)
                .withSeed(seed);
        int[] prompt = ids.stream().mapToInt(Integer::intValue).toArray();
        List<int[]> texts = LlamaGenerator.of(LlamaModel.read(checkpoint))
                .generate(Collections.nCopies(samples, prompt), sampling, maxNewTokens);
        List<ObjectNode> all = texts.stream().map(StoriesSampleCommand::node).toList();
        if (out != null) {
            Json.write(out, samples == 1 ? all.get(0) : Json.tree(all));
        }
        for (int[] text : texts) {
            print(Arrays.stream(text).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
        }
    }

    private static ObjectNode node(int[] text) {
        ObjectNode node = Json.object();
        ArrayNode array = node.putArray("ids");
        Arrays.stream(text).forEach(array::add);
        return node;
    }
}
