package dev.lithe.cli;

import dev.lithe.cli.internal.CommandLineRun;
import dev.lithe.cli.internal.Terminal;

/// Entry point of the command line.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        // The reader of HDF5 logs, and its logger would say on the terminal that it has nowhere to write to.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        Terminal terminal = Terminal.ofProcess();
        int code = CommandLineRun.run(terminal, args);
        System.exit(terminal.flushed() || code != 0 ? code : 1);
    }
}
