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

    /** Returns whether its preconditioner still follows the chain at a step, which keeps it from sampling the density itself. */
    default boolean adaptsAt(long step) {
        return false;
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
     * G = 1/(√V + δ), Δw = −(ε/2)·G·∇U + √(εG)·z.
     *
     * <p>It is biased at every step size. Where G depends on w, the density stays only if Γ(w) = Σⱼ ∂Gᵢⱼ/∂wⱼ is added to the drift. Li et al. leave Γ out of their
     * experiments, since a step changes V by the share 1 − α only, and the peer library has no such term. But V follows the chain over some 1/(1 − α)
     * steps, and the shorter the steps, the less the chain moves meanwhile: as ε → 0, G becomes a function of w, and the chain samples exp(−U)/G,
     * which favours large gradients. On one quadratic direction with the peer's δ = 0.1 and nβ = 145 that limit is 40 % too high.
     * So λ̂ comes out too high, and extrapolating to ε = 0 makes it worse; where the noise of minibatches dominates V there is less of it. A
     * preconditioner that stops adapting ({@link #rmsprop(double, double, int)}) has no such bias.
     *
     * <p>Source: Li et al., Preconditioned stochastic gradient Langevin dynamics for deep neural networks (2016), sections 3.2 and 4.3.
     *
     * @param decay α, 0 to 1, usually 0.99
     * @param stability δ, above 0, usually 0.1
     * @return the sampler
     */
    static Sampler rmsprop(double decay, double stability) {
        return rmsprop(decay, stability, 0);
    }

    /**
     * Returns Langevin dynamics with the preconditioner of RMSprop that adapts at first only and then stays as it is, so that it has no
     * bias but that of its step size.
     *
     * @param decay α, 0 to 1, usually 0.99
     * @param stability δ, above 0, usually 0.1
     * @param adaptation the steps during which it adapts, all of which should be burn-in; 0 for all
     * @return the sampler
     */
    static Sampler rmsprop(double decay, double stability, int adaptation) {
        return new RmspropSgld(
                Arguments.within("decay", decay, 0.0, 1.0),
                Arguments.positive("stability", stability),
                Arguments.atLeast("adaptation", adaptation, 0));
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
