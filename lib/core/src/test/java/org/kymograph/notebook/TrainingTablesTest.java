package org.kymograph.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Progress;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.train.Experiment;
import org.kymograph.train.Experiments;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;

class TrainingTablesTest {
    private static final Experiment SMALL = Experiments.sparseParity()
            .withTask(SparseParity.withDefaults().withTrain(64).withTest(32))
            .withNetwork(Mlp.of(1, 8))
            .withStatistics(false)
            .withLength(Span.epochs(3));

    @TempDir
    Path root;

    private final List<String> shown = new ArrayList<>();

    @AfterEach
    void showNothing() {
        Progress.showOn(new ProgressBars((id, bundle, update) -> {}, System::nanoTime));
    }

    @Test
    void experimentsAndSettingsAreTables() {
        String text = Notebook.bundle(SMALL).get("text/plain");
        assertThat(text)
                .doesNotContain("more row")
                .startsWith("experiment sparse-parity\nsetting")
                .containsPattern("optimizer\\.learningRate +0\\.1");
        assertThat(Notebook.bundle(SMALL).get("text/html"))
                .contains("optimizer.learningRate")
                .contains("<table");
        assertThat(Notebook.bundle(Optimizer.adamW(1e-3)).get("text/plain"))
                .contains("learningRate")
                .contains("0.001");
        assertThat(Notebook.bundle(Span.epochs(3)).get("text/plain")).contains("EPOCHS");
    }

    @Test
    void runsAreATableOfTheirLastEvaluations() {
        Population runs = Trainer.of(SMALL).train(root.toString(), 0, 3);
        String text = Notebook.bundle(runs).get("text/plain");
        assertThat(text)
                .startsWith("sparse-parity: 2 runs (2 done)")
                .contains("eval_accuracy")
                .contains("-seed3");
        assertThat(Notebook.bundle(runs.runs().get(0)).get("text/plain")).startsWith("sparse-parity: 1 run (1 done)");
    }

    @Test
    void aTrainingThatIsDoneShowsItsCurveFromTheRecordAndSaysSo() {
        Trainer.of(SMALL).train(root, 0, 1);
        Progress.showOn(
                new ProgressBars((id, bundle, update) -> shown.add(bundle.get("text/plain")), System::nanoTime));
        LivePlot live = new LivePlot(
                "epoch",
                "eval_loss",
                plot -> plot,
                new Notebook.Display("d", (id, bundle, update) -> shown.add(bundle.get("text/plain"))),
                new AtomicLong()::get);
        Trainer.of(SMALL).withListener(live).train(root, 0, 1);
        assertThat(shown)
                .containsExactly(
                        "Figure: evaluation loss over epoch",
                        "2 of 2 runs were done already (" + root.resolve("sparse-parity") + ")");
        assertThat(live.plot().getTraces()).hasSize(2);
        assertThat(((double[]) live.plot().traces().get(1).get("y")).length).isEqualTo(3);
        LivePlot misspelt =
                new LivePlot("epoch", "eval_los", plot -> plot, new Notebook.Display("e", (id, b, u) -> {}), () -> 0);
        assertThatThrownBy(() -> Trainer.of(SMALL).withListener(misspelt).train(root, 0))
                .hasMessageContaining("did you mean 'eval_loss'?");
    }

    @Test
    void theLossAtTheEndIsTheMeanOfAllRunsWhicheverReportsLast() {
        List<String> ends = new ArrayList<>();
        for (int workers : new int[] {1, 2, 2}) {
            List<String> notes = new ArrayList<>();
            Progress.showOn((what, unit, total) -> new Progress() {
                @Override
                public synchronized void update(long done, String note) {
                    notes.add(note);
                }

                @Override
                public void close() {}
            });
            Trainer.of(SMALL).withWorkers(workers).withStackSize(2).train(root.resolve("w" + ends.size()), 0, 1, 2, 3);
            ends.add(notes.get(notes.size() - 1));
        }
        assertThat(ends.get(0)).startsWith("mean loss ");
        assertThat(ends).containsOnly(ends.get(0));
    }
}
