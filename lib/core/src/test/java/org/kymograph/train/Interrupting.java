package org.kymograph.train;

/** Interrupts the thread that made it after a step of one run or of any, and waits until that thread has noticed. */
final class Interrupting implements TrainingListener {
    private final Thread reader = Thread.currentThread();
    private final long step;
    private final long seed;

    /** @param seed the first of the runs that train together; -1 for any */
    Interrupting(long step, long seed) {
        this.step = step;
        this.seed = seed;
    }

    @Override
    public void onBatch(Batch batch) {
        if (batch.step() == step && (seed < 0 || batch.seeds()[0] == seed)) {
            reader.interrupt();
            while (reader.isInterrupted()) {
                Thread.onSpinWait();
            }
        }
    }
}
