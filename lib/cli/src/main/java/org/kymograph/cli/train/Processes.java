package org.kymograph.cli.train;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kymograph.base.ProcessEnd;
import org.kymograph.base.Progress;
import org.kymograph.cli.Main;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import picocli.CommandLine.ParseResult;

/** Runs the same training command in several processes, each with its share of the seeds. */
final class Processes {
    private static final long SECONDS = 60;

    private Processes() {}

    static int train(ParseResult parsed, long[] seeds, int processes, Path folder) {
        // Each child waits as long for its own runs.
        return ProcessEnd.awaits(2 * SECONDS, () -> await(parsed, seeds, processes, folder));
    }

    private static int await(ParseResult parsed, long[] seeds, int processes, Path folder) {
        List<Process> children = new ArrayList<>();
        try (Progress progress = Progress.start("training " + folder.getFileName(), "runs", seeds.length)) {
            long done = 0;
            for (int p = 0; p < Math.min(processes, seeds.length); p++) {
                children.add(start(parsed, share(seeds, p, processes)));
            }
            while (children.stream().anyMatch(Process::isAlive)) {
                Thread.sleep(500);
                done = done(folder, seeds, done);
                progress.update(done, "");
            }
            progress.update(done(folder, seeds, done), "");
            return children.stream().mapToInt(Process::exitValue).max().orElse(0);
        } catch (InterruptedException e) {
            throw new CancellationException("training of " + folder.getFileName()
                    + " was interrupted: what is finished is kept, and the same command goes on from there");
        } catch (IOException e) {
            throw new IllegalStateException("can't start a process: " + e.getMessage(), e);
        } finally {
            children.forEach(Process::destroy);
            children.forEach(Processes::await);
        }
    }

    /** A process that is told to end leaves its runs as interrupted first. */
    private static void await(Process child) {
        try {
            child.onExit().get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            child.destroyForcibly();
        }
    }

    private static String share(long[] seeds, int p, int processes) {
        List<String> own = new ArrayList<>();
        for (int i = p; i < seeds.length; i += processes) {
            own.add(Long.toString(seeds[i]));
        }
        return String.join(",", own);
    }

    // The same words again: what is given last holds.
    private static Process start(ParseResult parsed, String seeds) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        // The parent shows the progress of all.
        words.add("-D" + Main.PROGRESS + "=false");
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        ParseResult top = parsed;
        while (top.commandSpec().parent() != null) {
            top = top.commandSpec().parent().commandLine().getParseResult();
        }
        List<String> given = top.originalArgs();
        for (int i = 0; i < given.size(); i++) {
            String word = given.get(i);
            if (word.matches("--seeds?|--processes")) {
                i++;
            } else if (!word.matches("(--seeds?|--processes)=.*")) {
                words.add(word);
            }
        }
        words.addAll(List.of("--seeds", seeds, "--processes", "1"));
        return new ProcessBuilder(words)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start();
    }

    /** How many runs are done, or were when they could last be counted: the children are moving files meanwhile. */
    private static long done(Path folder, long[] seeds, long before) {
        try {
            return !Files.isDirectory(folder)
                    ? 0
                    : RunFolder.list(folder).stream()
                            .filter(r -> r.status() == RunFolder.Status.DONE)
                            .filter(r -> Arrays.stream(seeds).anyMatch(s -> s == r.seed()))
                            .count();
        } catch (RecordException e) {
            return before;
        }
    }
}
