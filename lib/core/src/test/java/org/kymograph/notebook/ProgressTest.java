package org.kymograph.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Progress;
import org.kymograph.plot.Plot;

class ProgressTest {
    private static final long MILLI = 1_000_000;
    private final AtomicLong clock = new AtomicLong(5);
    private final List<String> shown = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final List<Boolean> updates = new ArrayList<>();
    private final Notebook.Output output = (id, bundle, update) -> {
        ids.add(id);
        shown.add(bundle.get("text/plain"));
        updates.add(update);
    };
    private final ProgressBars bars = new ProgressBars(output, clock::get);

    @Test
    void shortWorkShowsNothing() {
        try (Progress progress = bars.start("reading", "files", 10)) {
            for (int i = 1; i <= 10; i++) {
                clock.addAndGet(100 * MILLI);
                progress.update(i, "");
            }
        }
        assertThat(shown).isEmpty();
    }

    @Test
    void longWorkIsOneDisplayShownFiveTimesASecondAndItsEndStays() {
        try (Progress progress = bars.start("training", "steps", 4000)) {
            for (int i = 1; i <= 4000; i++) {
                clock.addAndGet(MILLI);
                progress.update(i, "loss 0." + i);
            }
        }
        assertThat(shown).hasSize(1 + 10 + 1);
        assertThat(ids.stream().distinct()).hasSize(1);
        assertThat(updates.subList(1, updates.size())).containsOnly(true);
        assertThat(updates.get(0)).isFalse();
        assertThat(shown.get(0)).startsWith("training 2,000 of 4,000 steps, 1,000 steps/s, 2 s left, loss 0.2000");
        assertThat(shown.get(shown.size() - 1)).isEqualTo("training 4,000 of 4,000 steps, done in 4 s, loss 0.4000");
    }

    @Test
    void workThatIsBrokenOffSaysSo() {
        Progress progress = bars.start("training", "epochs", 300);
        clock.addAndGet(65_000 * MILLI);
        progress.update(120, "<b>");
        progress.close();
        progress.update(130, "after the end");
        assertThat(shown).last().isEqualTo("training 120 of 300 epochs, stopped after 1 min 5 s, <b>");
        assertThat(shown).hasSize(2);
    }

    private Progress work(String what, int total, int seconds) {
        Progress progress = bars.start(what, "steps", total);
        progress.update(total / 2, "");
        clock.addAndGet(seconds * 1000L * MILLI);
        progress.update(total / 2, "");
        return progress;
    }

    private void finished(String what, int total, int seconds) {
        try (Progress progress = work(what, total, seconds)) {
            progress.update(total, "loss 0.1");
        }
    }

    @Test
    void whatACellHasFinishedFoldsIntoOneBarAboveTheCurrentOne() {
        finished("training a", 100, 3);
        assertThat(shown).last().isEqualTo("training a 100 of 100 steps, done in 3 s, loss 0.1");
        Progress second = work("training b", 200, 30);
        assertThat(shown)
                .last()
                .isEqualTo("training a 100 of 100 steps, done in 3 s, loss 0.1\ntraining b 100 of 200 steps");
        second.update(200, "");
        second.close();
        second.close();
        assertThat(shown).last().isEqualTo("training 2 times: 300 steps, done in 33 s");
        clock.addAndGet(60_000 * MILLI);
        finished("training a", 100, 30);
        assertThat(shown).last().isEqualTo("training 3 times: 400 steps, done in 1 min 3 s");
        assertThat(ids.stream().distinct()).hasSize(1);
        assertThat(updates).filteredOn(update -> !update).hasSize(1);
    }

    @Test
    void onlyWorkOfOneKindFoldsAndOfOneNameUnderIt() {
        finished("fitting 3 states", 10, 3);
        finished("training a", 10, 3);
        finished("fitting 3 states", 10, 3);
        assertThat(shown).last().isEqualTo("fitting 3 states 2 times: 20 steps, done in 6 s");
        assertThat(ids.stream().distinct()).hasSize(2);
    }

    @Test
    void whatWasStoppedStaysWithItsOwnBar() {
        work("training a", 100, 3).close();
        finished("training b", 100, 3);
        work("training c", 100, 4).close();
        finished("training d", 100, 3);
        assertThat(shown)
                .last()
                .asString()
                .isEqualTo("training 2 times: 200 steps, done in 6 s\ntraining a 50 of 100 steps, stopped after 3 s"
                        + "\ntraining c 50 of 100 steps, stopped after 4 s");
    }

