package org.kymograph.cli.states;

import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.hmm.Hmm;
import picocli.CommandLine.Option;

/** How a command fits hidden Markov models. */
final class HmmFitting {
    private static final int RESTARTS = 5;

    @Option(
            names = "--covariance",
            paramLabel = "FORM",
            defaultValue = "full",
            description = "full, diag, tied or spherical.")
    String covariance;

    @Option(names = "--restarts", description = "Number of random starts (default " + RESTARTS + ").")
    Integer restarts;

    @Option(names = "--iterations", defaultValue = "32", description = "Largest number of updates of EM.")
    int iterations;

    @Option(
            names = "--tolerance",
            paramLabel = "T",
            defaultValue = "0.01",
            description = "EM ends when the log-likelihood gains less; 'none' makes all updates.")
    String tolerance;

    @Option(
            names = "--prior",
            defaultValue = "compat",
            description =
                    "Covariance prior, added to the scatters: 0.01 on every element, as hmmlearn does (compat), or on the "
                            + "diagonal only (ridge), which keeps the covariances of columns that follow from others regular "
                            + "(default ${DEFAULT-VALUE}).")
    String prior;

    @Option(
            names = "--sticky",
            paramLabel = "KAPPA",
            defaultValue = "0",
            description = "Count so many more transitions of each state to itself.")
    double sticky;

    @Option(names = "--left-to-right", description = "Runs start in state 0 and never go back to a smaller number.")
    boolean leftToRight;

    @Option(names = "--seed", defaultValue = "0", description = "Random seed of the starts.")
    long seed;

    @Option(
            names = "--features",
            paramLabel = "NAMES",
            split = ",",
            description = "Columns, or base, ablation, ablation2, ablation3, modular_best or parities_best (default: "
                    + "base, or if a column of it is missing all numeric columns that are no step, epoch, time, loss or accuracy; "
                    + "without columns that are constant in every run).")
    List<String> features;

    @Option(names = "--no-standardize", description = "Take the numbers as they are, not scaled run by run.")
    boolean raw;

    Covariance form() {
        return Covariance.of(covariance);
    }

    /** Returns the settings for that many states. */
    Hmm settings(int states) {
        if (restarts != null) {
            Arguments.atLeast("--restarts", restarts, 1);
        }
        Arguments.atLeast("--iterations", iterations, 1);
        Arguments.atLeast("--sticky", sticky, 0.0);
        Hmm hmm = Hmm.gaussian(states)
                .withCovariance(form())
                .withRestarts(restarts == null ? RESTARTS : restarts)
                .withIterations(iterations)
                .withPrior(Covariance.Prior.of(prior))
                .withSticky(sticky)
                .withSeed(seed);
        hmm = leftToRight ? hmm.withLeftToRight() : hmm;
        return tolerance.equals("none") ? hmm.withoutTolerance() : hmm.withTolerance(gain());
    }

    private double gain() {
        try {
            return Double.parseDouble(tolerance);
        } catch (NumberFormatException e) {
            throw Arguments.unexpected("--tolerance", tolerance, "a number of at least 0, or none");
        }
    }
}
