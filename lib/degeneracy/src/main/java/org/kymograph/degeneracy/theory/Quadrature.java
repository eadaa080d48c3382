package org.kymograph.degeneracy.theory;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.kymograph.base.Arguments;

/**
 * What an estimate of the learning coefficient finds at a finite temperature, by integration over one or two weights:
 * nβ(E[K] − K(w₀)) under the density exp(−nβK(w) − γ/2‖w − w₀‖²), perhaps within a box about w₀.
 *
 * <p>Each side of the integral is cut at the centre and at 0, and from there into panels that double in length, so that valleys
 * along the axes are resolved however narrow. Potentials with narrow valleys elsewhere need another method.
 */
public final class Quadrature {
    private static final int PANELS = 24;
    private static final GaussIntegrator PANEL = new GaussIntegratorFactory().legendre(12);

    private Quadrature() {}

    /**
     * Returns the exact estimate.
     *
     * @param potential K, of 1 or 2 weights
     * @param nBeta the inverse temperature nβ, above 0
     * @param gamma the strength of localisation γ, at least 0
     * @param box half the side of the box, above 0; infinite for none, which only γ above 0, or a potential that grows in all
     *     directions, bears
     * @param centre w₀
     * @return nβ(E[K] − K(w₀))
     */
    public static double learningCoefficient(
            ToyPotential potential, double nBeta, double gamma, double box, double... centre) {
        Arguments.within("the number of weights", potential.size(), 1, 2);
        Arguments.sameLength("centre", centre.length, "the potential", potential.size());
        Arguments.positive("nBeta", nBeta);
        Arguments.atLeast("gamma", gamma, 0.0);
        Arguments.check(box > 0, "box", box, "above 0");
        double[][] x = nodes(reach(box, gamma), centre[0]);
        double[][] y = centre.length == 1 ? new double[][] {{0}, {1}} : nodes(reach(box, gamma), centre[1]);
        double at = potential.value(centre);
        double total = 0;
        double energy = 0;
        double[] w = centre.clone();
        for (int i = 0; i < x[0].length; i++) {
            w[0] = x[0][i];
            double prior = square(w[0] - centre[0]);
            for (int j = 0; j < y[0].length; j++) {
                double distance = prior;
                if (centre.length == 2) {
                    w[1] = y[0][j];
                    distance += square(w[1] - centre[1]);
                }
                double k = nBeta * (potential.value(w) - at);
                double density = x[1][i] * y[1][j] * Math.exp(-k - gamma / 2 * distance);
                total += density;
                energy += density * k;
            }
        }
        return energy / total;
    }

    private static double square(double x) {
        return x * x;
    }

    // Beyond 12 standard deviations of the localisation, or 100 in each weight, there is nothing.
    private static double reach(double box, double gamma) {
        double far = gamma > 0 ? 12 / Math.sqrt(gamma) : 100;
        return Math.min(box, far);
    }

    // Points and weights of the integral over centre ± reach.
    private static double[][] nodes(double reach, double centre) {
        TreeSet<Double> cuts = new TreeSet<>(List.of(centre - reach, centre, centre + reach));
        if (Math.abs(centre) < reach) {
            cuts.add(0.0);
        }
        double[] ends = cuts.stream().mapToDouble(c -> c).toArray();
        int each = PANEL.getNumberOfPoints();
        double[][] out = new double[2][(ends.length - 1) * 2 * PANELS * each];
        int at = 0;
        for (int e = 0; e + 1 < ends.length; e++) {
            double half = (ends[e + 1] - ends[e]) / 2;
            for (int side = 0; side < 2; side++) {
                double inner = 0;
                for (int p = 0; p < PANELS; p++) {
                    double outer = half * Math.scalb(1.0, p + 1 - PANELS);
                    for (int g = 0; g < each; g++) {
                        double t = inner + (outer - inner) * (1 + PANEL.getPoint(g)) / 2;
                        out[0][at] = side == 0 ? ends[e] + t : ends[e + 1] - t;
                        out[1][at++] = PANEL.getWeight(g) * (outer - inner) / 2;
                    }
                    inner = outer;
                }
            }
        }
        return Arrays.copyOf(out, 2);
    }
}
