package org.kymograph.record.dynamics;

/** What is expected of a log's samples; of the three arrays one is there, or none. */
record Golds(int[] classes, byte[] labels, double[] targets) {
    static Golds classes(int[] classes) {
        return new Golds(classes, null, null);
    }

    static Golds labels(byte[] labels) {
        return new Golds(null, labels, null);
    }

    static Golds targets(double[] targets) {
        return new Golds(null, null, targets);
    }

    static Golds none() {
        return new Golds(null, null, null);
    }
}
