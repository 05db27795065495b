package dev.lithe.cli.internal;

import java.util.LinkedHashMap;
import java.util.Map;

/// The commands by name, in the order in which help lists them.
final class Commands {
    private Commands() {}

    static Map<String, Command> all() {
        Map<String, Command> commands = new LinkedHashMap<>();
        commands.put("convert", new ConvertCommand());
        commands.put("run", new RunCommand());
        commands.put("calibrate", new CalibrateCommand());
        commands.put("evaluate", new EvaluateCommand());
        commands.put("benchmark", new BenchmarkCommand());
        commands.put("inspect", new InspectCommand());
        commands.put("demo", new DemoCommand());
        return commands;
    }
}
