package dev.lithe.cli.internal;

import java.util.List;

/// What a running command says besides its answer: warnings and progress, on standard error.
final class Console {
    private final Terminal terminal;
    private final boolean quiet;
    private final boolean json;

    Console(Terminal terminal, CommonOptions options) {
        this.terminal = terminal;
        this.quiet = options.quiet;
        this.json = options.json;
    }

    /// Warnings; under `--json` they belong in the document, so scripts that merge both streams stay readable.
    void warn(List<String> warnings) {
        if (!json) {
            warnings.forEach(warning -> terminal.err().println("warning: " + warning));
        }
    }

    /// A piece of work that may last. The bar shows only on a terminal and after a second.
    Step step(String what) {
        boolean shown = terminal.interactive() && !quiet && !json;
        return shown ? new ProgressBar(terminal.err(), what) : Step.SILENT;
    }
}
