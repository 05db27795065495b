package dev.lithe.cli.internal;

import picocli.CommandLine.Option;

/// The options that every command has.
final class CommonOptions {
    @Option(names = "--json", description = "Print one JSON document on standard output, and nothing else there.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress and no summary; warnings and errors remain.")
    boolean quiet;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to compute with (default: 1). Results do not depend on it.")
    int threads = 1;

    @Option(names = "--verbose", description = "Print the stack trace of an unexpected error.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;
}
