package org.kymograph.stories.protocol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.llama.LlamaModel;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

/** Reads what a study's trainings have measured. */
final class StudyReadings {
    private StudyReadings() {}

    static List<StudyPoint> of(StudyTraining t, String feature) {
        Table table = Readings.of(t.run()).table("stories", "generations");
        String asked = t.asked();
        String own = table.columnNames().contains("loss/forget") ? "loss/forget" : "loss/specialise-" + feature;
        String others = own.equals("loss/forget") ? "loss/retain" : "loss/filter-" + feature;
        List<StudyPoint> points = new ArrayList<>();
        for (Row row : table) {
            double score = number(row, asked);
            double prompts = number(row, asked + "/prompts");
            points.add(new StudyPoint(
                    t.stage(),
                    t.model(),
                    t.rate(),
                    t.seed(),
                    row.getLong("step"),
                    number(row, "loss/test"),
                    number(row, own),
                    number(row, others),
                    score,
                    feature.equals(StoryFeature.TWIST.label()) ? number(row, asked + "/surface") : score,
                    number(row, "filter-" + feature),
                    number(row, asked + "/refused"),
                    Double.isNaN(prompts) ? 0 : (int) prompts));
        }
        return points;
    }

    private static double number(Row row, String column) {
        return !row.columnNames().contains(column) || row.isMissing(column) ? Double.NaN : row.getNumber(column);
    }

    /** Reads or makes the reading "probes" of a training's last step. */
    static List<ProbeResults.Row> probes(
            StudyTraining t, MicroStoriesProfile profile, Path folder, int stories, int positions) {
        Readings readings = Readings.of(t.run());
        long last = t.run().lastCheckpointStep();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("stories", stories);
        settings.put("positions", positions);
        try (ReadingsWriter out = readings.replace("probes", settings)) {
            if (!out.has(last)) {
                List<StoryRecord> train = profile.corpus().shard(1);
                LlamaModel model = LlamaModel.read(t.last());
                List<ProbeResults.Row> rows = StoryProbes.of(model, profile.tokenizer(folder))
                        .withPositions(positions)
                        .fit(train.subList(0, Math.min(stories, train.size())), profile.testStories(stories / 2))
                        .rows();
                ReadingsWriter.Line line = out.at(last);
                for (ProbeResults.Row row : rows) {
                    String name = row.feature() + "/" + row.layer();
                    line.value(name, row.accuracy());
                    line.value(name + "/lower", row.lower());
                    line.value(name + "/upper", row.upper());
                    line.value(name + "/majority", row.majority());
                }
                line.write();
            }
        }
        Row row = readings.table("probes").row(0);
        List<ProbeResults.Row> rows = new ArrayList<>();
        for (StoryFeature feature : StoryFeature.values()) {
            for (int layer = 0; layer <= profile.layers(); layer++) {
                String name = feature.label() + "/" + layer;
                if (row.columnNames().contains(name)) {
                    rows.add(new ProbeResults.Row(
                            t.model(),
                            t.rate(),
                            t.seed(),
                            feature.label(),
                            layer,
                            number(row, name),
                            number(row, name + "/lower"),
                            number(row, name + "/upper"),
                            number(row, name + "/majority")));
                }
            }
        }
        return rows;
    }
}
