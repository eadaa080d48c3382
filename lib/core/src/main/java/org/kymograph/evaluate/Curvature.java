package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Progress;
import org.kymograph.evaluate.Lanczos.Eigenpair;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;

/**
 * How a loss is curved at given weights, computed in float64 from products of its Hessian with vectors: the ends of the spectrum by
 * Lanczos' iteration, the trace, and the density of all eigenvalues.
 *
 * <p>It is useless where the loss has kinks within reach of the differences, as with ReLU, and says nothing about directions in
 * which the loss is flatter than quadratic. Eigenvalues change with the scale of parameters though the function may not.
 *
 * @param eigenvalues how many of the largest eigenvalues, at least 1
 * @param iterations the most products for each end of the spectrum, at least 1
 * @param products the products for the trace, at least 4
 * @param steps the steps of each of 8 random probes for the density, at least 1
 * @param block a regular expression that occurs in the names of the parameters whose block of the Hessian is meant; empty for all
 * @param seed the random seed
 */
public record Curvature(int eigenvalues, int iterations, int products, int steps, String block, long seed) {
    private static final int SMALLEST = 5;
    private static final int PROBES = 8;
    private static final int PLACES = 400;
    private static final double TOLERANCE = 1e-5;

    /** Checks the ranges. */
    public Curvature {
        Arguments.atLeast("eigenvalues", eigenvalues, 1);
        Arguments.atLeast("iterations", iterations, 1);
        Arguments.atLeast("products", products, 4);
        Arguments.atLeast("steps", steps, 1);
        Arguments.pattern("block", block);
    }

    /** Returns settings for the 70 largest eigenvalues of all parameters. */
    public static Curvature withDefaults() {
        return new Curvature(70, 300, 100, 60, "", 0);
    }

    /** Returns a copy with another number of eigenvalues. */
    public Curvature withEigenvalues(int eigenvalues) {
        return Copies.with(this, "eigenvalues", eigenvalues);
    }

    /** Returns a copy with another largest number of products for each end of the spectrum. */
    public Curvature withIterations(int iterations) {
        return Copies.with(this, "iterations", iterations);
    }

    /** Returns a copy with another number of products for the trace. */
    public Curvature withProducts(int products) {
        return Copies.with(this, "products", products);
    }

    /** Returns a copy with other steps of each probe for the density. */
    public Curvature withSteps(int steps) {
        return Copies.with(this, "steps", steps);
    }

    /** Returns a copy for the block of the parameters in whose names a regular expression occurs. */
    public Curvature withBlock(String block) {
        return Copies.with(this, "block", block);
    }

