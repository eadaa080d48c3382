package org.kymograph.record.dynamics;

import java.util.List;

/**
 * What a log held and what of it is used.
 *
 * @param samples how many samples are used
 * @param epochs how many epochs
 * @param rows how many rows were read, those that aren't used included
 * @param repeated rows left out because their sample had one in the epoch before, one sentence each
 * @param dropped samples left out because an epoch lacks them, one sentence each
 * @param cutOff last lines left out because they end too early, one sentence each
 * @param strayFiles names of the files beside the log's own, which were not read
 */
public record Coverage(
        int samples,
        int epochs,
        long rows,
        List<String> repeated,
        List<String> dropped,
        List<String> cutOff,
        List<String> strayFiles) {
    /** Copies the lists. */
    public Coverage {
        repeated = List.copyOf(repeated);
        dropped = List.copyOf(dropped);
        cutOff = List.copyOf(cutOff);
        strayFiles = List.copyOf(strayFiles);
    }

    static Coverage whole(int samples, int epochs) {
        return new Coverage(samples, epochs, (long) samples * epochs, List.of(), List.of(), List.of(), List.of());
    }

    /** Returns whether every row is used. */
    public boolean complete() {
        return repeated.isEmpty() && dropped.isEmpty() && cutOff.isEmpty();
    }

    @Override
    public String toString() {
        return samples + " samples, " + epochs + " epochs, " + rows + " rows; " + repeated.size() + " repeated rows, "
                + dropped.size() + " incomplete samples and " + cutOff.size() + " cut-off lines left out; "
                + strayFiles.size() + " other files";
    }
}
