package dev.lithe.cli.internal;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What picocli has to say about a command line, in our words.
final class UsageErrors {
    private UsageErrors() {}

    static Failure of(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        String help = "see `" + command + " --help`.";
        return switch (e) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched, command, help);
            case MissingParameterException missing ->
                Failure.usage("LQ0003", command + " needs " + names(missing.getMissing()), help);
            default -> Failure.usage("LQ0004", command + ": " + firstLine(e), help);
        };
    }

    private static Failure unmatched(UnmatchedArgumentException e, String command, String help) {
        List<String> unknown = e.getUnmatched();
        boolean option = !unknown.isEmpty() && unknown.getFirst().startsWith("-");
        String kind = option
                ? "unknown option"
                : e.getCommandLine().getSubcommands().isEmpty() ? "unexpected argument" : "unknown command";
        List<String> near = e.getSuggestions();
        String fix = near.isEmpty() ? help : "did you mean " + String.join(" or ", near) + "? Otherwise " + help;
        return Failure.usage("LQ0001", command + ": " + kind + " " + String.join(" ", unknown), fix);
    }

    private static String names(List<ArgSpec> missing) {
        return missing.stream()
                .map(arg -> arg instanceof OptionSpec option
                        ? option.longestName() + " " + arg.paramLabel()
                        : arg.paramLabel())
                .collect(Collectors.joining(" and "));
    }

    private static String firstLine(ParameterException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("bad usage");
    }
}
