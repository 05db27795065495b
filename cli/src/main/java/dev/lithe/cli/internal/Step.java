package dev.lithe.cli.internal;

/// A piece of work whose progress is told.
interface Step extends AutoCloseable {
    /// Tells nobody.
    Step SILENT = new Step() {
        @Override
        public void progress(long done, long total) {}

        @Override
        public void close() {}
    };

    /// @param total -1 where it is not known
    void progress(long done, long total);

    @Override
    void close();
}
