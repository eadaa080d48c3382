package org.kymograph.degeneracy.sampling;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.NormalStream;
import org.kymograph.base.Streams;

/** Chains that move in step on one thread, so that their gradients are computed as one stack. What a {@link Sampler} works on. */
public final class Ensemble {
    // Below this norm a gradient has no direction to be orthogonal to.
    private static final double CRITICAL = 1e-12;

    private final List<Chain> chains;
    private final LossSurface.Session session;
    private final GradientEstimate estimate;
    private final StepSchedule schedule;
    private final int samples;
    private final double[][] positions;
    private final double[][] gradients;
    private final double[] startLosses;
    private final double[][] directions;
    private final NormalStream[] noise;
    private final Map<Long, RandomGenerator> batches = new HashMap<>();
    private final double[] normals;
    private final int[] divergedAt;
    private final double[] accepted;
    private final long[] proposed;
    private int step;

    Ensemble(
            List<Chain> chains,
            LossSurface.Session session,
            GradientEstimate estimate,
            StepSchedule schedule,
            int samples) {
        this.chains = chains;
        this.session = session;
        this.estimate = estimate;
        this.schedule = schedule;
        this.samples = samples;
        int p = chains.get(0).start().length;
        positions = chains.stream().map(c -> c.start().clone()).toArray(double[][]::new);
        gradients = new double[chains.size()][p];
        normals = new double[p];
        noise = new NormalStream[chains.size()];
        divergedAt = new int[chains.size()];
        Arrays.fill(divergedAt, -1);
        accepted = new double[chains.size()];
        proposed = new long[chains.size()];
        directions = new double[chains.size()][];
        for (int r = 0; r < noise.length; r++) {
            noise[r] = new NormalStream(chains.get(r).seed(), "noise");
            long seed = chains.get(r).batchSeed();
            batches.computeIfAbsent(seed, s -> Streams.of(s, "batches"));
        }
        boolean orthogonal = chains.stream().anyMatch(Chain::orthogonal);
        startLosses = orthogonal ? session.gradients(positions, null, gradients) : session.losses(positions);
        for (int r = 0; r < noise.length; r++) {
            if (chains.get(r).orthogonal()) {
                directions[r] = direction(gradients[r], chains.get(r).subspace());
            }
        }
    }

    private static double[] direction(double[] gradient, Subspace subspace) {
        double[] g = gradient.clone();
        if (subspace != null) {
            subspace.project(g);
        }
        double norm = Math.sqrt(Metropolis.square(g));
        return norm < CRITICAL ? null : Arrays.stream(g).map(x -> x / norm).toArray();
    }

    /** Returns the number of chains. */
    public int size() {
        return positions.length;
    }

    /** Returns P, the number of parameters. */
    public int dimension() {
        return normals.length;
    }

    /** Returns the number of directions that a chain moves in: P, less what its subspace and its hyperplane forbid. */
    public int freedom(int chain) {
        Subspace subspace = chains.get(chain).subspace();
        int moving = subspace == null ? dimension() : subspace.dimension();
        return directions[chain] == null ? moving : Math.max(1, moving - 1);
    }

    /** Returns the step size of a chain at this step. */
    public double stepSize(int chain) {
        return chains.get(chain).stepSize() * schedule.factor(step);
    }

    /** Returns where a chain is: the array itself, to be changed by {@link #move} only. */
    public double[] position(int chain) {
        return positions[chain];
    }

    /** Returns the gradient of a chain's loss that {@link #evaluate()} computed: the array itself. */
    public double[] gradient(int chain) {
        return gradients[chain];
    }

    /**
     * Computes losses and gradients where the chains are, of a new batch if the gradient is estimated from batches.
     *
     * @return the mean loss of each chain over its batch
     */
    public double[] evaluate() {
        double[] losses = evaluate(positions, gradients);
        for (int r = 0; r < losses.length; r++) {
            if (divergedAt[r] < 0 && !Double.isFinite(losses[r])) {
                divergedAt[r] = step;
            }
            if (divergedAt[r] >= 0) {
                // What has diverged waits where it began, since NaN would only slow the others down.
                System.arraycopy(chains.get(r).start(), 0, positions[r], 0, normals.length);
                losses[r] = Double.NaN;
            }
        }
        return losses;
    }

    /**
     * Computes losses and gradients elsewhere, such as at proposals.
     *
     * @param at a point for each chain
     * @param into where the gradients are put
     * @return the mean loss at each
     */
    public double[] evaluate(double[][] at, double[][] into) {
        return session.gradients(at, rows(), into);
    }

    private int[][] rows() {
        if (estimate.isFull()) {
            return null;
        }
        Map<Long, int[]> drawn = new HashMap<>();
        batches.forEach((seed, random) -> {
            int[] rows = new int[estimate.batch()];
            Arrays.setAll(rows, i -> Streams.below(random, samples));
            drawn.put(seed, rows);
        });
        return chains.stream().map(c -> drawn.get(c.batchSeed())).toArray(int[][]::new);
    }

    /**
     * Draws standard normal numbers from a chain's stream.
     *
     * @param chain the chain
     * @return P numbers, in an array that the next call overwrites
     */
    public double[] noise(int chain) {
        noise[chain].fill(normals);
        return normals;
    }

    /** Draws a number from 0 to below 1 from a chain's stream. */
    public double uniform(int chain) {
        return noise[chain].uniform();
    }

    /**
     * Computes ∇U, the gradient of the whole negative log density.
     *
     * @param chain the chain
     * @param at a point
     * @param gradient the loss's gradient there
     * @param out where ∇U is put
     */
    public void force(int chain, double[] at, double[] gradient, double[] out) {
        LocalPosterior p = chains.get(chain).posterior();
        double[] w0 = chains.get(chain).start();
        double beta = p.inverseTemperature();
        double decay = beta * p.weightDecay();
        double gamma = p.localization();
        for (int i = 0; i < out.length; i++) {
            out[i] = beta * gradient[i] + decay * at[i] + gamma * (at[i] - w0[i]);
        }
    }

