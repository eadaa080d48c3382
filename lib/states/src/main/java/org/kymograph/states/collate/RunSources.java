package org.kymograph.states.collate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.record.CheckpointNames;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;

/** Finds the runs below some folders. */
final class RunSources {
    private static final Pattern SEED = Pattern.compile("(?i)seed[-_=]?(\\d{1,18})(?!\\d)");
    private static final Pattern TENSORS =
            Pattern.compile(".*\\.(?:safetensors|pt|pth|th|bin|ckpt|pt\\.tar|pth\\.tar)");
    private static final int DEPTH = 8;

    private final Pattern pattern;
    private final Map<String, RunSource> byName = new LinkedHashMap<>();
    private Path firstEmpty;

    private RunSources(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Finds runs.
     *
     * @param folders where to look
     * @param pattern tells a checkpoint's step
     * @return the runs, by seed and then by name
     * @throws RecordException if a folder holds none, or two runs have one name
     */
    static List<RunSource> find(List<Path> folders, Pattern pattern) {
        RunSources sources = new RunSources(pattern);
        for (Path folder : folders) {
            int before = sources.byName.size();
            sources.firstEmpty = null;
            sources.search(folder, 0);
            if (sources.byName.size() == before && sources.firstEmpty != null) {
                throw new RecordException(
                        sources.firstEmpty,
                        "is named like a checkpoint but holds no weights; expected model.safetensors, pytorch_model.bin, the "
                                + "index of one in parts, or one file of weights");
            }
            if (sources.byName.size() == before) {
                throw new RecordException(
                        folder,
                        "has no run: neither a run.json nor files or folders of checkpoints or "
                                + "statistics whose names match " + pattern);
            }
        }
        return sorted(sources.byName.values());
    }

    /**
     * Wraps runs of ours.
     *
     * @param runs runs of ours
     * @return them as sources, in their order
     */
    static List<RunSource> of(List<RunFolder> runs) {
        RunSources sources = new RunSources(null);
        runs.forEach(run -> sources.add(new RunSource.OurRun(run.id(), run)));
        return List.copyOf(sources.byName.values());
    }

    /** Returns whether the file holds statistics, not tensors. */
    static boolean isJson(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".json") && !name.endsWith(".index.json")
                || !name.contains(".") && name.startsWith("stats");
    }

    private static List<RunSource> sorted(Iterable<RunSource> found) {
        List<RunSource> runs = new ArrayList<>();
        found.forEach(runs::add);
        runs.sort(Comparator.comparingLong((RunSource run) -> seed(run)).thenComparing(RunSource::name));
        return runs;
    }

    private static long seed(RunSource run) {
        if (run instanceof RunSource.OurRun ours) {
            return ours.run().seed();
        }
        Matcher seed = SEED.matcher(run.name());
        return seed.find() ? Long.parseLong(seed.group(1)) : Long.MAX_VALUE;
    }

    private void search(Path folder, int depth) {
        if (Files.isRegularFile(folder.resolve("run.json"))) {
            RunFolder run = RunFolder.open(folder);
            add(new RunSource.OurRun(run.id(), run));
            return;
        }
        List<Path> entries = list(folder);
        Map<String, TreeMap<Long, Path>> runs = new LinkedHashMap<>();
        Path empty = null;
        for (Path entry : entries) {
            Matcher name = pattern.matcher(String.valueOf(entry.getFileName()));
            if (!name.find()) {
                continue;
            }
            Path file = checkpoint(entry);
            if (file == null) {
                empty = Files.isDirectory(entry) && empty == null ? entry : empty;
                firstEmpty = firstEmpty == null ? empty : firstEmpty;
                continue;
            }
            long step = step(entry, name);
            String run = hasGroup("run") && name.group("run") != null ? name.group("run") : name(folder);
            Path before = runs.computeIfAbsent(run, r -> new TreeMap<>()).putIfAbsent(step, file);
            if (before != null) {
                throw new RecordException(
                        file,
                        "has the step " + step + " of " + before + "; the pattern " + pattern
                                + " must tell a run's checkpoints apart, and in a group named run the runs");
            }
        }
        if (!runs.isEmpty()) {
            if (empty != null) {
                throw new RecordException(
                        empty, "holds no weights, such as model.safetensors, but the checkpoints beside it do");
            }
            runs.forEach((name, files) -> add(new RunSource.Folder(name, folder, files)));
            return;
        }
        if (depth < DEPTH) {
            entries.stream().filter(Files::isDirectory).forEach(inner -> search(inner, depth + 1));
        }
    }

    private void add(RunSource run) {
        RunSource before = byName.putIfAbsent(run.name(), run);
        if (before != null) {
            throw new RecordException(
                    run.path(),
                    "is named '" + run.name() + "' like " + before.path()
                            + "; runs that are collated together need names of their own");
        }
    }

    private static Path checkpoint(Path entry) {
        if (Files.isDirectory(entry)) {
            return TensorFile.weightsIn(entry).orElse(null);
        }
        boolean known = isJson(entry)
                || TENSORS.matcher(String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT))
                        .matches();
        return known ? entry : null;
    }

    private long step(Path entry, Matcher name) {
        String digits = hasGroup("step") ? name.group("step") : name.group(1);
        try {
            return CheckpointNames.number(String.valueOf(digits));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new RecordException(
                    entry,
                    "has the step '" + digits + "' by the pattern " + pattern
                            + "; expected digits, at most followed by k for thousands",
                    e);
        }
    }

    private boolean hasGroup(String name) {
        return pattern.pattern().contains("(?<" + name + ">");
    }

    private static String name(Path folder) {
        Path whole = folder.toAbsolutePath().normalize();
        if (whole.endsWith("checkpoints") && whole.getParent() != null) {
            whole = whole.getParent();
        }
        return String.valueOf(whole.getFileName());
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new RecordException(
                    folder, Files.exists(folder) ? "is a file; expected a folder of runs" : "there is no such folder");
        }
        return AtomicFiles.list(folder, "[^.].*");
    }
}
