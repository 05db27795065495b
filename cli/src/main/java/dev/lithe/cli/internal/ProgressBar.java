package dev.lithe.cli.internal;

import java.io.PrintStream;
import java.util.Locale;

/// One line on a terminal that is drawn over until the work is done, then removed.
final class ProgressBar implements Step {
    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final int CELLS = 30;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream terminal;
    private final String what;
    private final long start = System.nanoTime();
    private long drawn = start;
    private boolean visible;

    ProgressBar(PrintStream terminal, String what) {
        this.terminal = terminal;
        this.what = what;
    }

    @Override
    public void progress(long done, long total) {
        long now = System.nanoTime();
        if (now - start < PATIENCE_NANOS || now - drawn < REDRAW_NANOS) {
            return;
        }
        drawn = now;
        visible = true;
        terminal.print(CLEAR_LINE + line(what, done, total, (now - start) / 1e9));
        terminal.flush();
    }

    @Override
    public void close() {
        if (visible) {
            terminal.print(CLEAR_LINE);
            terminal.flush();
            visible = false;
        }
    }

    static String line(String what, long done, long total, double seconds) {
        if (total <= 0) {
            return String.format(Locale.ROOT, "%s: %d, %.0f s", what, done, seconds);
        }
        int filled = (int) (CELLS * Math.min(done, total) / total);
        String bar = "#".repeat(filled) + "-".repeat(CELLS - filled);
        double left = done == 0 ? Double.NaN : seconds * (total - done) / done;
        String rest = Double.isNaN(left) ? "" : String.format(Locale.ROOT, ", %.0f s left", left);
        return String.format(Locale.ROOT, "%s [%s] %d/%d%s", what, bar, done, total, rest);
    }
}
