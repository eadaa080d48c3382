package org.kymograph.stories.tuning;

import java.util.ArrayList;
import java.util.List;

/**
 * When a training is evaluated: every interval, ten times as often until the fine-grained part ends, and at the end. Texts are
 * generated at each of the first evaluations, later at every multiple of the interval.
 */
record EvaluationSchedule(int interval, int generationMultiple, int fineGrained, int steps) {
    boolean evaluates(long step) {
        return step == steps || step % (step < fineGrained ? Math.max(1, interval / 10) : interval) == 0;
    }

    boolean generates(long step) {
        long every = step < fineGrained ? Math.max(1, interval / 10) : (long) interval * generationMultiple;
        return step == steps || step % every == 0;
    }

    List<Long> generations() {
        List<Long> all = new ArrayList<>();
        for (long s = 0; s <= steps; s++) {
            if (generates(s)) {
                all.add(s);
            }
        }
        return all;
    }
}
