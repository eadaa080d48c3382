package org.kymograph.connectivity.gap;

import java.util.Arrays;
import org.kymograph.evaluate.LossCurve;

/**
 * A number that tells how far two models are apart, from the losses at equally spaced points of the segment between them.
 *
 * <p>None of these is a distance in the mathematical sense: two models of gap 0 may both have a gap to a third. All but the area
 * depend on the number of points and are useless on two.
 *
 * <p>Source: Juneja et al., Linear Connectivity Reveals Generalization Strategies (ICLR 2023), section 2; the last four are older
 * definitions of its authors' program.
 */
public enum CurveMetric {
    /** The convexity gap: the largest barrier height of any part of the curve. */
    CONVEXITY_GAP {
        @Override
        public double of(LossCurve curve) {
            return !finite(curve) ? Double.NaN : curve.length() == 0 ? 0 : curve.convexityGap();
        }
    },
    /** The barrier height above the chord between the ends. */
    BARRIER_HEIGHT {
        @Override
        public double of(LossCurve curve) {
            return finite(curve) ? curve.barrierHeight() : Double.NaN;
        }
    },
    /** The height of the curve's top above its higher end. */
    HEIGHT_ABOVE_ENDS {
        @Override
        public double of(LossCurve curve) {
            double[] l = curve.means();
            return Math.max(0, Arrays.stream(l).reduce(Math::max).orElseThrow() - Math.max(l[0], l[l.length - 1]));
        }
    },
    /** The area between the curve and its lowest point, over the Euclidean length of the segment. */
    AREA {
        @Override
        public double of(LossCurve curve) {
            return finite(curve) ? curve.area() : Double.NaN;
        }
    },
    /** The mean height of a local maximum above the local minima on both sides of it, the largest of them. */
    LOCAL_HEIGHT {
        @Override
        public double of(LossCurve curve) {
            return largest(curve, true, (l, i, left, right) -> l[i] - (l[left] + l[right]) / 2);
        }
    },
    /** The height of a local maximum above the chord between the local minima on both sides of it, the largest of them. */
    LOCAL_CHORD_HEIGHT {
        @Override
        public double of(LossCurve curve) {
            return largest(curve, true, CurveMetric::aboveChord);
        }
    },
    /** The height of a point above the chord between the lowest points left and right of it, the largest of them. */
    GLOBAL_CHORD_HEIGHT {
        @Override
        public double of(LossCurve curve) {
            return largest(curve, false, CurveMetric::aboveChord);
        }
    };

    private interface Height {
        double of(double[] losses, int top, int left, int right);
    }

    /**
     * Computes the number.
     *
     * @param curve the losses at equally spaced points
     * @return the number, at least 0; NaN if a loss is not finite
     */
    public abstract double of(LossCurve curve);

    private static boolean finite(LossCurve curve) {
        return Arrays.stream(curve.means()).allMatch(Double::isFinite);
    }

    private static double aboveChord(double[] l, int i, int left, int right) {
        return l[i] - (l[left] * (right - i) + l[right] * (i - left)) / (right - left);
    }

    private static double largest(LossCurve curve, boolean local, Height height) {
        if (!finite(curve)) {
            return Double.NaN;
        }
        double[] l = curve.means();
        double best = 0;
        for (int i = 1; i < l.length - 1; i++) {
            if (local && (l[i] < l[i - 1] || l[i] < l[i + 1])) {
                continue;
            }
            int left = local ? descend(l, i, -1) : lowest(l, 0, i);
            int right = local ? descend(l, i, 1) : lowest(l, i, l.length - 1);
            best = left < i && right > i ? Math.max(best, height.of(l, i, left, right)) : best;
        }
        return best;
    }

    private static int descend(double[] l, int from, int step) {
        int at = from;
        while (at + step >= 0 && at + step < l.length && l[at + step] <= l[at]) {
            at += step;
        }
        return at;
    }

    // Of equally low points the last.
    private static int lowest(double[] l, int from, int to) {
        int at = from;
        for (int i = from; i <= to; i++) {
            at = l[i] <= l[at] ? i : at;
        }
        return at;
    }
}
