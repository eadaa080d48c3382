package org.kymograph.record.dynamics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * The files of a log.
 *
 * @param folder where they are
 * @param epochs the file of each epoch to read, in order
 * @param strayFiles names of the other files
 */
record LogFolder(Path folder, List<Epoch> epochs, List<String> strayFiles) {
    static final String NAME = "training_dynamics";
    private static final String FORM = "dynamics_epoch_<e>.jsonl";
    private static final Pattern FILE = Pattern.compile("dynamics_epoch_(0*(\\d{1,6}))\\.jsonl(\\.gz)?");

    /**
     * An epoch's file.
     *
     * @param file the file
     * @param number the epoch as the file's name writes it, maybe with zeros before it
     */
    record Epoch(Path file, String number) {}

    /** Looks for the files of all epochs, of the first wanted ones if that isn't 0, or of those with the given numbers. */
    static LogFolder find(Path logDir, int wanted, List<Integer> numbers) {
        if (!Files.isDirectory(logDir)) {
            throw new RecordException(
                    logDir,
                    Files.exists(logDir)
                            ? "is a file; expected the folder that holds " + NAME
                            : "there is no such folder");
        }
        Path folder = Files.isDirectory(logDir.resolve(NAME)) ? logDir.resolve(NAME) : logDir;
        TreeMap<Integer, Epoch> found = new TreeMap<>();
        List<String> stray = new ArrayList<>();
        // The plain name comes before the same epoch's padded or gzipped ones.
        for (String name : names(folder)) {
            Matcher m = FILE.matcher(name);
            Path file = folder.resolve(name);
            if (!m.matches()
                    || !Files.isRegularFile(file)
                    || found.putIfAbsent(Integer.parseInt(m.group(2)), new Epoch(file, m.group(1))) != null) {
                stray.add(name);
            }
        }
        stray.sort(null);
        if (found.isEmpty()) {
            throw new RecordException(
                    folder,
                    (folder.equals(logDir) && !NAME.equals(String.valueOf(logDir.getFileName()))
                                    ? "has neither a folder " + NAME + " nor files " + FORM
                                    : "has no files " + FORM + "; expected one for each epoch")
                            + (stray.isEmpty() ? "" : "; it has " + listed(stray)));
        }
        List<Integer> all = numbers;
        if (numbers.isEmpty()) {
            all = Stream.iterate(0, e -> e + 1).limit(found.lastKey() + 1L).toList();
        }
        if (wanted > all.size()) {
            int there = numbers.isEmpty() ? found.size() : numbers.size();
            throw new RecordException(
                    folder,
                    "has " + there + (there == 1 ? " epoch" : " epochs") + "; expected at least the " + wanted
                            + " that burn-out asks for");
        }
        all = wanted == 0 ? all : all.subList(0, wanted);
        List<String> missing = all.stream()
                .filter(e -> !found.containsKey(e))
                .map(e -> "dynamics_epoch_" + e + ".jsonl")
                .toList();
        if (!missing.isEmpty()) {
            String there = listed(found.keySet().stream().map(String::valueOf).toList());
            throw new RecordException(
                    folder,
                    "lacks " + listed(missing) + "; expected a file for every epoch "
                            + (numbers.isEmpty()
                                    ? "from 0 to " + (all.size() - 1) + "; it has epochs " + there
                                            + ", which are read by number (--epochs, withEpochNumbers)"
                                    : "asked for; it has epochs " + there));
        }
        return new LogFolder(folder, all.stream().map(found::get).toList(), stray);
    }

    private static List<String> names(Path folder) {
        return AtomicFiles.list(folder).stream()
                .map(file -> file.getFileName().toString())
                .sorted(Comparator.comparing(name -> !plain(name)))
                .toList();
    }

    private static boolean plain(String name) {
        Matcher m = FILE.matcher(name);
        return m.matches() && m.group(1).equals(m.group(2)) && m.group(3) == null;
    }

    /** Lists at most five names, and says how many more there are. */
    static String listed(List<String> names) {
        String some = String.join(", ", names.subList(0, Math.min(5, names.size())));
        return names.size() > 5 ? some + " and " + (names.size() - 5) + " more" : some;
    }
}
