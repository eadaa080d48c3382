package org.kymograph.connectivity.sharpness;

import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.evaluate.HessianOperator;
import org.kymograph.evaluate.Lanczos;
import org.kymograph.evaluate.Lanczos.Eigenpair;
import org.kymograph.evaluate.SpectralDensity;
import org.kymograph.evaluate.XTrace;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import tech.tablesaw.api.Table;

/**
 * The sharpness of a model by the Hessian of its loss, in double precision: the ends of the spectrum, the trace, and the density
 * of eigenvalues. A smallest eigenvalue far below 0 tells a saddle, and its vector the direction of descent. Immutable.
 *
 * <p>It is useless where the loss has kinks within reach of the differences, as with ReLU, and it changes with the scale of
 * parameters though the function does not.
 *
 * @param largest the largest eigenvalue, with vector and residual
 * @param smallest the smallest
 * @param trace the trace with its standard error
 * @param density the density of eigenvalues
 */
public record HessianSharpness(Eigenpair largest, Eigenpair smallest, XTrace trace, SpectralDensity density) {
    private static final int PROBES = 8;
    private static final int STEPS = 40;
    private static final int PLACES = 200;

    /**
     * Measures a model.
     *
     * @param objective the network, the loss and the samples; its precision does not matter
     * @param model the parameters
     * @param products the Hessian products for the trace, at least 4, and the most for each end of the spectrum
     * @param seed the random seed
     * @return the sharpness
     */
    public static HessianSharpness of(Objective objective, ParameterVector model, int products, long seed) {
        Arguments.atLeast("products", products, 4);
        try (ObjectiveSession session = objective.withDtype(Dtype.F64).open()) {
            HessianOperator hessian = HessianOperator.of(session, model);
            Lanczos lanczos = Lanczos.withDefaults().withIterations(products).withSeed(seed);
            return new HessianSharpness(
                    lanczos.largest(hessian, 1).get(0),
                    lanczos.smallest(hessian, 1).get(0),
                    XTrace.of(hessian, Math.min(products, hessian.size()), seed),
                    SpectralDensity.of(hessian, PROBES, Math.min(STEPS, hessian.size()), seed));
        }
    }

    /**
     * Returns the density of eigenvalues, smoothed by a Gaussian of a hundredth of the spectrum's width.
     *
     * @return columns {@code eigenvalue} and {@code density}
     */
    public Table spectrum() {
        double width = Math.max(largest.value() - smallest.value(), Double.MIN_NORMAL) / 100;
        double low = smallest.value() - 4 * width;
        double step = (largest.value() + 4 * width - low) / (PLACES - 1);
        double[] places = Columns.numbers(PLACES, i -> low + i * step);
        double[] found = density.density(places, width);
        return Columns.of("spectral density", PLACES)
                .doubles("eigenvalue", i -> places[i])
                .doubles("density", i -> found[i])
                .table();
    }

    /**
     * Returns the numbers as a table.
     *
     * @return one row
     */
    public Table table() {
        return Columns.of("Hessian", List.of(this))
                .doubles("largest eigenvalue", s -> s.largest.value())
                .flags("converged", s -> s.largest.converged() && s.smallest.converged())
                .doubles("smallest eigenvalue", s -> s.smallest.value())
                .doubles("trace", s -> s.trace.trace())
                .doubles("standard error of the trace", s -> s.trace.standardError())
                .table();
    }
}
