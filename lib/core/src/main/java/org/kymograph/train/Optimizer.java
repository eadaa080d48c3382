package org.kymograph.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.record.files.Json;

/**
 * An optimiser's settings, with PyTorch's meaning: SGD with momentum and coupled weight decay (L2), Adam with coupled
 * weight decay, AdamW with decoupled weight decay.
 *
 * @param kind the algorithm
 * @param learningRate η, at least 0
 * @param momentum SGD's μ, 0 to below 1
 * @param beta1 Adam's decay of the first moment, 0 to below 1
 * @param beta2 Adam's decay of the second moment, 0 to below 1
 * @param epsilon what Adam adds to the root of the second moment, above 0
 * @param weightDecay λ, at least 0
 * @param groups parameters with settings of their own; the first group whose pattern occurs in a name holds
 * @param biasCorrection whether Adam's moments are divided by 1 − βᵗ, as in the paper; BERT was fine-tuned without
 * @param undecayedSteps how many steps at the end of a training are taken without weight decay, at least 0
 */
public record Optimizer(
        Kind kind,
        double learningRate,
        double momentum,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        List<Group> groups,
        boolean biasCorrection,
        long undecayedSteps) {

    /** The algorithms. */
    public enum Kind {
        /** Stochastic gradient descent. */
        SGD,
        /** Adam; weight decay is added to the gradient. */
        ADAM,
        /** AdamW; weight decay shrinks the weights by η·λ before the step. */
        ADAMW
    }

    /**
     * Parameters with a learning rate and weight decay of their own.
     *
     * @param names a regular expression that occurs in the names of the group's parameters
     * @param rate the factor on the learning rate, at least 0; 0 freezes them
     * @param weightDecay their λ, at least 0
     */
    public record Group(String names, double rate, double weightDecay) {
        /** Checks the ranges. */
        public Group {
            Arguments.pattern("names", names);
            Arguments.check(rate >= 0, "rate", rate, "at least 0");
            Arguments.check(weightDecay >= 0, "weightDecay", weightDecay, "at least 0");
        }

        boolean holds(String parameter) {
            return Pattern.compile(names).matcher(parameter).find();
        }
    }

    /** Checks the ranges. */
    public Optimizer {
        Arguments.atLeast("learningRate", learningRate, 0);
        decay("momentum", momentum);
        decay("beta1", beta1);
        decay("beta2", beta2);
        Arguments.check(epsilon > 0, "epsilon", epsilon, "above 0");
        Arguments.atLeast("weightDecay", weightDecay, 0);
        groups = List.copyOf(groups);
        Arguments.atLeast("undecayedSteps", undecayedSteps, 0);
    }

    /**
     * Returns a learning rate rounded to twelve digits: a tenth of 0.003 is 0.0003 then, in tables as in the names of runs.
     *
     * @param rate the rate, finite
     * @return the nearest number of twelve digits
     */
    public static double rounded(double rate) {
        return new BigDecimal(rate).round(new MathContext(12)).doubleValue();
    }

    /**
     * Returns a learning rate as people write it, {@code 0.0003} and not {@code 3.0E-4}.
     *
     * @param rate the rate, finite
     * @return the number with all its decimals
     */
    public static String text(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }

    private static void decay(String name, double value) {
        Arguments.check(value >= 0 && value < 1, name, value, "from 0 to below 1");
    }

    /**
     * Returns plain SGD.
     *
     * @param learningRate η
     * @return plain SGD
     */
    public static Optimizer sgd(double learningRate) {
        return new Optimizer(Kind.SGD, learningRate, 0, 0.9, 0.999, 1e-8, 0, List.of(), true, 0);
    }

    /**
     * Returns Adam.
     *
     * @param learningRate η
     * @return Adam with β = (0.9, 0.999), ε = 1e-8 and no weight decay
     */
    public static Optimizer adam(double learningRate) {
        return new Optimizer(Kind.ADAM, learningRate, 0, 0.9, 0.999, 1e-8, 0, List.of(), true, 0);
    }

    /**
     * Returns AdamW.
     *
     * @param learningRate η
     * @return AdamW with β = (0.9, 0.999), ε = 1e-8 and weight decay 0.01
     */
    public static Optimizer adamW(double learningRate) {
        return new Optimizer(Kind.ADAMW, learningRate, 0, 0.9, 0.999, 1e-8, 0.01, List.of(), true, 0);
    }

    /**
     * Returns a copy with another momentum.
     *
     * @param momentum SGD's μ
     * @return a copy with that momentum
     */
    public Optimizer withMomentum(double momentum) {
        return Copies.with(this, "momentum", momentum);
    }

    /**
     * Returns a copy with other decays of the moments.
     *
     * @param beta1 the decay of the first moment
     * @param beta2 the decay of the second moment
     * @return a copy with those
     */
    public Optimizer withBetas(double beta1, double beta2) {
        return Copies.with(Copies.with(this, "beta1", beta1), "beta2", beta2);
    }

    /**
     * Returns a copy with another ε.
     *
     * @param epsilon what Adam adds to the root of the second moment
     * @return a copy with that ε
     */
    public Optimizer withEpsilon(double epsilon) {
        return Copies.with(this, "epsilon", epsilon);
    }

    /**
     * Returns a copy with another weight decay.
     *
     * @param weightDecay λ
     * @return a copy with that weight decay
     */
    public Optimizer withWeightDecay(double weightDecay) {
        return Copies.with(this, "weightDecay", weightDecay);
    }

    /**
     * Returns a copy with a group of parameters that have settings of their own.
     *
     * @param group settings for some parameters; groups added earlier come first
     * @return a copy with that group too
     */
    public Optimizer withGroup(Group group) {
        List<Group> more = new ArrayList<>(groups);
        more.add(group);
        return Copies.with(this, "groups", more);
    }

    /**
     * Spares biases and BERT's layer norms the weight decay, as fine-tuning usually does: parameters named
     * {@code …bias} or {@code …LayerNorm.weight}.
     *
     * @return a copy with a group of them
     */
    public Optimizer withoutDecayOfBiasesAndNorms() {
        return withGroup(new Group("(^|\\.)bias$|LayerNorm\\.weight$", 1, 0));
    }

    /**
     * Returns a copy with or without Adam's bias correction.
     *
     * @param biasCorrection whether the moments are divided by 1 − βᵗ; without, the first steps are shorter
     * @return a copy with that
     */
    public Optimizer withBiasCorrection(boolean biasCorrection) {
        return Copies.with(this, "biasCorrection", biasCorrection);
    }

    /**
     * Returns a copy whose last steps are taken without weight decay.
     *
     * @param undecayedSteps how many steps at the end of a training, at least 0
     * @return a copy with that
     */
    public Optimizer withUndecayedSteps(long undecayedSteps) {
        return Copies.with(this, "undecayedSteps", undecayedSteps);
    }

    /** Returns what {@code run.json} says of it: runs with bias correction, or with decay to the end, don't mention that, as ever. */
    ObjectNode setting() {
        ObjectNode all = (ObjectNode) Json.tree(this);
        if (biasCorrection) {
            all.remove("biasCorrection");
        }
        if (undecayedSteps == 0) {
            all.remove("undecayedSteps");
        }
        return all;
    }
}
