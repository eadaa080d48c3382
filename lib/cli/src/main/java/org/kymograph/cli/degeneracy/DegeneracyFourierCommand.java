package org.kymograph.cli.degeneracy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.degeneracy.circuits.FourierHistory;
import org.kymograph.degeneracy.figures.ModeFigures;
import org.kymograph.degeneracy.figures.ModeMovie;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.notebook.Page;
import org.kymograph.record.files.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph degeneracy fourier}. */
@Command(
        name = "fourier",
        description = {
            "Follows the Fourier modes of a run that learned addition modulo p: magnitudes, each mode alone, restricted and excluded loss.",
            "All checkpoints unless said. The numbers also go into the run's readings."
        })
final class DegeneracyFourierCommand extends ConsoleCommand {
    @Mixin
    RunCheckpoints run;

    @Option(names = "--out", required = true, description = "The JSON file to write or replace.")
    Path out;

    @Option(
            names = "--page",
            paramLabel = "FILE.html",
            description = "A page with the figures and the circles' slider.")
    Path page;

    @Option(
            names = "--movie",
            paramLabel = "FILE.gif",
            description = "The circles as a movie: the frames that training kept, or else the checkpoints.")
    Path movie;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Destination.checkPage("--page", page);
        if (movie != null) {
            Arguments.check(
                    movie.toString().toLowerCase(Locale.ROOT).endsWith(".gif"),
                    "--movie",
                    movie.toString(),
                    "a name that ends in .gif");
            Destination.checkFile(movie);
        }
        ModularRun opened = run.run();
        FourierHistory history = FourierHistory.of(opened, run.steps(opened, opened.steps()));
        history.save(opened.run());
        Json.write(out, json(history));
        if (page != null) {
            Page.write(
                    page,
                    "Fourier modes of " + opened.run().id(),
                    List.of(
                            ModeFigures.losses(history),
                            ModeFigures.magnitudes(history.table()),
                            ModeFigures.ablations(history.table()),
                            ModeFigures.circles(history)));
        }
        if (movie != null) {
            ModeMovie.of(opened).write(movie);
        }
        tell(history);
    }

    private static ObjectNode json(FourierHistory history) {
        ObjectNode all = Json.object();
        all.put("p", history.p());
        all.set("keyModes", Json.tree(history.keyModes()));
        ArrayNode points = all.putArray("checkpoints");
        for (FourierHistory.Point point : history.points()) {
            points.add(((ObjectNode) Json.tree(point)).without("embedding"));
        }
        return all;
    }

    private void tell(FourierHistory history) {
        print("key modes: " + history.keyModes());
        print("%8s %10s %10s %10s %10s %8s", "step", "train", "test", "restricted", "excluded", "gini");
        for (FourierHistory.Point p : history.points()) {
            print(
                    "%8d %10.4f %10.4f %10.4f %10.4f %8.3f",
                    p.step(), p.trainLoss(), p.testLoss(), p.restrictedLoss(), p.excludedLoss(), p.gini());
        }
        print("wrote " + out + ": " + Words.count(history.points().size(), "checkpoint"));
        if (page != null) {
            print("wrote " + page);
        }
        if (movie != null) {
            print("wrote " + movie);
        }
    }
}
