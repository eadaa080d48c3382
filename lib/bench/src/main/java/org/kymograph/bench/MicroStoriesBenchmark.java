package org.kymograph.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Tables;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.protocol.DeletionGates;
import org.kymograph.stories.protocol.DeletionResults;
import org.kymograph.stories.protocol.DeletionStudy;
import org.kymograph.stories.protocol.MicroStoriesProfile;
import org.kymograph.stories.protocol.ProbeResults;

/**
 * Deletes twists from models of generated stories and teaches them again: {@code [FOLDER [PROFILE [SEEDS]]]}, with the profiles ci, demo and full. Notebook 26 replays demo. What is trained already is not trained again. The folder's {@code shipped} gets the results and the models as the notebooks read them. The exit code is 1 where something that the published results predict doesn't hold on every seed, as with ci,
 * which is too small for it.
 */
public final class MicroStoriesBenchmark {
    // Stories that probes are fitted to, and the positions at a story's end that they read.
    private static final int PROBED = 1200;
    private static final int POSITIONS = 4;

    private MicroStoriesBenchmark() {}

    /**
     * Trains and prints tables.
     *
     * @param args the folder (micro-stories), the profile (demo), the number of seeds (1)
     * @throws IOException if a file can't be written
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args.length > 0 ? args[0] : "micro-stories");
        DeletionStudy study = study(args.length > 1 ? args[1] : "demo");
        long[] seeds = LongStream.rangeClosed(1, args.length > 2 ? Integer.parseInt(args[2]) : 1)
                .toArray();
        DeletionResults results = study.run(folder, seeds);
        Path shipped = Files.createDirectories(folder.resolve("shipped"));
        results.save(shipped.resolve("deletion.csv"));
        study.profile()
                .tokenizer(folder)
                .save(shipped.resolve("tok" + study.profile().vocabulary() + ".model"));
        ship(folder.resolve("pretraining"), shipped);
        ship(folder.resolve("deletion"), shipped);
        System.out.println(results.deletionTable().printAll());
        System.out.println(results.recoveryTable().printAll());
        ProbeResults probes = study.probe(folder, PROBED, POSITIONS, seeds);
        Tables.writeCsv(shipped.resolve("probes.csv"), probes.table());
        DeletionGates gates = results.gates(probes);
        Tables.writeCsv(shipped.resolve("gates.csv"), gates.table());
        System.out.println(gates.table().printAll());
        System.exit(gates.hold() ? 0 : 1);
    }

    static DeletionStudy study(String profile) {
        return switch (profile) {
            case "ci" -> DeletionStudy.ci();
            case "demo" -> DeletionStudy.demo();
            case "full" -> DeletionStudy.of(MicroStoriesProfile.full());
            default -> throw new IllegalArgumentException("profile is '" + profile + "'; expected ci, demo or full");
        };
    }

    // A model's last step, by the name of its training and its seed, as llama2.c's version 2, bytes with scales.
    private static void ship(Path stage, Path to) throws IOException {
        List<Path> runs;
        try (Stream<Path> all = Files.walk(stage)) {
            runs = all.filter(p -> p.endsWith("run.json")).map(Path::getParent).toList();
        }
        for (Path path : runs) {
            RunFolder run = RunFolder.open(path);
            Path last = run.checkpointFile(run.lastCheckpointStep());
            String name = stage.relativize(path).getName(0) + "-" + run.seed() + ".bin";
            LlamaModel.read(last).writeBin(to.resolve(name), 2);
        }
    }
}
