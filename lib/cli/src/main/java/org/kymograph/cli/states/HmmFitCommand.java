package org.kymograph.cli.states;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.HmmModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kymograph hmm fit}. */
@Command(name = "fit", description = "Fits a hidden Markov model with a given number of states to all runs.")
final class HmmFitCommand implements Callable<Integer> {
    @Spec
    CommandSpec command;

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
    public Integer call() {
        if (states == null && init == null) {
            throw new IllegalArgumentException("--states: is missing; expected a number, or --init");
        }
        Hmm hmm = fitting.settings(states == null ? 1 : states);
        if (init != null) {
            HmmParameters start = HmmModel.readStart(init, fitting.form());
            if (states != null && states != start.states()) {
                throw new IllegalArgumentException(
                        "--states " + states + ": the start in " + init + " has " + start.states());
            }
            hmm = hmm.withStart(start);
        }
        RunTables tables = data.tables();
        Observations runs = data.observations(tables, features(tables), !fitting.raw);
        HmmModel model = hmm.fit(runs);
        model.write(out);
        model.remarks().forEach(r -> command.commandLine().getErr().println("kymograph: " + r));
        command.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%d states, %d runs, %d rows: log-likelihood %.4f, AIC %.4f, BIC %.4f after %d iterations%n",
                        model.states(),
                        runs.runs().size(),
                        runs.rows(),
                        model.logLikelihood(),
                        model.aic(),
                        model.bic(),
                        model.history().length);
        return 0;
    }

    private List<String> features(RunTables tables) {
        List<String> started = init == null ? List.of() : HmmModel.readFeatures(init);
        if (started.isEmpty()) {
            return HmmData.features(tables, fitting.features);
        }
        if (fitting.features != null
                && !HmmData.features(tables, fitting.features).equals(started)) {
            throw new IllegalArgumentException("--features " + String.join(",", fitting.features) + ": the start in "
                    + init + " has " + String.join(",", started));
        }
        return started;
    }
}
