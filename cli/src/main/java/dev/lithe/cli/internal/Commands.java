package dev.lithe.cli.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The commands by name, in the order in which help lists them.
final class Commands {
    private Commands() {}

    private static Map<String, Supplier<Command>> all() {
        Map<String, Supplier<Command>> commands = new LinkedHashMap<>();
        commands.put("convert", ConvertCommand::new);
        commands.put("run", RunCommand::new);
        commands.put("calibrate", CalibrateCommand::new);
        commands.put("evaluate", EvaluateCommand::new);
        commands.put("benchmark", BenchmarkCommand::new);
        commands.put("inspect", InspectCommand::new);
        commands.put("demo", DemoCommand::new);
        return commands;
    }

    /// The command that `args` begin with, or all of them: reading the options of those that are not asked for
    /// would cost every start a tenth of a second.
    static Map<String, Command> of(String... args) {
        if (args.length == 1 && args[0].equals("--version")) {
            return Map.of();
        }
        Map<String, Supplier<Command>> all = all();
        Supplier<Command> only = args.length == 0 ? null : all.get(args[0]);
        if (only != null) {
            return Map.of(args[0], only.get());
        }
        Map<String, Command> commands = new LinkedHashMap<>();
        all.forEach((name, command) -> commands.put(name, command.get()));
        return commands;
    }
}
