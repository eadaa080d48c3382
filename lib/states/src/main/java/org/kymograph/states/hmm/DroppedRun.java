package org.kymograph.states.hmm;

/**
 * A run that was left out because a number is missing or not finite.
 *
 * @param run the run's name
 * @param column the column of the first such number
 * @param row its row in the run, from 1
 */
public record DroppedRun(String run, String column, int row) {
    @Override
    public String toString() {
        return "run '" + run + "' was dropped: column '" + column + "', row " + row + " isn't a finite number";
    }
}
