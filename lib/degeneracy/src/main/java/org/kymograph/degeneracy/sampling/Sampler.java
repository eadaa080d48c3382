package org.kymograph.degeneracy.sampling;

import org.kymograph.base.Arguments;

/** The dynamics of chains: a sampler is one step, made of gradients, noise and moves of an {@link Ensemble}. */
public interface Sampler {
    /** A step of all chains of an ensemble. */
    @FunctionalInterface
    interface Step {
        /**
         * Moves every chain once.
         *
         * @return the loss of each chain, as the gradient's estimate has it, before the move
         */
        double[] run();
    }

    /**
     * Prepares chains.
     *
     * @param chains the chains, at their starts
     * @return what moves them a step
     */
    Step start(Ensemble chains);

    /** Returns the sampler's name, such as {@code "sgld"}. */
    String name();

    /** Returns how many vectors of P numbers it keeps for each chain beside its position and its gradient. */
    default int vectors() {
        return 0;
    }

    /** Returns whether its steps are accepted or refused by the exact loss, so that it needs full gradients. */
    default boolean exact() {
        return false;
    }

    /**
     * Returns stochastic gradient Langevin dynamics, Δw = −(ε/2)∇U(w) + √ε·z.
     *
     * <p>Source: Welling and Teh (2011).
     *
     * @return the sampler
     */
    static Sampler sgld() {
        return new Sgld();
    }

    /**
     * Returns Langevin dynamics with the preconditioner of RMSprop: V ← αV + (1−α)g² with the loss's gradient g,
     * G = 1/(√V + δ), Δw = −(ε/2)·G·∇U + √(εG)·z. The term for the change of G is left out, as is usual.
     *
     * <p>Source: Li et al., Preconditioned stochastic gradient Langevin dynamics (2016).
     *
     * @param decay α, 0 to 1, usually 0.99
     * @param stability δ, above 0, usually 0.1
     * @return the sampler
     */
    static Sampler rmsprop(double decay, double stability) {
        return new RmspropSgld(Arguments.within("decay", decay, 0.0, 1.0), Arguments.positive("stability", stability));
    }

    /**
     * Returns the stochastic gradient Nosé–Hoover thermostat: momenta v and a friction ξ of each chain that adapts to the noise of the
     * gradients; v ← v − ε∇U − ξv + √(2Aε)·z, w ← w + v, ξ ← ξ + mean(v²) − ε.
     *
     * <p>Source: Ding et al., Bayesian sampling using stochastic gradient thermostats (2014).
     *
     * @param friction A, above 0, usually 0.01: where ξ starts, and the noise that is added
     * @return the sampler
     */
    static Sampler sgnht(double friction) {
        return new Sgnht(Arguments.positive("friction", friction));
    }

    /**
     * Returns Langevin steps that are accepted or refused by Metropolis and Hastings' rule: without bias at any step size, but it needs the
     * full gradient.
     *
     * <p>Source: Roberts and Tweedie, Exponential convergence of Langevin distributions (1996).
     *
     * @return the sampler
     */
    static Sampler mala() {
        return new Mala();
    }

    /**
     * Returns Hamiltonian Monte Carlo with leapfrog steps of length √ε, times a number between 0.8 and 1.2 that is drawn for each
     * proposal; it needs the full gradient. With one leapfrog step it would be MALA.
     *
     * <p>Source: Neal, MCMC using Hamiltonian dynamics (2011).
     *
     * @param leapfrogs the leapfrog steps of a proposal, at least 1, usually 10
     * @return the sampler
     */
    static Sampler hmc(int leapfrogs) {
        return new Hmc(Arguments.atLeast("leapfrogs", leapfrogs, 1));
    }
}
