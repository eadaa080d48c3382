package org.kymograph.notebook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Measures the progress of one piece of work and says it in words; safe to call from several threads. */
public final class ProgressMeter {
    private static final long SECOND = 1_000_000_000L;
    private static final long WINDOW = 15 * SECOND;

    private final String what;
    private final String unit;
    private final long total;
    private final LongSupplier clock;
    private final long started;
    private final Deque<long[]> recent = new ArrayDeque<>();
    private long done;
    private String note = "";
    private long shown = Long.MIN_VALUE;

    /**
     * Starts measuring.
     *
     * @param what the work, a few words
     * @param unit what is counted, such as {@code "steps"}
     * @param total how much there is to do, at least 1
     * @param clock nanoseconds from any start, such as {@link System#nanoTime}
     */
    public ProgressMeter(String what, String unit, long total, LongSupplier clock) {
        this.what = what;
        this.unit = unit;
        this.total = Math.max(1, total);
        this.clock = clock;
        this.started = clock.getAsLong();
    }

    /**
     * Takes note of what is done.
     *
     * @param done how much is done, 0 to the total
     * @param note what to say with it; may be empty
     */
    public synchronized void update(long done, String note) {
        long now = clock.getAsLong();
        this.done = Math.max(0, Math.min(done, total));
        this.note = note == null ? "" : note;
        while (recent.size() > 2 && now - recent.peekFirst()[0] > WINDOW) {
            recent.removeFirst();
        }
        if (recent.isEmpty() || now - recent.peekLast()[0] > SECOND / 4 || this.done == total) {
            recent.addLast(new long[] {now, this.done});
        }
    }

    /**
     * Asks whether it is time to show the work again, and if so counts it as shown.
     *
     * @param first seconds from the start before which nothing is shown
     * @param interval seconds between one showing and the next
     * @return true if the caller should show it now
     */
    public synchronized boolean isDue(double first, double interval) {
        long now = clock.getAsLong();
        if (now - started < first * SECOND || shown != Long.MIN_VALUE && now - shown < interval * SECOND) {
            return false;
        }
        shown = now;
        return true;
    }

    /**
     * Tells whether {@link #isDue} has been true.
     *
     * @return true once the work was shown
     */
    public synchronized boolean isShown() {
        return shown != Long.MIN_VALUE;
    }

    /**
     * Returns the part that is done.
     *
     * @return 0 to 1
     */
    public synchronized double fraction() {
        return (double) done / total;
    }

    /**
     * Says where the work is.
     *
     * @return such as {@code "training 120 of 300 epochs, 45.2 epochs/s, 4 s left, loss 0.123"}
     */
    public synchronized String text() {
        StringBuilder text = new StringBuilder(count());
        double rate = rate();
        if (rate > 0) {
            text.append(
                    ", " + (rate >= 1 ? digits(rate) + " " + unit + "/s" : digits(1 / rate) + " s per " + singular()));
            text.append(", ").append(duration((total - done) / rate)).append(" left");
        }
        return text.append(note.isEmpty() ? "" : ", " + note).toString();
    }

    /**
     * Says how the work ended.
     *
     * @return such as {@code "training 300 of 300 epochs, done in 12 s, loss 0.012"}, or "stopped after" if it was not finished
     */
    public synchronized String ending() {
        return count()
                + (done >= total ? ", done in " : ", stopped after ")
                + duration((clock.getAsLong() - started) / (double) SECOND)
                + (note.isEmpty() ? "" : ", " + note);
    }

    private String count() {
        return String.format(Locale.ROOT, "%s %,d of %,d %s", what, done, total, unit);
    }

    /** Units per second over the last seconds, so that a resumed run's head start doesn't count. */
    private double rate() {
        if (recent.size() < 2) {
            return 0;
        }
        double seconds = (recent.peekLast()[0] - recent.peekFirst()[0]) / (double) SECOND;
        return seconds > 0 ? (recent.peekLast()[1] - recent.peekFirst()[1]) / seconds : 0;
    }

    private String singular() {
        return unit.length() > 1 && unit.endsWith("s") ? unit.substring(0, unit.length() - 1) : unit;
    }

    private static String digits(double v) {
        return String.format(Locale.ROOT, v >= 100 ? "%,.0f" : v >= 10 ? "%.1f" : "%.2f", v);
    }

    static String duration(double seconds) {
        long s = Math.round(seconds);
        if (s < 60) {
            return s + " s";
        }
        if (s < 3600) {
            return s / 60 + " min " + s % 60 + " s";
        }
        double days = seconds / 86_400;
        if (days < 2) {
            return s / 3600 + " h " + s / 60 % 60 + " min";
        }
        return days < 730
                ? String.format(Locale.ROOT, "%.0f days", days)
                : days < 365_250 ? String.format(Locale.ROOT, "%.0f years", days / 365.25) : "over 1,000 years";
    }
}
