package org.kymograph.connectivity.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import smile.math.MathEx;

/**
 * Ways to make one model of several that were fine-tuned from one. All are weighted sums in some sense, so a barrier between the
 * models is a reason to expect a bad result: compute the curve first.
 */
public final class Merging {
    private static final double PARALLEL = 0.9995;
    private static final int ITERATIONS = 100;
    private static final double CONVERGED = 1e-10;

    private Merging() {}

    /**
     * Returns the mean of some models, the uniform soup (Wortsman et al. 2022).
     *
     * @param models the models, at least one
     * @return their mean
     */
    public static ParameterVector mean(List<ParameterVector> models) {
        ParameterVector sum = Arguments.notEmpty("models", models).get(0);
        for (ParameterVector m : models.subList(1, models.size())) {
            sum = sum.axpy(1, m);
        }
        return sum.scale(1.0 / models.size());
    }

    /**
     * Returns the greedy soup (Wortsman et al. 2022): models are tried by falling accuracy, and each stays in the mean if the
     * mean's accuracy does not fall. The samples that select must not be those that test.
     *
     * @param objective gives the accuracy
     * @param models the models, at least one
     * @return the mean of those that stayed
     */
    public static ParameterVector greedySoup(Objective objective, List<ParameterVector> models) {
        Arguments.notEmpty("models", models);
        try (ObjectiveSession session = objective.open()) {
            double[] alone = session.accuracies(models);
            List<ParameterVector> kept = new ArrayList<>();
            double best = Double.NEGATIVE_INFINITY;
            for (int i : IntStream.range(0, alone.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(m -> -alone[m]))
                    .toList()) {
                kept.add(models.get(i));
                double now = session.accuracies(List.of(mean(kept)))[0];
                if (now < best) {
                    kept.remove(kept.size() - 1);
                } else {
                    best = now;
                }
            }
            return mean(kept);
        }
    }

    /**
     * Interpolates on the great circle between two models' directions and linearly between their norms where the angle is small.
     *
     * @param from the model at t = 0
     * @param to the model at t = 1
     * @param t the position, 0 to 1
     * @return sin((1 − t)Ω)/sin Ω·from + sin(tΩ)/sin Ω·to, Ω the angle between them
     */
    public static ParameterVector slerp(ParameterVector from, ParameterVector to, double t) {
        Arguments.within("t", t, 0.0, 1.0);
        double cos = from.dot(to) / from.norm() / to.norm();
        if (!(Math.abs(cos) < PARALLEL)) {
            return from.lerp(to, t);
        }
        double angle = Math.acos(cos);
        return from.scale(Math.sin((1 - t) * angle) / Math.sin(angle)).axpy(Math.sin(t * angle) / Math.sin(angle), to);
    }

    /**
     * Returns the Karcher mean of the models' directions, the point of the sphere with the least sum of squared angles to them, at the
     * mean of their norms; each parameter tensor by itself.
     *
     * @param models the models, at least one
     * @return the mean
     */
    public static ParameterVector karcherMean(List<ParameterVector> models) {
        double[] out = mean(models).toArray();
        for (Segment s : models.get(0).segments()) {
            double[][] x = models.stream().map(m -> m.segment(s.name())).toArray(double[][]::new);
            double[] norms = Arrays.stream(x).mapToDouble(MathEx::norm2).toArray();
            double radius = Arrays.stream(norms).average().orElseThrow();
            double[] mean = Arrays.copyOfRange(out, s.offset(), s.offset() + s.length());
            if (MathEx.norm2(mean) == 0 || Arrays.stream(norms).anyMatch(n -> n == 0)) {
                continue;
            }
            scale(mean, 1 / MathEx.norm2(mean));
            for (int iteration = 0; iteration < ITERATIONS; iteration++) {
                double[] tangent = new double[mean.length];
                for (int m = 0; m < x.length; m++) {
                    double cos = Math.max(-1, Math.min(1, MathEx.dot(mean, x[m]) / norms[m]));
                    double angle = Math.acos(cos);
                    double factor = angle < 1e-12 ? 1 : angle / Math.sin(angle);
                    for (int i = 0; i < tangent.length; i++) {
                        tangent[i] += factor * (x[m][i] / norms[m] - cos * mean[i]) / x.length;
                    }
                }
                double step = MathEx.norm2(tangent);
                for (int i = 0; step > 0 && i < mean.length; i++) {
                    mean[i] = Math.cos(step) * mean[i] + Math.sin(step) * tangent[i] / step;
                }
                if (step < CONVERGED) {
                    break;
                }
            }
            for (int i = 0; i < mean.length; i++) {
                out[s.offset() + i] = radius * mean[i];
            }
        }
        return models.get(0).withValues(out);
    }