    /** Returns a copy with another random seed. */
    public Curvature withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }

    /**
     * Computes the curvature at given weights.
     *
     * @param name what to call the weights
     * @param objective the loss; its precision does not matter
     * @param at the weights
     * @return the spectrum
     * @throws IllegalArgumentException if the block's expression occurs in no parameter's name
     */
    public HessianSpectrum of(String name, Objective objective, ParameterVector at) {
        try (ObjectiveSession session = objective.withDtype(Dtype.F64).open()) {
            return of(name, session, at);
        }
    }

    private HessianSpectrum of(String name, ObjectiveSession session, ParameterVector at) {
        HessianOperator whole = HessianOperator.of(session, at);
        return of(name, block.isEmpty() ? whole : whole.restrictedTo(at.mask("block", block)));
    }

    /**
     * Computes what is known of an operator's eigenvalues.
     *
     * @param name what to call it
     * @param hessian the operator
     * @return the spectrum
     */
    public HessianSpectrum of(String name, HessianOperator hessian) {
        Lanczos lanczos = new Lanczos(iterations, TOLERANCE, seed);
        List<Eigenpair> largest = lanczos.largest(hessian, Math.min(eigenvalues, hessian.size()));
        List<Eigenpair> smallest = lanczos.smallest(hessian, Math.min(SMALLEST, hessian.size()));
        XTrace trace = XTrace.of(hessian, products, seed);
        SpectralDensity density = SpectralDensity.of(hessian, PROBES, steps, seed);
        double low = smallest.get(0).value();
        double high = largest.get(0).value();
        double width = Math.max(high - low, Double.MIN_NORMAL) / 100;
        double[] places = DoubleStream.iterate(low - 4 * width, x -> x + (high - low + 8 * width) / (PLACES - 1))
                .limit(PLACES)
                .toArray();
        return new HessianSpectrum(
                name,
                hessian.size(),
                HessianSpectrum.values(largest),
                largest.stream().mapToDouble(Eigenpair::residual).toArray(),
                HessianSpectrum.values(smallest),
                (int) Stream.concat(largest.stream(), smallest.stream())
                        .filter(Eigenpair::converged)
                        .count(),
                trace.trace(),
                trace.standardError(),
                places,
                density.density(places, width),
                density.standardErrors(places, width));
    }

    /** Returns the name of the reading that {@link #along} writes: {@code hessian}, or {@code hessian-} and the block's letters. */
    public String reading() {
        String letters = block.replaceAll("[^A-Za-z0-9_]+", "");
        return letters.isEmpty() ? "hessian" : "hessian-" + letters;
    }

    /**
     * Computes the curvature at checkpoints of a run, and keeps it in the run's reading: {@code largest}, {@code smallest},
     * {@code trace} and {@code converged} in lines, all else in tensors. What is there already is read; what was made with other
     * settings is replaced.
     *
     * @param run the run
     * @param objective the loss of the run's network
     * @param steps the checkpoints' steps; all if there are none
     * @return a spectrum per checkpoint, in the order of the steps, named {@code step N}
     * @throws IllegalArgumentException if the run has no checkpoint of a step
     */
    public List<HessianSpectrum> along(RunFolder run, Objective objective, long... steps) {
        long[] all = steps.length > 0
                ? steps
                : run.checkpointSteps().stream().mapToLong(s -> s).toArray();
        if (!block.isEmpty()) {
            // Before there is a reading of that name.
            objective.initial(0).mask("block", block);
        }
        List<HessianSpectrum> out = new ArrayList<>();
        try (ReadingsWriter writer = Readings.of(run)
                        .replace(
                                reading(),
                                Map.of(
                                        "curvature", this,
                                        "data", objective.data().name(),
                                        "samples", objective.data().size(),
                                        "loss", objective.loss().setting()));
                ObjectiveSession session = objective.withDtype(Dtype.F64).open();
                Progress progress = Progress.start("Hessian", "checkpoints", all.length)) {
            for (long step : all) {
                String name = "step " + step;
                if (writer.has(step)) {
                    out.add(read(run, name, step));
                } else {
                    HessianSpectrum found = of(name, session, objective.parameters(run, step));
                    write(writer, step, found);
                    out.add(found);
                }
                progress.update(out.size(), name);
            }
        }
        return List.copyOf(out);
    }

    private static void write(ReadingsWriter writer, long step, HessianSpectrum s) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("largest", vector(s.largest()));
        tensors.put("residuals", vector(s.residuals()));
        tensors.put("smallest", vector(s.smallest()));
        tensors.put("places", vector(s.places()));
        tensors.put("density", vector(s.density()));
        tensors.put("density_errors", vector(s.densityErrors()));
        tensors.put("summary", vector(s.size(), s.converged(), s.trace(), s.traceError()));
        writer.at(step)
                .value("largest", s.largest()[0], s.residuals()[0])
                .value("smallest", s.smallest()[0])
                .value("trace", s.trace(), s.traceError())
                .value("converged", s.converged())
                .tensors(tensors)
                .write();
    }

    private static Tensor vector(double... values) {
        return Tensor.of(values, values.length);
    }

    private HessianSpectrum read(RunFolder run, String name, long step) {
        try (TensorFile file = Readings.of(run).tensors(reading(), step)) {
            double[] summary = file.read("summary").toDoubles();
            return new HessianSpectrum(
                    name,
                    (int) summary[0],
                    file.read("largest").toDoubles(),
                    file.read("residuals").toDoubles(),
                    file.read("smallest").toDoubles(),
                    (int) summary[1],
                    summary[2],
                    summary[3],
                    file.read("places").toDoubles(),
                    file.read("density").toDoubles(),
                    file.read("density_errors").toDoubles());
        }
    }
}
