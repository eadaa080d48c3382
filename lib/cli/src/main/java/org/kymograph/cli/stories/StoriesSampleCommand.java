package org.kymograph.cli.stories;

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
import org.kymograph.stories.tokens.BpeTokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories sample}. */
@Command(
        name = "sample",
        description = {
            "Continues a text with a trained Llama.",
            "CHECKPOINT is llama2.c's .bin of version 0, 1 or 2, a PyTorch checkpoint .pt of the original's training or its folder, a "
                    + "Hugging Face folder, or a run's folder or one of its checkpoints. Texts end where the model begins another one, and at its longest length."
        })
final class StoriesSampleCommand extends ConsoleCommand {
    @Parameters(paramLabel = "CHECKPOINT", description = "The model.")
    Path checkpoint;

    @Option(
            names = "--ids",
            split = ",",
            paramLabel = "ID",
            description = "The tokens to continue, such as 1,403,407 (default 1, the beginning of a text).")
    List<Integer> ids;

    @Option(
            names = {"--prompt", "-i"},
            paramLabel = "TEXT",
            description =
                    "The text to continue, instead of tokens. A blank at its end is a token of its own, which stories seldom go on from.")
    String prompt;

    @Mixin
    TokenizerOption tokenizerOption;

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

    @Option(
            names = "--out",
            description =
                    "A JSON file to write: the ids of the text, the given ones first, and the text where there is a tokenizer.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Arguments.atLeast("--num-samples", samples, 1);
        TokenSampling sampling = TokenSampling.withDefaults()
                .withTemperature(temperature)
                .withTopP(topP)
                .withTopK(topK)
                .withSeed(seed);
        if (ids != null && prompt != null) {
            throw new IllegalArgumentException("--ids and --prompt are both given; expected one of them");
        }
        LlamaModel model = LlamaModel.read(checkpoint);
        BpeTokenizer tokenizer =
                tokenizerOption.beside(checkpoint, model.network().vocabulary());
        if (prompt != null && tokenizer == null) {
            throw new IllegalArgumentException("--prompt needs a tokenizer, and none lies beside " + checkpoint
                    + "; expected --tokenizer FILE, or --ids instead");
        }
        int[] start = prompt != null
                ? tokenizer.encode(prompt, true, false)
                : ids == null
                        ? new int[] {BpeTokenizer.BOS}
                        : ids.stream().mapToInt(Integer::intValue).toArray();
        List<int[]> texts =
                LlamaGenerator.of(model).generate(Collections.nCopies(samples, start), sampling, maxNewTokens);
        if (out != null) {
            List<ObjectNode> all = texts.stream().map(t -> node(t, tokenizer)).toList();
            Json.write(out, samples == 1 ? all.get(0) : Json.tree(all));
        }
        for (int[] text : texts) {
            print(
                    tokenizer == null
                            ? Arrays.stream(text).mapToObj(Integer::toString).collect(Collectors.joining(" "))
                            : tokenizer.decode(text));
        }
    }

    private static ObjectNode node(int[] text, BpeTokenizer tokenizer) {
        ObjectNode node = Json.object();
        node.set("ids", Json.tree(text));
        if (tokenizer != null) {
            node.put("text", tokenizer.decode(text));
        }
        return node;
    }
}
