package dev.lithe.oracle.internal;

import java.time.Duration;

/// Kills a child process when its time is up.
final class Deadline {
    private final ChildProcess child;
    private final Thread watcher;
    private boolean expired;
    private boolean disarmed;

    private Deadline(ChildProcess child, Duration limit) {
        this.child = child;
        this.watcher = Thread.ofVirtual().unstarted(() -> watch(limit));
    }

    static Deadline start(ChildProcess child, Duration limit) {
        Deadline deadline = new Deadline(child, limit);
        deadline.watcher.start();
        return deadline;
    }

    /// Ends the watch.
    ///
    /// @return whether the child was killed before
    boolean disarm() {
        synchronized (this) {
            disarmed = true;
        }
        watcher.interrupt();
        return expired();
    }

    private synchronized boolean expired() {
        return expired;
    }

    private void watch(Duration limit) {
        try {
            Thread.sleep(limit);
        } catch (InterruptedException e) {
            return; // disarmed
        }
        synchronized (this) {
            if (!disarmed) {
                expired = true;
                child.kill();
            }
        }
    }
}
