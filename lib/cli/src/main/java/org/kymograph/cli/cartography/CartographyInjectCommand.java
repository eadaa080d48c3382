package org.kymograph.cli.cartography;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.kymograph.base.Arguments;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.noise.LabelNoise;
import org.kymograph.cartography.noise.NoisyLabels;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Words;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph cartography noise inject}. */
@Command(
        name = "inject",
        description = {
            "Draws which labels to make wrong, and lists them.",
            "The file has {\"guid\": ..., \"original\": CLASS, \"assigned\": CLASS} on each line, for the changed samples only."
        })
final class CartographyInjectCommand extends ConsoleCommand {
    /** Kinds of noise. */
    enum Kind {
        UNIFORM,
        FLIP,
        EASIEST,
        BINARY,
        UNIFORM_MATRIX,
        MATRIX
    }

    @Mixin
    CartographySamples source;

    @Parameters(
            paramLabel = "LABELS",
            description = "Where the classes are: a log's folder, or texts (.csv, .json, .jsonl, .tsv).")
    Path labels;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "uniform",
            description =
                    "uniform, flip, easiest, binary, uniform-matrix or matrix (default ${DEFAULT-VALUE}): "
                            + "to any other class, to the next class, the most "
                            + "confident samples to any other class, the other of two classes, each sample by chance, by --matrix.")
    String kindName;

    @Option(names = "--rate", paramLabel = "SHARE", description = "The share of the samples to change, 0 to 1.")
    Double rate;

    @Option(
            names = "--metrics",
            paramLabel = "METRICS",
            description = "For easiest: td_metrics.jsonl, or a log's folder.")
    Path metrics;

    @Option(names = "--matrix", description = "For matrix: a JSON array with a row of probabilities for each class.")
    Path matrix;

    @Option(names = "--seed", defaultValue = "0", description = "The random seed of the draw.")
    long seed;

    @Option(names = "--out", defaultValue = "noise.jsonl", description = "The file to write or replace.")
    Path out;

    private Kind kind;

    @Override
    protected void run() {
        kind = Words.named(Kind.class, "--kind", kindName);
        need(kind != Kind.MATRIX, rate != null, "--rate=SHARE");
        need(kind == Kind.MATRIX, matrix != null, "--matrix=FILE");
        need(kind == Kind.EASIEST, metrics != null, "--metrics=METRICS");
        Targets.checkFile("--out", out);
        CartographySamples.Labels all = source.labels(labels);
        NoisyLabels noise = noise(all).inject(all.guids(), all.gold(), all.classes(), seed);
        noise.write(out);
        print("%,d of %s changed", noise.size(), Words.count(all.gold().length, "label"));
        print(out);
    }

    private void need(boolean needed, boolean given, String option) {
        Arguments.require(
                needed == given, "--kind " + Words.of(kind) + (needed ? " needs " : " doesn't take ") + option);
    }

    private LabelNoise noise(CartographySamples.Labels all) {
        return switch (kind) {
            case UNIFORM -> LabelNoise.uniform(rate);
            case FLIP -> LabelNoise.flip(rate);
            case BINARY -> LabelNoise.binary(rate);
            case UNIFORM_MATRIX -> LabelNoise.matrix(LabelNoise.uniformMatrix(rate, all.classes()));
            case MATRIX -> LabelNoise.matrix(matrix());
            case EASIEST -> {
                SampleMetrics known = source.metrics(metrics);
                yield LabelNoise.easiest(rate, known.at(SampleRows.of(known.guids(), all.guids())));
            }
        };
    }

    private double[][] matrix() {
        JsonNode rows = Json.read(matrix);
        double[][] numbers = new double[rows.size()][];
        for (int r = 0; r < numbers.length; r++) {
            numbers[r] = new double[rows.get(r).size()];
            for (int c = 0; c < numbers[r].length; c++) {
                if (!rows.get(r).get(c).isNumber()) {
                    throw new RecordException(
                            matrix,
                            "row " + r + ", column " + c + ": expected a number, found "
                                    + rows.get(r).get(c));
                }
                numbers[r][c] = rows.get(r).get(c).doubleValue();
            }
        }
        if (!rows.isArray() || numbers.length == 0) {
            throw new RecordException(matrix, "expected an array of arrays of numbers");
        }
        return numbers;
    }
}
