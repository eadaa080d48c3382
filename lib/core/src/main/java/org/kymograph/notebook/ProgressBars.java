package org.kymograph.notebook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.kymograph.base.Progress;

/**
 * Shows progress in the running cell: a bar for each piece of work that takes over two seconds, at most five updates a second. What a cell has done of
 * one kind folds into one bar, beneath which the bar of the current work moves; what was stopped keeps its own.
 */
final class ProgressBars implements Progress.Sink {
    private static final double FIRST = 2;
    private static final double INTERVAL = 0.2;
    private final Notebook.Output output;
    private final LongSupplier clock;
    private final Map<List<String>, Kind> kinds = new LinkedHashMap<>();
    private final Map<String, Sentence> sentences = new LinkedHashMap<>();

    ProgressBars(Notebook.Output output, LongSupplier clock) {
        this.output = output;
        this.clock = clock;
    }

    @Override
    public synchronized Progress start(String what, String unit, long total) {
        return new Bar(kinds.computeIfAbsent(List.of(verb(what), unit), kind -> new Kind()), what, unit, total);
    }

    @Override
    public synchronized void say(String sentence) {
        sentences.computeIfAbsent(sentence, own -> new Sentence()).say(sentence);
    }

    /** Ends what the running cell shows: what starts from now on is shown on its own. */
    synchronized void endCell() {
        kinds.values().forEach(Kind::end);
        kinds.clear();
        sentences.clear();
    }

    private static String verb(String what) {
        return what.split(" ", 2)[0];
    }

    /** A sentence that comes again says how often it came. */
    private final class Sentence {
        private final String id = UUID.randomUUID().toString();
        private int times;

        void say(String sentence) {
            times++;
            String text = times == 1 ? sentence : String.format(Locale.ROOT, "%s, %,d times", sentence, times);
            output.show(id, Map.of("text/plain", text), times > 1);
        }
    }

    /** Work of one kind in one cell, which has one place there. */
    private final class Kind {
        private final String id = UUID.randomUUID().toString();
        /** What is running or was stopped, of what is shown. */
        private final List<Bar> bars = new ArrayList<>();

        private String finished;
        private String name;
        private int times;
        private long done;
        private double seconds;
        private long ended = Long.MIN_VALUE;
        private boolean placed;
        private boolean stale;

        private void show(Bar bar) {
            if (bar != null && !bars.contains(bar)) {
                bars.add(bar);
            }
            List<String> html = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            if (times > 0) {
                html.add(html(1, finished));
                texts.add(finished);
            }
            for (Bar shown : bars) {
                String text = shown.ending == null ? shown.meter.text() : shown.ending;
                html.add(html(shown.meter.fraction(), text));
                texts.add(text);
            }
            output.show(id, Renderers.bundle(String.join("", html), String.join("\n", texts)), placed);
            placed = true;
            stale = false;
        }

        private void fold(Bar bar) {
            bars.remove(bar);
            long now = clock.getAsLong();
            // Work side by side takes the time that passes, not the sum.
            seconds += (now - Math.max(ended, bar.started)) / 1e9;
            ended = now;
            name = times == 0 || name.equals(bar.what) ? bar.what : verb(bar.what);
            times++;
            done += bar.total;
            finished = times == 1
                    ? bar.ending
                    : String.format(
                            Locale.ROOT,
                            "%s %,d times: %,d %s, done in %s",
                            name,
                            times,
                            done,
                            bar.unit,
                            ProgressMeter.duration(seconds));
            stale = true;
        }

        /** Shows what ended without being shown. */
        synchronized void end() {
            if (placed && stale) {
                show(null);
            }
        }

        private static String html(double fraction, String text) {
            return String.format(
                    Locale.ROOT,
                    "<div class=\"kymograph-progress\" style=\"font-variant-numeric:tabular-nums;margin:0.2em 0\">"
                            + "<div style=\"height:0.4em;max-width:40em;border-radius:0.2em;background:rgba(128,128,128,0.25)\">"
                            + "<div style=\"height:100%%;width:%.1f%%;border-radius:0.2em;background:#0072B2\"></div></div>%s</div>",
                    100 * fraction,
                    Renderers.escape(text));
        }
    }

    private final class Bar implements Progress {
        private final Kind kind;
        private final String what;
        private final String unit;
        private final long total;
        private final long started = clock.getAsLong();
        private final ProgressMeter meter;
        private String ending;

        Bar(Kind kind, String what, String unit, long total) {
            this.kind = kind;
            this.what = what;
            this.unit = unit;
            this.total = total;
            this.meter = new ProgressMeter(what, unit, total, clock);
        }

        @Override
        public void update(long done, String note) {
            synchronized (kind) {
                meter.update(done, note);
                if (ending == null && meter.isDue(FIRST, INTERVAL)) {
                    kind.show(this);
                }
            }
        }

        @Override
        public void close() {
            synchronized (kind) {
                if (ending != null) {
                    return;
                }
                ending = meter.ending();
                boolean due = kind.bars.contains(this) || meter.isDue(FIRST, 0);
                boolean complete = meter.fraction() >= 1;
                if (complete) {
                    kind.fold(this);
                }
                if (due) {
                    kind.show(complete ? null : this);
                }
            }
        }
    }
}
