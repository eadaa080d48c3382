package org.kymograph.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.evaluate.Lanczos.Eigenpair;
import tech.tablesaw.api.Table;

/**
 * What is known of a Hessian's eigenvalues without computing all of them. A smallest eigenvalue far below 0 means a saddle, not a
 * minimum; {@link Lanczos#smallest} gives the direction of descent. Arrays are not copied.
 *
 * @param name what it is the Hessian of, such as the checkpoint
 * @param size its rows
 * @param largest the largest eigenvalues, descending
 * @param residuals how far off each may be
 * @param smallest the smallest eigenvalues, the most negative first
 * @param converged how many of both have converged
 * @param trace an estimate of the sum of all
 * @param traceError its standard error
 * @param places the eigenvalues at which the density is given
 * @param density the density there, which integrates to 1
 * @param densityErrors its standard errors over random probes
 */
public record HessianSpectrum(
        String name,
        int size,
        double[] largest,
        double[] residuals,
        double[] smallest,
        int converged,
        double trace,
        double traceError,
        double[] places,
        double[] density,
        double[] densityErrors) {
    static double[] values(List<Eigenpair> pairs) {
        return pairs.stream().mapToDouble(Eigenpair::value).toArray();
    }

    /**
     * Returns how many of the largest eigenvalues exceed a threshold.
     *
     * @param threshold the threshold
     * @return the count; at most that of the eigenvalues that were computed
     */
    public int above(double threshold) {
        return (int) Arrays.stream(largest).filter(x -> x > threshold).count();
    }

    /** Returns a row per eigenvalue that was computed at the upper end: rank, eigenvalue, residual. */
    public Table table() {
        return Columns.of(name, IntStream.range(0, largest.length).boxed().toList())
                .ints("rank", i -> i + 1)
                .doubles("eigenvalue", i -> largest[i])
                .doubles("residual", i -> residuals[i])
                .table();
    }

    /**
     * Compares Hessians.
     *
     * @param spectra what is known of each
     * @return a row per Hessian: name, size, largest, smallest, trace and its standard error, and the share of the eigenvalues
     *     that were computed which has converged
     */
    public static Table summary(List<HessianSpectrum> spectra) {
        return Columns.of("Hessians", spectra)
                .texts("weights", HessianSpectrum::name)
                .ints("size", HessianSpectrum::size)
                .doubles("largest", s -> s.largest[0])
                .doubles("smallest", s -> s.smallest[0])
                .doubles("trace", HessianSpectrum::trace)
                .doubles("trace, SE", HessianSpectrum::traceError)
                .doubles("converged", s -> s.converged / (double) (s.largest.length + s.smallest.length))
                .table();
    }
}
