package org.kymograph.record.dynamics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kymograph.record.files.RecordException;

/**
 * The files of a log.
 *
 * @param folder where they are
 * @param epochs how many there are from epoch 0 on
 * @param strayFiles names of the other files
 */
record LogFolder(Path folder, int epochs, List<String> strayFiles) {
    static final String NAME = "training_dynamics";
    private static final Pattern FILE = Pattern.compile("dynamics_epoch_(0|[1-9]\\d{0,5})\\.jsonl");

    /**
     * Looks for the files of all epochs, or of the first wanted ones if that isn't 0.
     */
    static LogFolder find(Path logDir, int wanted) {
        if (!Files.isDirectory(logDir)) {
            throw new RecordException(
                    logDir,
                    Files.exists(logDir)
                            ? "is a file; expected the folder that holds " + NAME
                            : "there is no such folder");
        }
        Path folder = Files.isDirectory(logDir.resolve(NAME)) ? logDir.resolve(NAME) : logDir;
        TreeSet<Integer> found = new TreeSet<>();
        List<String> stray = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.sorted().forEach(file -> {
                String name = file.getFileName().toString();
                Matcher m = FILE.matcher(name);
                if (m.matches() && Files.isRegularFile(file)) {
                    found.add(Integer.parseInt(m.group(1)));
                } else {
                    stray.add(name);
                }
            });
        } catch (IOException e) {
            throw new RecordException(folder, "can't be listed: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new RecordException(
                    folder,
                    folder.equals(logDir) && !NAME.equals(String.valueOf(logDir.getFileName()))
                            ? "has neither a folder " + NAME + " nor files dynamics_epoch_<e>.jsonl"
                            : "has no files dynamics_epoch_<e>.jsonl; expected one for each epoch");
        }
        int last = found.last() + 1;
        if (wanted > last) {
            throw new RecordException(
                    folder,
                    "has " + found.size() + (found.size() == 1 ? " epoch" : " epochs") + "; expected at least the "
                            + wanted + " that burn-out asks for");
        }
        int epochs = wanted == 0 ? last : wanted;
        List<String> missing = new ArrayList<>();
        for (int e = 0; e < epochs; e++) {
            if (!found.contains(e)) {
                missing.add("dynamics_epoch_" + e + ".jsonl");
            }
        }
        if (!missing.isEmpty()) {
            throw new RecordException(
                    folder, "lacks " + listed(missing) + "; expected a file for every epoch from 0 to " + (epochs - 1));
        }
        return new LogFolder(folder, epochs, stray);
    }

    Path file(int epoch) {
        return folder.resolve("dynamics_epoch_" + epoch + ".jsonl");
    }

    /** Lists at most five names, and says how many more there are. */
    static String listed(List<String> names) {
        String some = String.join(", ", names.subList(0, Math.min(5, names.size())));
        return names.size() > 5 ? some + " and " + (names.size() - 5) + " more" : some;
    }
}
