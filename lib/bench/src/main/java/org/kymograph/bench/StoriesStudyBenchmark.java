package org.kymograph.bench;

import java.nio.file.Path;
import java.util.Arrays;
import org.kymograph.record.files.Tables;
import org.kymograph.stories.protocol.DeletionResults;
import org.kymograph.stories.protocol.DeletionStudy;
import org.kymograph.stories.protocol.MicroStoriesProfile;
import org.kymograph.stories.protocol.ProbeResults;
import org.kymograph.stories.protocol.UnlearningResults;
import org.kymograph.stories.protocol.UnlearningStudy;

/**
 * Trains the studies of deleted and unlearnt features, and checks what the published results predict:
 * {@code FOLDER [ci|demo|full [deletion|unlearning [SEED …]]]}, seeds 1 to 3 unless said. What is done is not done again, and what was
 * interrupted goes on. Tables are written to the folder; the exit code is 1 where a prediction fails on a seed, which the profile ci is too
 * small to avoid.
 */
public final class StoriesStudyBenchmark {
    private static final int STORIES = 1200;
    private static final int POSITIONS = 4;

    private StoriesStudyBenchmark() {}

    /**
     * Runs a study.
     *
     * @param args the folder, the profile, the study and the seeds
     */
    public static void main(String[] args) {
        Path folder = Path.of(args.length > 0 ? args[0] : "stories-study");
        MicroStoriesProfile profile =
                switch (args.length > 1 ? args[1] : "demo") {
                    case "ci" -> MicroStoriesProfile.ci();
                    case "full" -> MicroStoriesProfile.full();
                    default -> MicroStoriesProfile.demo();
                };
        long[] seeds = args.length > 3
                ? Arrays.stream(args, 3, args.length).mapToLong(Long::parseLong).toArray()
                : new long[] {1, 2, 3};
        if (args.length > 2 && args[2].equals("unlearning")) {
            UnlearningResults results = UnlearningStudy.of(profile).run(folder, seeds);
            results.save(folder);
            Tables.writeCsv(folder.resolve("unlearning.csv"), results.table());
            System.out.println(results.table().printAll());
            System.out.println(results.predictors().printAll());
            return;
        }
        DeletionStudy study = DeletionStudy.of(profile);
        DeletionResults results = study.run(folder, seeds);
        results.save(folder.resolve("deletion.csv"));
        ProbeResults probes = study.probe(folder, STORIES, POSITIONS, seeds);
        Tables.writeCsv(folder.resolve("probes.csv"), probes.table());
        Tables.writeCsv(folder.resolve("gates.csv"), results.gates(probes).table());
        System.out.println(results.deletionTable().printAll());
        System.out.println(results.recoveryTable().printAll());
        System.out.println(results.gates(probes).table().printAll());
        System.exit(results.gates(probes).hold() ? 0 : 1);
    }
}
