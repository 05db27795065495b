package dev.lithe.cli.internal;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;

/// A command of the command line: options in fields that picocli fills, work in [#work].
abstract class Command implements Callable<Answer> {
    @ArgGroup(validate = false, heading = "%nEvery command:%n", order = 9)
    CommonOptions common = new CommonOptions();

    private @Nullable Terminal terminal;

    /// Does the work. Nothing is printed here except through `console`.
    abstract Answer work(Console console) throws Exception;

    final void attach(Terminal newTerminal) {
        terminal = newTerminal;
    }

    @Override
    public final Answer call() throws Exception {
        Terminal attached = terminal;
        if (attached == null) {
            throw new IllegalStateException("the command is not attached to a terminal");
        }
        if (common.threads < 1) {
            throw UsageException.value(
                    "--threads " + common.threads + " is no number of threads", "give a number of at least 1.");
        }
        return work(new Console(attached, common));
    }
}