    @Test
    void workSideBySideTakesTheTimeThatPasses() {
        Progress one = work("fitting", 10, 3);
        Progress other = work("fitting", 10, 3);
        for (Progress progress : List.of(one, other)) {
            progress.update(10, "");
            progress.close();
        }
        assertThat(shown).last().isEqualTo("fitting 2 times: 20 steps, done in 6 s");
    }

    @Test
    void whatIsTooShortToBeShownCountsAtTheEndOfTheCell() {
        finished("training a", 10, 3);
        finished("training a", 10, 1);
        finished("training a", 10, 1);
        assertThat(shown).last().asString().startsWith("training a 10 of 10");
        bars.endCell();
        assertThat(shown).last().isEqualTo("training a 3 times: 30 steps, done in 5 s");
        int before = shown.size();
        bars.endCell();
        assertThat(shown).hasSize(before);
    }

    @Test
    void theNextCellHasAPlaceOfItsOwn() {
        finished("training a", 10, 3);
        Progress late = work("training b", 10, 3);
        bars.endCell();
        finished("training a", 10, 3);
        assertThat(shown).last().isEqualTo("training a 10 of 10 steps, done in 3 s, loss 0.1");
        assertThat(ids.stream().distinct()).hasSize(2);
        late.update(10, "");
        late.close();
        assertThat(ids).last().isEqualTo(ids.get(0));
        assertThat(shown).last().isEqualTo("training 2 times: 20 steps, done in 9 s");
    }

    @Test
    void aSentenceThatComesAgainSaysHowOften() {
        bars.say("it was there");
        bars.say("another");
        bars.say("it was there");
        assertThat(shown).containsExactly("it was there", "another", "it was there, 2 times");
        assertThat(updates).containsExactly(false, false, true);
        bars.endCell();
        bars.say("it was there");
        assertThat(shown).last().isEqualTo("it was there");
        assertThat(updates).last().isEqualTo(false);
    }

    @Test
    void theRateIsThatOfTheLastSecondsNotOfWhatAResumedRunHadDone() {
        ProgressMeter meter = new ProgressMeter("training", "steps", 10_000, clock::get);
        meter.update(5_000, "");
        for (int i = 1; i <= 10; i++) {
            clock.addAndGet(1000 * MILLI);
            meter.update(5_000 + i * 50, "");
        }
        assertThat(meter.text()).isEqualTo("training 5,500 of 10,000 steps, 50.0 steps/s, 1 min 30 s left");
    }

    @Test
    void longTimesAreToldInDaysAndYears() {
        assertThat(ProgressMeter.duration(59.4)).isEqualTo("59 s");
        assertThat(ProgressMeter.duration(40 * 3600.0)).isEqualTo("40 h 0 min");
        assertThat(ProgressMeter.duration(20 * 86_400.0)).isEqualTo("20 days");
        assertThat(ProgressMeter.duration(50_157_541 * 3600.0)).isEqualTo("over 1,000 years");
        assertThat(ProgressMeter.duration(500_000 * 3600.0)).isEqualTo("57 years");
    }

    @Test
    void slowWorkCountsSecondsPerUnit() {
        ProgressMeter meter = new ProgressMeter("chains", "draws", 3, clock::get);
        meter.update(0, "");
        clock.addAndGet(4000 * MILLI);
        meter.update(1, "");
        assertThat(meter.text()).isEqualTo("chains 1 of 3 draws, 4.00 s per draw, 8 s left");
    }

    @Test
    void aLivePlotIsDrawnOnceASecondInOnePlaceAndCompleteAtTheEnd() {
        LivePlot live = new LivePlot("epoch", "loss", Plot::withLogY, new Notebook.Display("d", output), clock::get);
        for (int i = 0; i < 250; i++) {
            live.add("seed" + i % 2, i >> 1, 1.0 / (i + 1));
            clock.addAndGet(10 * MILLI);
        }
        live.close();
        live.close();
        assertThat(shown).hasSize(3 + 1);
        assertThat(ids).containsOnly("d");
        assertThat(live.plot().json()).contains("\"log\"");
        assertThat(live.plot().getTraces()).hasSize(2);
    }
}
