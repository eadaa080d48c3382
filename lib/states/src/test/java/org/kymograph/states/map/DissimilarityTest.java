package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.optim.linear.LinearConstraint;
import org.apache.commons.math3.optim.linear.LinearConstraintSet;
import org.apache.commons.math3.optim.linear.LinearObjectiveFunction;
import org.apache.commons.math3.optim.linear.NonNegativeConstraint;
import org.apache.commons.math3.optim.linear.Relationship;
import org.apache.commons.math3.optim.linear.SimplexSolver;
import org.apache.commons.math3.util.MathArrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.base.Streams;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.states.hmm.Toy;

class DissimilarityTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    @Test
    void measuresOverTheStatesNumbers() {
        Occupancies occupancies = Occupancies.of(Toy.paths(3, new int[] {0, 0}, new int[] {2, 2, 2}, new int[] {0, 1}));
        Dissimilarity paper = Dissimilarity.paper(occupancies);
        assertThat(paper.distances()[0][1]).as("W1((1,0,0),(0,0,1))").isEqualTo(2);
        assertThat(paper.distances()[0][2]).isEqualTo(0.5);
        assertThat(paper.mean()).isCloseTo((2 + 0.5 + 1.5) / 3, EPSILON);
        assertThat(paper.pairs().count()).isEqualTo(3);
        assertThat(paper.table().columnCount()).isEqualTo(4);
        Dissimilarity variation = Dissimilarity.totalVariation(occupancies);
        assertThat(variation.distances()[0]).containsExactly(0, 1, 0.5);
        assertThatThrownBy(() -> Dissimilarity.paper(Occupancies.of(Toy.paths(1, new int[] {0}))))
                .hasMessageContaining("at least 2");
        assertThatThrownBy(() -> Dissimilarity.wasserstein(occupancies, new double[2][2]))
                .hasMessageContaining("3·3");
    }

    @Test
    void onlyThePapersDependsOnTheNumbers() {
        StatePaths paths = Toy.paths(4, Toy.stays(0, 3, 1, 4, 3, 2), Toy.stays(0, 2, 3, 7), Toy.stays(2, 5, 1, 4));
        int[] order = {2, 0, 3, 1};
        StatePaths renamed = paths.permuted(order);
        HmmModel model = Toy.ladder(4);
        double[][] ground = Dissimilarity.euclidean(model);
        double[][] renamedGround = Dissimilarity.euclidean(model.permuted(order));
        Occupancies one = Occupancies.of(paths);
        Occupancies other = Occupancies.of(renamed);
        assertThat(Dissimilarity.totalVariation(other).mean())
                .isCloseTo(Dissimilarity.totalVariation(one).mean(), EPSILON);
        assertThat(Dissimilarity.wasserstein(other, renamedGround).mean())
                .isCloseTo(Dissimilarity.wasserstein(one, ground).mean(), EPSILON);
        assertThat(Dissimilarity.paper(other).mean())
                .isNotCloseTo(Dissimilarity.paper(one).mean(), Offset.offset(0.01));
        // States 10 apart in a row: ten times the distance over their numbers.
        assertThat(Dissimilarity.wasserstein(one, ground).mean())
                .isCloseTo(10 * Dissimilarity.paper(one).mean(), EPSILON);
    }

    @Test
    void measuresStatesByTheirSpread() {
        HmmModel model = Toy.overlapping(Covariance.TIED);
        double[][] sigma = model.covariances()[0];
        double[][] distances = Dissimilarity.mahalanobis(model);
        double[] delta = new double[3];
        Arrays.setAll(delta, j -> model.means()[0][j] - model.means()[2][j]);
        double[] solved = new LUDecomposition(new Array2DRowRealMatrix(sigma))
                .getSolver()
                .solve(new ArrayRealVector(delta))
                .toArray();
        assertThat(distances[0][2]).isCloseTo(Math.sqrt(MathArrays.linearCombination(delta, solved)), EPSILON);
        assertThat(distances[1][1]).isZero();
        // Half of each variance: the mean of 1 and 9 is 5.
        HmmModel line = Toy.model(
                HmmParameters.of(
                        Covariance.SPHERICAL,
                        new double[] {1, 0},
                        new double[] {1, 0, 0, 1},
                        new double[] {0, 10},
                        new double[] {1, 9}),
                List.of("x"),
                false);
        assertThat(Dissimilarity.mahalanobis(line)[0][1]).isCloseTo(10 / Math.sqrt(5), EPSILON);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void movesAtTheLeastCost(int k) {
        RandomGenerator random = Streams.of(3, "transport", k);
        for (int trial = 0; trial < 20; trial++) {
            double[] from = distribution(random, k);
            double[] to = distribution(random, k);
            double[][] cost = new double[k][k];
            // Whole numbers make ties.
            for (double[] row : cost) {
                Arrays.setAll(row, j -> Streams.below(random, 5));
            }
            assertThat(Dissimilarity.transport(from, to, cost))
                    .isCloseTo(linearProgram(from, to, cost), Offset.offset(1e-6));
        }
    }

    @Test
    void movesAlongALineAsTheCumulativeSumsSay() {
        RandomGenerator random = Streams.of(4, "line");
        double[][] line = new double[16][16];
        for (int i = 0; i < 16; i++) {
            int from = i;
            Arrays.setAll(line[i], j -> Math.abs(from - j));
        }
        for (int trial = 0; trial < 50; trial++) {
            double[] p = distribution(random, 16);
            double[] q = distribution(random, 16);
            assertThat(Dissimilarity.transport(p, q, line))
                    .isCloseTo(Dissimilarity.overNumbers(p, q), Offset.offset(1e-10));
            assertThat(Dissimilarity.transport(p, p, line)).isZero();
        }
    }

    /** Some places are empty. */
    private static double[] distribution(RandomGenerator random, int k) {
        double[] weights = IntStream.range(0, k)
                .mapToDouble(i -> Math.max(0, random.nextDouble() - 0.3))
                .toArray();
        weights[Streams.below(random, k)] += 0.1;
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(w -> w / sum).toArray();
    }

    private static double linearProgram(double[] from, double[] to, double[][] cost) {
        int k = from.length;
        List<LinearConstraint> constraints = new ArrayList<>();
        for (int i = 0; i < k; i++) {
            double[] row = new double[k * k];
            double[] column = new double[k * k];
            for (int j = 0; j < k; j++) {
                row[i * k + j] = 1;
                column[j * k + i] = 1;
            }
            constraints.add(new LinearConstraint(row, Relationship.EQ, from[i]));
            constraints.add(new LinearConstraint(column, Relationship.GEQ, to[i] - 1e-9));
        }
        double[] flat = Arrays.stream(cost).flatMapToDouble(Arrays::stream).toArray();
        return new SimplexSolver()
                .optimize(
                        new LinearObjectiveFunction(flat, 0),
                        new LinearConstraintSet(constraints),
                        new NonNegativeConstraint(true))
                .getValue();
    }
}
