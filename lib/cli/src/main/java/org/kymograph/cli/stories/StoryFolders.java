package org.kymograph.cli.stories;

import java.nio.file.Files;
import java.nio.file.Path;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.RecordException;
import org.kymograph.stories.tokens.BpeTokenizer;
import picocli.CommandLine.Option;

/** Where stories, tokenizers and token files are. */
final class StoryFolders {
    static final String TINY = "TinyStories_all_data";

    private static final int PUBLISHED = 8192;

    @Option(
            names = "--data-cache-dir",
            paramLabel = "FOLDER",
            defaultValue = "data",
            description = "Where stories, tokenizers and token files are; ${DEFAULT-VALUE} unless said.")
    Path cache;

    @Option(
            names = "--source",
            paramLabel = "FOLDER",
            description = "The folder with the shards; " + TINY + " in the data folder unless said.")
    Path source;

    Path source() {
        return source != null ? source : cache.resolve(TINY);
    }

    Path tokenizerFile(int vocabSize) {
        return cache.resolve("tok" + vocabSize + ".model");
    }

    // The tokenizer of that size; 0 stands for Llama-2's, which the user has to bring.
    BpeTokenizer tokenizer(int vocabSize, Path given) {
        Arguments.atLeast("--vocab-size", vocabSize, 0);
        Path file =
                given != null ? given : vocabSize == 0 ? cache.resolve("tokenizer.model") : tokenizerFile(vocabSize);
        if (given == null && vocabSize == PUBLISHED && !Files.exists(file)) {
            return BpeTokenizer.tok8192();
        }
        if (!Files.exists(file)) {
            throw new RecordException(
                    file,
                    vocabSize == 0
                            ? "is missing; expected Llama-2's tokenizer, or --vocab-size for another one"
                            : "is missing; expected a tokenizer: make it by kymograph stories train-vocab --vocab-size "
                                    + vocabSize);
        }
        BpeTokenizer tokenizer = BpeTokenizer.load(file);
        Arguments.require(
                vocabSize == 0 || tokenizer.size() == vocabSize,
                file + " has " + tokenizer.size() + " pieces; expected " + vocabSize + ", the --vocab-size");
        return tokenizer;
    }
}
