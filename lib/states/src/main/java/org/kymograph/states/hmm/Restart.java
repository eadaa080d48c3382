package org.kymograph.states.hmm;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One start of EM.
 *
 * @param number the start's number, from 0
 * @param fit what it came to; null if it failed
 * @param failure why it failed; null if it didn't
 */
record Restart(int number, Fit fit, String failure) {
    static String reasons(List<Restart> restarts) {
        return restarts.stream()
                .filter(r -> r.failure != null)
                .map(Restart::failureSentence)
                .collect(Collectors.joining("; "));
    }

    String failureSentence() {
        return "start " + number + ": " + failure;
    }
}