    /** Returns U, the negative log density without its constant, at a point of that loss. */
    public double energy(int chain, double[] at, double loss) {
        LocalPosterior p = chains.get(chain).posterior();
        double[] w0 = chains.get(chain).start();
        double norm = 0;
        double distance = 0;
        for (int i = 0; i < at.length; i++) {
            norm += at[i] * at[i];
            double d = at[i] - w0[i];
            distance += d * d;
        }
        return p.inverseTemperature() * (loss + p.weightDecay() / 2 * norm) + p.localization() / 2 * distance;
    }

    /** Computes −(ε/2)∇U + √ε·z where a chain is; {@code out} may be {@code z}. */
    void langevin(int chain, double[] gradient, double[] z, double[] out) {
        LocalPosterior p = chains.get(chain).posterior();
        double[] w = positions[chain];
        double[] w0 = chains.get(chain).start();
        double step = stepSize(chain);
        double scale = Math.sqrt(step);
        double beta = step / 2 * p.inverseTemperature();
        double decay = beta * p.weightDecay();
        double gamma = step / 2 * p.localization();
        for (int i = 0; i < w.length; i++) {
            out[i] = scale * z[i] - beta * gradient[i] - decay * w[i] - gamma * (w[i] - w0[i]);
        }
    }

    /** Takes out of a direction what a chain's subspace and its hyperplane forbid. */
    public void project(int chain, double[] v) {
        Subspace subspace = chains.get(chain).subspace();
        if (subspace != null) {
            subspace.project(v);
        }
        double[] d = directions[chain];
        if (d != null) {
            double dot = dot(d, v);
            for (int i = 0; i < v.length; i++) {
                v[i] -= dot * d[i];
            }
        }
    }

    // Four sums, which the processor adds at the same time.
    private static double dot(double[] a, double[] b) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            s0 += a[i] * b[i];
        }
        return s0 + s1 + (s2 + s3);
    }

    /**
     * Moves a chain, within its subspace, its hyperplane and its box.
     *
     * @param chain the chain
     * @param by the step; what the subspace and the hyperplane forbid is taken out of it, and where it meets a wall of the box its sign is changed
     */
    public void move(int chain, double[] by) {
        double[] w = positions[chain];
        project(chain, by);
        for (int i = 0; i < w.length; i++) {
            w[i] += by[i];
        }
        if (chains.get(chain).posterior().edge() == LocalPosterior.Edge.REFLECT) {
            reflect(chain, w, by);
        } else if (!isInside(chain, w)) {
            clamp(chain, w, by);
        }
    }

    private void clamp(int chain, double[] w, double[] by) {
        double box = chains.get(chain).posterior().box();
        double[] w0 = chains.get(chain).start();
        for (int i = 0; i < w.length; i++) {
            if (Math.abs(w[i] - w0[i]) > box) {
                w[i] = w0[i] + Math.copySign(box, w[i] - w0[i]);
                by[i] = -by[i];
            }
        }
    }

    /** Mirrors a point at the walls of a chain's box, and changes the signs of the momenta that met one. */
    void reflect(int chain, double[] at, double[] momentum) {
        double box = chains.get(chain).posterior().box();
        if (box == Double.POSITIVE_INFINITY) {
            return;
        }
        double[] w0 = chains.get(chain).start();
        for (int i = 0; i < at.length; i++) {
            double d = at[i] - w0[i];
            if (Math.abs(d) > box && Double.isFinite(d)) {
                // Folded into one period of the mirror images, −box … 3·box; the second half of it is mirrored.
                double folded = d + box - 4 * box * Math.floor((d + box) / (4 * box));
                boolean mirrored = folded > 2 * box;
                at[i] = w0[i] + (mirrored ? 3 * box - folded : folded - box);
                momentum[i] = mirrored ? -momentum[i] : momentum[i];
            }
        }
    }

    /** Returns whether a point lies in a chain's box. */
    public boolean isInside(int chain, double[] at) {
        double box = chains.get(chain).posterior().box();
        double[] w0 = chains.get(chain).start();
        boolean inside = true;
        for (int i = 0; box < Double.POSITIVE_INFINITY && i < at.length; i++) {
            inside &= Math.abs(at[i] - w0[i]) <= box;
        }
        return inside;
    }

    /** Puts a chain onto a proposal, whose gradient becomes the chain's. */
    void accept(int chain, double[] to, double[] gradient) {
        System.arraycopy(to, 0, positions[chain], 0, to.length);
        gradients[chain] = gradient;
    }

    /** Counts a proposal and the probability with which it is accepted. */
    void count(int chain, double probability) {
        accepted[chain] += probability;
        proposed[chain]++;
    }

    /** Returns the mean probability with which proposals were accepted, NaN if there were none. */
    double acceptance(int chain) {
        return accepted[chain] / proposed[chain];
    }

    double startLoss(int chain) {
        return startLosses[chain];
    }

    int divergedAt(int chain) {
        return divergedAt[chain];
    }

    double distance(int chain) {
        double[] w0 = chains.get(chain).start();
        double sum = 0;
        for (int i = 0; i < w0.length; i++) {
            double d = positions[chain][i] - w0[i];
            sum += d * d;
        }
        return Math.sqrt(sum);
    }

    double[][] positions() {
        return positions;
    }

    /** Computes full gradients where the chains are, for what looks at chains from outside. */
    double[] fullGradients(double[][] at, double[][] into) {
        return session.gradients(at, null, into);
    }

    void next() {
        step++;
    }
}
