package org.kymograph.bench;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.kymograph.record.files.Tables;
import org.kymograph.stories.pcfg.PcfgGates;
import org.kymograph.stories.pcfg.PcfgStudy;

/**
 * Measures what the published results on questions about a grammar predict: {@code [FOLDER [SIZE [SEEDS]]]}, with the sizes tiny, small, mini
 * and paper and seeds from 0 on, three unless said. What is trained already is not trained again. The folder gets {@code gates.csv}. The exit
 * code is 1 where a statement doesn't hold on every seed.
 */
public final class PcfgBenchmark {
    private PcfgBenchmark() {}

    /**
     * Trains what is missing, prints the table and writes it.
     *
     * @param args the folder (pcfg), the size (small), the number of seeds (3)
     */
    public static void main(String[] args) {
        Path folder = Path.of(args.length > 0 ? args[0] : "pcfg");
        PcfgStudy study = study(args.length > 1 ? args[1] : "small");
        long[] seeds = LongStream.range(0, args.length > 2 ? Integer.parseInt(args[2]) : 3)
                .toArray();
        PcfgGates gates = PcfgGates.of(study, folder, seeds);
        Tables.writeCsv(folder.resolve("gates.csv"), gates.table());
        System.out.println(gates.table().printAll());
        System.out.printf("commonest answer %.3f%n", gates.majority());
        System.exit(gates.rows().stream().allMatch(PcfgGates.Row::met) ? 0 : 1);
    }

    // Small is what fits in half an hour of one core for three seeds; the rate of fine-tuning is a tenth of that of
    // pre-training, as in the paper.
    private static PcfgStudy study(String size) {
        PcfgStudy tiny = PcfgStudy.tiny();
        return switch (size) {
            case "tiny" -> tiny.withRates(tiny.rate() / 10, tiny.rate() / 100);
            case "small" -> tiny.withSteps(4000, 600, 20).withRates(tiny.rate() / 10, tiny.rate() / 100);
            case "mini" -> PcfgStudy.mini();
            case "paper" -> PcfgStudy.paper();
            default ->
                throw new IllegalArgumentException("size is '" + size + "'; expected tiny, small, mini or paper");
        };
    }
}
