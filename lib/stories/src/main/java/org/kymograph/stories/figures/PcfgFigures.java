package org.kymograph.stories.figures;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.plot.Band;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.stories.pcfg.PcfgStudy;
import org.kymograph.stories.pcfg.PcfgTask;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Figures of fine-tuning on strings of a grammar. */
public final class PcfgFigures {
    private PcfgFigures() {}

    /**
     * Draws accuracies by step of fine-tuning.
     *
     * @param accuracies rows as {@link PcfgStudy#accuracies} gives them
     * @return a line for each letter and test set, the mean over the seeds with its range
     */
    public static Plot curves(Table accuracies) {
        StringColumn lines = StringColumn.create("counted");
        accuracies.forEach(row ->
                lines.append(row.getString("counted") + (row.getInt("correlated") == 1 ? ", tied" : ", elsewhere")));
        Table named = Table.create(
                "accuracies",
                accuracies.column("step").copy(),
                accuracies.column("accuracy").copy(),
                accuracies.column("seed").copy(),
                lines);
        return Plots.means(named, "step", "accuracy", "seed", "counted", Band.range())
                .withX("step of fine-tuning")
                .withY("accuracy")
                .withYRange(0, 1);
    }

    /**
     * Draws accuracies of several fine-tunings to one task, by step on a logarithmic axis.
     *
     * @param accuracies rows as {@link PcfgStudy#accuracies} gives them, by the names of the fine-tunings
     * @param counted the letter, a or b
     * @param correlated whether on correlated samples, 0 or 1
     * @return a line for each fine-tuning, the mean over the seeds with its range
     */
    public static Plot compared(Map<String, Table> accuracies, String counted, int correlated) {
        Table all = null;
        for (Map.Entry<String, Table> e : accuracies.entrySet()) {
            Table rows = e.getValue().where(t -> t.stringColumn("counted")
                    .isEqualTo(counted)
                    .and(t.intColumn("correlated").isEqualTo(correlated)));
            StringColumn names = StringColumn.create("fine-tuning");
            rows.forEach(row -> names.append(e.getKey()));
            Table named = Table.create(
                    "accuracies",
                    rows.longColumn("step").add(1).asDoubleColumn().setName("step"),
                    rows.column("accuracy").copy(),
                    rows.column("seed").copy(),
                    names);
            all = all == null ? named : all.append(named);
        }
        if (all == null) {
            throw new IllegalArgumentException("accuracies is empty; expected those of at least one fine-tuning");
        }
        return Plots.means(all, "step", "accuracy", "seed", "fine-tuning", Band.range())
                .withX("step of fine-tuning, plus 1")
                .withY("accuracy")
                .withYRange(0, 1)
                .withLogX();
    }

    /**
     * Draws how often each number is the answer.
     *
     * @param questions the questions by name, of one vocabulary
     * @return bars for each number that occurs
     */
    public static Plot answers(Map<String, PcfgTask> questions) {
        Map<String, int[]> counts = new LinkedHashMap<>();
        questions.forEach((name, question) -> counts.put(name, PcfgStudy.answers(question)));
        PcfgTask any = questions.values().iterator().next();
        StringColumn answer = StringColumn.create("answer");
        StringColumn group = StringColumn.create("questions");
        DoubleColumn share = DoubleColumn.create("share");
        IntStream.range(0, any.vocabulary())
                .filter(token -> counts.values().stream().anyMatch(c -> c[token] > 0))
                .forEach(token -> counts.forEach((name, c) -> {
                    answer.append(any.text(token));
                    group.append(name);
                    share.append((double) c[token] / IntStream.of(c).sum());
                }));
        return Plots.bars(Table.create("answers", answer, group, share), "answer", "share", "questions")
                .withX("answer")
                .withY("share");
    }
}
