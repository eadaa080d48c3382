package org.kymograph.stats;

import java.util.Arrays;

/**
 * The least cost of moving one distribution to another over a few places, exactly: flow is sent along shortest paths until
 * all is moved (successive shortest paths; Ahuja, Magnanti and Orlin, Network Flows, section 9.7).
 */
public final class Transport {
    /** What is left by rounding and needn't be moved. */
    private static final double NOTHING = 1e-12;

    private final int k;
    private final double[][] cost;
    private final double[][] flow;
    private final double[] supply;
    private final double[] demand;

    private Transport(double[] from, double[] to, double[][] cost) {
        this.k = from.length;
        this.cost = cost;
        this.flow = new double[k][k];
        this.supply = from.clone();
        this.demand = to.clone();
    }

    /**
     * @param from what is where at first; sums to 1
     * @param to what shall be where; sums to 1
     * @param cost K·K costs of moving 1 from one place to another, at least 0
     * @return the least cost
     */
    public static double cost(double[] from, double[] to, double[][] cost) {
        Transport transport = new Transport(from, to, cost);
        while (transport.augment()) {
            continue;
        }
        double sum = 0;
        for (int i = 0; i < from.length; i++) {
            sum += Pseudoinverse.dot(transport.flow[i], cost[i]);
        }
        return sum;
    }

    /** Sends as much as fits along the cheapest path from a place with supply to one with demand; false if all is moved. */
    private boolean augment() {
        // Bellman–Ford over sources 0 … K−1 and sinks K … 2K−1; a step back along a flow regains its cost.
        double[] distance = new double[2 * k];
        int[] before = new int[2 * k];
        Arrays.fill(before, -1);
        for (int i = 0; i < k; i++) {
            distance[i] = supply[i] > NOTHING ? 0 : Double.POSITIVE_INFINITY;
            distance[k + i] = Double.POSITIVE_INFINITY;
        }
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < k; j++) {
                    changed |= relax(distance, before, i, k + j, cost[i][j]);
                    changed |= flow[i][j] > NOTHING && relax(distance, before, k + j, i, -cost[i][j]);
                }
            }
        }
        int end = -1;
        for (int j = 0; j < k; j++) {
            if (demand[j] > NOTHING && (end < 0 || distance[k + j] < distance[end])) {
                end = k + j;
            }
        }
        if (end < 0 || Double.isInfinite(distance[end])) {
            return false;
        }
        send(before, end);
        return true;
    }

    private static boolean relax(double[] distance, int[] before, int from, int to, double length) {
        // Rounding must not make a cycle of cost 0 look profitable.
        if (distance[from] + length < distance[to] - 1e-13 * (1 + Math.abs(length))) {
            distance[to] = distance[from] + length;
            before[to] = from;
            return true;
        }
        return false;
    }

    private void send(int[] before, int end) {
        double amount = demand[end - k];
        int start = end;
        while (before[start] >= 0) {
            int previous = before[start];
            if (previous >= k) {
                amount = Math.min(amount, flow[start][previous - k]);
            }
            start = previous;
        }
        amount = Math.min(amount, supply[start]);
        supply[start] -= amount;
        demand[end - k] -= amount;
        for (int at = end; before[at] >= 0; at = before[at]) {
            int previous = before[at];
            if (previous >= k) {
                flow[at][previous - k] -= amount;
            } else {
                flow[previous][at - k] += amount;
            }
        }
    }
}
