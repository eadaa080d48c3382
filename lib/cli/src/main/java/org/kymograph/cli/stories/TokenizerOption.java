package org.kymograph.cli.stories;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.kymograph.stories.tokens.BpeTokenizer;
import picocli.CommandLine.Option;

/** The tokenizer of a model. */
final class TokenizerOption {
    @Option(
            names = {"--tokenizer", "-z"},
            paramLabel = "FILE",
            description =
                    "The model's tokenizer: a .model or .vocab of SentencePiece, llama2.c's .bin, a tokenizer.json, or tok8192 for "
                            + "the one that is shipped (default tokenizer.json, .model or .bin or tokN.model beside the checkpoint, N being the size "
                            + "of its vocabulary). Without one, texts are printed as tokens.")
    Path file;

    /** Returns the tokenizer that is named or lies beside the checkpoint, checked against the model's vocabulary, or null. */
    BpeTokenizer beside(Path checkpoint, int vocabulary) {
        BpeTokenizer tokenizer;
        if (file != null) {
            tokenizer = file.toString().equals("tok8192") ? BpeTokenizer.tok8192() : BpeTokenizer.load(file);
        } else {
            Path folder = Files.isDirectory(checkpoint)
                    ? checkpoint
                    : checkpoint.toAbsolutePath().getParent();
            tokenizer = Stream.of("tokenizer.json", "tokenizer.model", "tokenizer.bin", "tok" + vocabulary + ".model")
                    .map(folder::resolve)
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .map(BpeTokenizer::load)
                    .orElse(null);
        }
        if (tokenizer != null) {
            tokenizer.checkSize(vocabulary);
        }
        return tokenizer;
    }
}
