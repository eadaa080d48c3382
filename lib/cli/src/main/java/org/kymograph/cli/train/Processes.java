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
import java.util.stream.Collectors;
import org.kymograph.base.Progress;
import org.kymograph.cli.Main;
import org.kymograph.record.RunFolder;
import picocli.CommandLine.ParseResult;

/** Runs the same training command in several processes, each with its share of the seeds. */
final class Processes {
    private Processes() {}

    static int train(ParseResult parsed, long[] seeds, int processes, Path folder) {
        List<Process> children = new ArrayList<>();
        try (Progress progress = Progress.start("training " + folder.getFileName(), "runs", seeds.length)) {
            for (int p = 0; p < Math.min(processes, seeds.length); p++) {
                children.add(start(parsed, share(seeds, p, processes)));
            }
            while (children.stream().anyMatch(Process::isAlive)) {
                Thread.sleep(500);
                progress.update(done(folder, seeds), "");
            }
            return children.stream().mapToInt(Process::exitValue).max().orElse(0);
        } catch (InterruptedException e) {
            throw new CancellationException("training was interrupted: the same command goes on from there");
        } catch (IOException e) {
            throw new IllegalStateException("can't start a process: " + e.getMessage(), e);
        } finally {
            children.forEach(Process::destroy);
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
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private static long done(Path folder, long[] seeds) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        return RunFolder.list(folder).stream()
                .filter(r -> r.status() == RunFolder.Status.DONE)
                .filter(r -> Arrays.stream(seeds).anyMatch(s -> s == r.seed()))
                .collect(Collectors.toList())
                .size();
    }
}
