package dev.lithe.cli;

import dev.lithe.cli.internal.CommandLineRun;
import dev.lithe.cli.internal.Terminal;

/// Entry point of the command line.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Terminal terminal = Terminal.ofProcess();
        int code = CommandLineRun.run(terminal, args);
        System.exit(terminal.flushed() || code != 0 ? code : 1);
    }
}
