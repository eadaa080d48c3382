package org.kymograph.train;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

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
 */
public record Optimizer(
        Kind kind,
        double learningRate,
        double momentum,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        List<Group> groups) {

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
            Pattern.compile(names);
            check("rate", rate, rate >= 0, "at least 0");
            check("weightDecay", weightDecay, weightDecay >= 0, "at least 0");
        }

        boolean holds(String parameter) {
            return Pattern.compile(names).matcher(parameter).find();
        }
    }

    /** Checks the ranges. */
    public Optimizer {
        check("learningRate", learningRate, learningRate >= 0 && Double.isFinite(learningRate), "at least 0");
        check("momentum", momentum, momentum >= 0 && momentum < 1, "from 0 to below 1");
        check("beta1", beta1, beta1 >= 0 && beta1 < 1, "from 0 to below 1");
        check("beta2", beta2, beta2 >= 0 && beta2 < 1, "from 0 to below 1");
        check("epsilon", epsilon, epsilon > 0, "above 0");
        check("weightDecay", weightDecay, weightDecay >= 0 && Double.isFinite(weightDecay), "at least 0");
        groups = List.copyOf(groups);
    }

    private static void check(String name, double value, boolean holds, String range) {
        if (!holds) {
            throw new IllegalArgumentException(name + " " + value + ": must be " + range);
        }
    }

    /**
     * @param learningRate η
     * @return plain SGD
     */
    public static Optimizer sgd(double learningRate) {
        return new Optimizer(Kind.SGD, learningRate, 0, 0.9, 0.999, 1e-8, 0, List.of());
    }

    /**
     * @param learningRate η
     * @return Adam with β = (0.9, 0.999), ε = 1e-8 and no weight decay
     */
    public static Optimizer adam(double learningRate) {
        return new Optimizer(Kind.ADAM, learningRate, 0, 0.9, 0.999, 1e-8, 0, List.of());
    }

    /**
     * @param learningRate η
     * @return AdamW with β = (0.9, 0.999), ε = 1e-8 and weight decay 0.01
     */
    public static Optimizer adamW(double learningRate) {
        return new Optimizer(Kind.ADAMW, learningRate, 0, 0.9, 0.999, 1e-8, 0.01, List.of());
    }

    /**
     * @param momentum SGD's μ
     * @return a copy with that momentum
     */
    public Optimizer withMomentum(double momentum) {
        return new Optimizer(kind, learningRate, momentum, beta1, beta2, epsilon, weightDecay, groups);
    }

    /**
     * @param beta1 the decay of the first moment
     * @param beta2 the decay of the second moment
     * @return a copy with those
     */
    public Optimizer withBetas(double beta1, double beta2) {
        return new Optimizer(kind, learningRate, momentum, beta1, beta2, epsilon, weightDecay, groups);
    }

    /**
     * @param epsilon what Adam adds to the root of the second moment
     * @return a copy with that ε
     */
    public Optimizer withEpsilon(double epsilon) {
        return new Optimizer(kind, learningRate, momentum, beta1, beta2, epsilon, weightDecay, groups);
    }

    /**
     * @param weightDecay λ
     * @return a copy with that weight decay
     */
    public Optimizer withWeightDecay(double weightDecay) {
        return new Optimizer(kind, learningRate, momentum, beta1, beta2, epsilon, weightDecay, groups);
    }

    /**
     * @param group settings for some parameters; groups added earlier come first
     * @return a copy with that group too
     */
    public Optimizer withGroup(Group group) {
        List<Group> more = new ArrayList<>(groups);
        more.add(group);
        return new Optimizer(kind, learningRate, momentum, beta1, beta2, epsilon, weightDecay, more);
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
}
