package org.kymograph.cli.stories;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.kymograph.cli.Destination;
import org.kymograph.cli.train.StoriesSettingsCommand;
import org.kymograph.record.Population;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.stories.tuning.StoriesConfig;
import picocli.CommandLine.Option;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

/** A command that trains a model of stories: settings behind the options, and what was measured meanwhile as JSON. */
abstract class StoriesTuningCommand extends StoriesSettingsCommand {
    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "A JSON file to write: the run, and what was measured at each step.")
    Path out;

    /** Trains, prints where the run is and writes what was measured. */
    void train(StoriesConfig config, Supplier<Population> training) {
        Destination.checkFile(out);
        warnOfSettingsWithoutEffect(config);
        RunFolder run = training.get().runs().get(0);
        print("%s: %s", run.status(), run.path());
        if (run.status() == RunFolder.Status.FAILED) {
            throw new IllegalArgumentException(run.path() + " failed: " + run.failure());
        }
        if (out != null) {
            Json.write(out, json(run));
            print("wrote " + out);
        }
    }

    private static ObjectNode json(RunFolder run) {
        ObjectNode all = Json.object()
                .put("run", run.path().toString())
                .put("status", run.status().toString());
        List<String> names = Readings.of(run).names();
        Table table = Readings.of(run)
                .table("stories", names.contains("generations") ? new String[] {"generations"} : new String[0]);
        ArrayNode steps = all.putArray("steps");
        for (Row row : table) {
            ObjectNode line = steps.addObject();
            for (String column : row.columnNames()) {
                if (column.equals("step")) {
                    line.put(column, row.getLong(column));
                } else if (!row.isMissing(column)) {
                    line.put(column, row.getNumber(column));
                }
            }
        }
        return all;
    }
}
