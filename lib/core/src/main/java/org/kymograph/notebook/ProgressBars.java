package org.kymograph.notebook;

import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.kymograph.base.Progress;

/** Shows progress in the running cell: one bar for each piece of work that takes over two seconds, at most five updates a second. */
final class ProgressBars implements Progress.Sink {
    private static final double FIRST = 2;
    private static final double INTERVAL = 0.2;
    private final Notebook.Output output;
    private final LongSupplier clock;

    ProgressBars(Notebook.Output output, LongSupplier clock) {
        this.output = output;
        this.clock = clock;
    }

    @Override
    public Progress start(String what, String unit, long total) {
        ProgressMeter meter = new ProgressMeter(what, unit, total, clock);
        return new Bar(meter, output);
    }

    @Override
    public void say(String sentence) {
        output.show(UUID.randomUUID().toString(), Map.of("text/plain", sentence), false);
    }

    private static final class Bar implements Progress {
        private final String id = UUID.randomUUID().toString();
        private final ProgressMeter meter;
        private final Notebook.Output output;
        private boolean placed;
        private boolean closed;

        Bar(ProgressMeter meter, Notebook.Output output) {
            this.meter = meter;
            this.output = output;
        }

        @Override
        public synchronized void update(long done, String note) {
            meter.update(done, note);
            if (!closed && meter.isDue(FIRST, INTERVAL)) {
                show(meter.text());
            }
        }

        @Override
        public synchronized void close() {
            if (!closed && (placed || meter.isDue(FIRST, 0))) {
                show(meter.ending());
            }
            closed = true;
        }

        private void show(String text) {
            String html = String.format(
                    Locale.ROOT,
                    "<div class=\"kymograph-progress\" style=\"font-variant-numeric:tabular-nums;margin:0.2em 0\">"
                            + "<div style=\"height:0.4em;max-width:40em;border-radius:0.2em;background:rgba(128,128,128,0.25)\">"
                            + "<div style=\"height:100%%;width:%.1f%%;border-radius:0.2em;background:#0072B2\"></div></div>%s</div>",
                    100 * meter.fraction(),
                    Renderers.escape(text));
            output.show(id, Renderers.bundle(html, text), placed);
            placed = true;
        }
    }
}