    private static void scale(double[] a, double by) {
        Arrays.setAll(a, i -> a[i] * by);
    }

    /**
     * Adds task vectors to the base (Ilharco et al. 2023).
     *
     * @param base the model that all were fine-tuned from
     * @param models the models
     * @param factor the factor λ on the sum of the task vectors
     * @return base + λ Σ (model − base)
     */
    public static ParameterVector taskArithmetic(ParameterVector base, List<ParameterVector> models, double factor) {
        ParameterVector out = base;
        for (ParameterVector m : models) {
            out = out.axpy(factor, m.axpy(-1, base));
        }
        return out;
    }

    /**
     * Merges by TIES (Yadav et al. 2023): of each task vector the largest elements are kept, each element's sign is elected by the
     * sum over models, and the elements of that sign are averaged.
     *
     * @param base the model that all were fine-tuned from
     * @param models the models
     * @param density the share of a task vector's elements that is kept, above 0 to 1
     * @param factor the factor λ on the merged task vector
     * @return the merged model
     */
    public static ParameterVector ties(
            ParameterVector base, List<ParameterVector> models, double density, double factor) {
        Arguments.check(density > 0 && density <= 1, "density", density, "above 0, at most 1");
        double[][] tasks = models.stream()
                .map(m -> trimmed(m.axpy(-1, base).toArray(), density))
                .toArray(double[][]::new);
        double[] out = new double[base.size()];
        for (int i = 0; i < out.length; i++) {
            double elected = 0;
            for (double[] task : tasks) {
                elected += task[i];
            }
            double sum = 0;
            int agree = 0;
            for (double[] task : tasks) {
                if (task[i] * elected > 0) {
                    sum += task[i];
                    agree++;
                }
            }
            out[i] = agree == 0 ? 0 : sum / agree;
        }
        return base.axpy(factor, base.withValues(out));
    }

    private static double[] trimmed(double[] task, double density) {
        double[] sizes = Arrays.stream(task).map(Math::abs).sorted().toArray();
        int kept = (int) Math.max(1, Math.round(density * task.length));
        double least = sizes[task.length - kept];
        return Arrays.stream(task).map(v -> Math.abs(v) < least ? 0 : v).toArray();
    }

    /**
     * Merges by DARE (Yu et al. 2024): elements of each task vector are dropped at random and the others scaled up, then averaged.
     *
     * @param base the model that all were fine-tuned from
     * @param models the models
     * @param drop the probability p of dropping an element, 0 to below 1
     * @param factor the factor λ on the mean of the task vectors
     * @param seed the random seed
     * @return base + λ·mean of dropped (model − base)/(1 − p)
     */
    public static ParameterVector dare(
            ParameterVector base, List<ParameterVector> models, double drop, double factor, long seed) {
        Arguments.check(drop >= 0 && drop < 1, "drop", drop, "0 to below 1");
        RandomGenerator random = Streams.of(seed, "dare");
        ParameterVector out = base;
        for (ParameterVector m : models) {
            double[] task = m.axpy(-1, base).toArray();
            Arrays.setAll(task, i -> random.nextDouble() < drop ? 0 : task[i] / (1 - drop));
            out = out.axpy(factor / models.size(), base.withValues(task));
        }
        return out;
    }

    /**
     * Merges by model stock (Jang et al. 2024): each parameter tensor lies between the base and the models' mean, the nearer to the
     * mean the smaller the angle between the task vectors, t = k cos θ/((k − 1) cos θ + 1) for k models.
     *
     * @param base the model that all were fine-tuned from
     * @param models the models, at least two
     * @return the merged model
     */
    public static ParameterVector modelStock(ParameterVector base, List<ParameterVector> models) {
        int k = models.size();
        Arguments.check(k >= 2, "the number of models", k, "at least 2");
        double[] mean = mean(models).toArray();
        double[] out = base.toArray();
        for (Segment s : base.segments()) {
            double[] from = base.segment(s.name());
            double[][] tasks = models.stream()
                    .map(m -> {
                        double[] w = m.segment(s.name());
                        Arrays.setAll(w, i -> w[i] - from[i]);
                        return w;
                    })
                    .toArray(double[][]::new);
            double cos = 0;
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < i; j++) {
                    double norms = MathEx.norm2(tasks[i]) * MathEx.norm2(tasks[j]);
                    cos += norms == 0 ? 0 : MathEx.dot(tasks[i], tasks[j]) / norms / (k * (k - 1) / 2.0);
                }
            }
            double t = Math.max(0, Math.min(1, k * cos / ((k - 1) * cos + 1)));
            for (int i = s.offset(); i < s.offset() + s.length(); i++) {
                out[i] = t * mean[i] + (1 - t) * out[i];
            }
        }
        return base.withValues(out);
    }
}
