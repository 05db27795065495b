package dev.lithe.cli.internal;

import dev.lithe.Lithe;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParseResult;

/// One command line from its arguments to the exit code.
public final class CommandLineRun {
    private static final int HELP_WIDTH = 100;

    private final Terminal terminal;
    private final boolean json;
    private final boolean traced;

    private CommandLineRun(Terminal terminal, List<String> args) {
        this.terminal = terminal;
        // Asked of the raw words: a command line that cannot be parsed must still fail in JSON.
        this.json = args.contains("--json");
        this.traced = terminal.debug() || args.contains("--verbose");
    }

    /// Runs a command; prints its answer or its error. Never throws, never ends the process.
    public static int run(Terminal terminal, String... args) {
        CommandLineRun run = new CommandLineRun(terminal, Arrays.asList(args));
        try {
            Answer answer = run.execute(args);
            run.print(answer);
            return answer.exitCode();
        } catch (Throwable e) {
            Failure failure = Failure.of(e, run.traced);
            run.print(failure);
            return failure.exitCode();
        }
    }

    private Answer execute(String... args) throws Exception {
        CommandLine root = commandLine(args);
        ParseResult result = root.parseArgs(args);
        while (result.hasSubcommand() && !result.isUsageHelpRequested() && !result.isVersionHelpRequested()) {
            result = result.subcommand();
        }
        CommandLine called = result.commandSpec().commandLine();
        if (result.isUsageHelpRequested()) {
            return help(called);
        }
        if (result.isVersionHelpRequested()) {
            return new Answer(List.of("lithe " + Lithe.version()), Map.of("version", Lithe.version()));
        }
        if (!(called.getCommand() instanceof Command command)) {
            throw UsageException.missing("lithe needs a command: " + commands(root), "see `lithe --help`.");
        }
        adopt(root.getCommand(), command.common);
        command.attach(terminal);
        return command.call();
    }

    private static CommandLine commandLine(String... args) {
        CommandLine root = new CommandLine(new LitheCommand());
        Commands.of(args).forEach(root::addSubcommand);
        configure(root);
        return root;
    }

    private static void configure(CommandLine line) {
        line.setUsageHelpWidth(HELP_WIDTH);
        line.getCommandSpec().usageMessage().sortOptions(false).abbreviateSynopsis(true);
        line.getSubcommands().values().forEach(CommandLineRun::configure);
        line.setUsageHelpAutoWidth(false);
        line.setAllowOptionsAsOptionParameters(false);
        line.setOverwrittenOptionsAllowed(false);
        line.setExpandAtFiles(false);
        Words.register(line);
    }

    /// `lithe --json convert …` means the same as `lithe convert --json …`.
    private static void adopt(LitheCommand root, CommonOptions own) {
        own.json |= root.common.json;
        own.quiet |= root.common.quiet;
        own.verbose |= root.common.verbose;
        own.threads = own.threads == 1 ? root.common.threads : own.threads;
    }

    private static Answer help(CommandLine called) {
        String usage = called.getUsageMessage(Ansi.OFF).stripTrailing();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("command", called.getCommandSpec().qualifiedName());
        document.put("help", usage);
        return new Answer(usage.lines().toList(), document);
    }

    private static String commands(CommandLine root) {
        return String.join(", ", root.getSubcommands().keySet());
    }

    private void print(Answer answer) {
        if (json) {
            terminal.out().println(JsonText.of(answer.json()));
        } else {
            answer.text().forEach(terminal.out()::println);
        }
        terminal.out().flush();
    }

    private void print(Failure failure) {
        if (json) {
            terminal.out().println(JsonText.of(failure.json()));
            terminal.out().flush();
            if (traced && failure.cause() != null) {
                failure.cause().printStackTrace(terminal.err());
            }
        } else {
            failure.print(terminal.err(), traced);
        }
        terminal.err().flush();
    }
}
