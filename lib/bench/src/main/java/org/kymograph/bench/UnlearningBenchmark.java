package org.kymograph.bench;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.kymograph.record.files.Tables;
import org.kymograph.stories.protocol.MicroStoriesProfile;
import org.kymograph.stories.protocol.UnlearningResults;
import org.kymograph.stories.protocol.UnlearningStudy;

/**
 * Makes models of generated stories forget twists by several methods, and teaches them again beside a model that was retrained without:
 * {@code [FOLDER [PROFILE [SEEDS]]]}, with the profiles ci, demo and full and three seeds unless said. The pretrained models of
 * {@link MicroStoriesBenchmark} in the same folder are used. What is trained already is not trained again.
 */
public final class UnlearningBenchmark {
    private UnlearningBenchmark() {}

    /**
     * Trains, prints tables, and writes them to the folder.
     *
     * @param args the folder (micro-stories), the profile (demo), the number of seeds (3)
     */
    public static void main(String[] args) {
        Path folder = Path.of(args.length > 0 ? args[0] : "micro-stories");
        MicroStoriesProfile profile =
                MicroStoriesBenchmark.study(args.length > 1 ? args[1] : "demo").profile();
        long[] seeds = LongStream.rangeClosed(1, args.length > 2 ? Integer.parseInt(args[2]) : 3)
                .toArray();
        UnlearningResults results = UnlearningStudy.of(profile).run(folder, seeds);
        results.save(folder.resolve("unlearning"));
        Tables.writeCsv(folder.resolve("unlearning").resolve("predictors.csv"), results.predictors());
        System.out.println(results.table().printAll());
        System.out.println(results.predictors().printAll());
    }
}
