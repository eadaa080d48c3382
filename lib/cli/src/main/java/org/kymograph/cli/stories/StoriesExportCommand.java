package org.kymograph.cli.stories;

import java.nio.file.Path;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.stories.llama.LlamaModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories export}. */
@Command(
        name = "export",
        description = {
            "Writes a trained Llama in another format.",
            "Versions: 0 is what llama2.c's run reads, 1 the same numbers behind a header, 2 bytes with scales (Q8_0) for its runq, "
                    + "-1 a Hugging Face folder."
        })
final class StoriesExportCommand extends ConsoleCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "The file or folder to write.")
    Path file;

    @Option(
            names = {"--checkpoint", "--hf"},
            required = true,
            paramLabel = "CHECKPOINT",
            description = "The model, in any of the formats that sample reads.")
    Path checkpoint;

    @Option(names = "--version", defaultValue = "0", description = "The format, -1 to 2.")
    int version;

    // The usual options of help come with a --version of the program, so they are not added beside this one.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    boolean help;

    @Override
    protected void run() {
        Arguments.within("--version", version, -1, 2);
        LlamaModel model = LlamaModel.read(checkpoint);
        if (version < 0) {
            model.writeHuggingFace(file);
        } else {
            Destination.checkFile(file);
            model.writeBin(file, version);
        }
        print("%s: %s", model, file);
    }
}
