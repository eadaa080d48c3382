package org.kymograph.cli.states;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.HmmModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph hmm fit}. */
@Command(name = "fit", description = "Fits a hidden Markov model with a given number of states to all runs.")
final class HmmFitCommand extends ConsoleCommand {
    @Mixin
    HmmData data;

    @Mixin
    HmmFitting fitting;

    @Option(
            names = "--states",
            paramLabel = "K",
            description = "Number of states; follows from --init if that is given.")
    Integer states;

    @Option(
            names = "--init",
            paramLabel = "MODEL.json",
            description = "Start from these startprob, transmat, means and covars, once, not from --restarts random "
                    + "places; states keep their numbers.")
    Path init;

    @Option(names = "--out", paramLabel = "MODEL.json", required = true, description = "The file to write.")
    Path out;

    @Override
    protected void run() {
        Arguments.require(states != null || init != null, "--states is missing; expected a number, or --init");
        if (init != null && fitting.restarts != null) {
            throw Arguments.unexpected("--restarts", fitting.restarts, "no --restarts with --init, which is one start");
        }
        if (init != null && command.commandLine().getParseResult().hasMatchedOption("--seed")) {
            throw Arguments.unexpected("--seed", fitting.seed, "no --seed with --init, since nothing is random then");
        }
        Destination.checkFile(out);
        Hmm hmm = fitting.settings(states == null ? 1 : states);
        if (init != null) {
            HmmParameters start = HmmModel.readStart(init, fitting.form());
            if (states != null && states != start.states()) {
                throw Arguments.unexpected("--states", states, start.states() + ", as the start in " + init + " has");
            }
            hmm = hmm.withStart(start);
        }
        RunTables tables = data.tables();
        Observations runs = data.observations(tables, features(tables), !fitting.raw);
        HmmModel model = hmm.fit(runs);
        model.write(out);
        List<String> told = runs.warnings();
        model.remarks().stream().filter(r -> !told.contains(r)).forEach(r -> warn("warning: " + r));
        print(
                "%s, %s, %s: log-likelihood %.4f, AIC %.4f, BIC %.4f after %s%nmodel: %s",
                Words.count(model.states(), "state"),
                Words.count(runs.runs().size(), "run"),
                Words.count(runs.rows(), "row"),
                model.logLikelihood(),
                model.aic(),
                model.bic(),
                Words.count(model.history().length, "iteration"),
                out.toAbsolutePath());
    }

    private List<String> features(RunTables tables) {
        List<String> started = init == null ? List.of() : HmmModel.readFeatures(init);
        if (started.isEmpty()) {
            return data.features(tables, fitting.features);
        }
        if (fitting.features != null && !data.features(tables, fitting.features).equals(started)) {
            throw Arguments.unexpected(
                    "--features",
                    String.join(",", fitting.features),
                    String.join(",", started) + ", as the start in " + init + " has");
        }
        return started;
    }
}
