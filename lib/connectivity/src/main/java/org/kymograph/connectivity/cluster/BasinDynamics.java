package org.kymograph.connectivity.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import tech.tablesaw.api.Table;

/**
 * How the models of a population move between two clusters over checkpoints. Clusters are numbered and oriented as at the last
 * checkpoint, where they are clearest.
 *
 * @param steps the steps of the checkpoints, rising
 * @param basins the clusters at each, aligned
 */
public record BasinDynamics(List<Long> steps, List<Basins> basins) {
    /** Copies the lists. */
    public BasinDynamics {
        steps = List.copyOf(steps);
        basins = List.copyOf(basins);
    }

    /**
     * Aligns the clusters of several checkpoints.
     *
     * @param steps the steps, rising, at least two
     * @param basins two clusters of the same models at each
     * @return the movements
     */
    public static BasinDynamics of(List<Long> steps, List<Basins> basins) {
        Arguments.sameLength("basins", basins.size(), "steps", steps.size());
        Arguments.check(steps.size() >= 2, "the number of steps", steps.size(), "at least 2");
        List<Basins> aligned = new ArrayList<>(basins);
        for (int t = basins.size() - 2; t >= 0; t--) {
            Arguments.check(steps.get(t) < steps.get(t + 1), "steps", steps, "rising ones");
            aligned.set(t, basins.get(t).alignedTo(aligned.get(t + 1)));
        }
        return new BasinDynamics(steps, aligned);
    }

    /**
     * A model's movement between two checkpoints.
     *
     * @param model the model
     * @param from the earlier step
     * @param to the later step
     * @param fromCluster its cluster before
     * @param toCluster its cluster after
     * @param before its coordinate before, the paper's
     * @param after its coordinate after
     */
    public record Move(String model, long from, long to, int fromCluster, int toCluster, double before, double after) {
        /** Returns whether it changed its cluster, in either direction. */
        public boolean switched() {
            return fromCluster != toCluster;
        }

        /** Returns whether the original's figure would call it switching: out of cluster 1, or only towards cluster 0. */
        public boolean switchingAsPublished() {
            return fromCluster == 1 && (toCluster == 0 || after < before);
        }

        /** Returns whether it became more central: its coordinate grew in size. */
        public boolean deeper() {
            return Math.abs(after) > Math.abs(before);
        }
    }

    /** Returns every model's movement between each checkpoint and the next. */
    public List<Move> moves() {
        List<Move> moves = new ArrayList<>();
        for (int t = 1; t < steps.size(); t++) {
            Basins a = basins.get(t - 1);
            Basins b = basins.get(t);
            double[] before = a.coordinate();
            double[] after = b.coordinate();
            for (int i = 0; i < before.length; i++) {
                moves.add(new Move(
                        a.models().get(i),
                        steps.get(t - 1),
                        steps.get(t),
                        a.labels()[i],
                        b.labels()[i],
                        before[i],
                        after[i]));
            }
        }
        return moves;
    }

    /** Returns the share of movements that lead deeper into a cluster. */
    public double shareDeeper() {
        return moves().stream().mapToInt(m -> m.deeper() ? 1 : 0).average().orElse(Double.NaN);
    }

    /** Returns what the movements say of basins as traps, in a sentence. */
    public String sentence() {
        List<Move> moves = moves();
        return String.format(
                Locale.ROOT,
                "Between %d checkpoints %d of %d movements change from cluster 0 to 1 and %d from 1 to 0; %.0f %% lead deeper into a cluster",
                steps.size(),
                moves.stream().filter(m -> m.switched() && m.toCluster == 1).count(),
                moves.size(),
                moves.stream().filter(m -> m.switched() && m.toCluster == 0).count(),
                100 * shareDeeper());
    }

    /**
     * Returns the movements as a table.
     *
     * @return a row a model and pair of neighbouring checkpoints
     */
    public Table table() {
        return Columns.of("moves", moves())
                .texts("model", Move::model)
                .longs("from", Move::from)
                .longs("to", Move::to)
                .ints("cluster before", Move::fromCluster)
                .ints("cluster after", Move::toCluster)
                .doubles("coordinate before", Move::before)
                .doubles("coordinate after", Move::after)
                .flags("switched", Move::switched)
                .flags("deeper", Move::deeper)
                .table();
    }
}
