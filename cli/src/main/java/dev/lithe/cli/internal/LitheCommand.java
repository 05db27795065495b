package dev.lithe.cli.internal;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lithe` itself: what stands in front of the commands.
@CommandLine.Command(
        name = "lithe",
        header = "Quantizes LiteRT (TensorFlow Lite) models: small, quick, and still right.",
        commandListHeading = "%nCommands:%n",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Start with:  lithe demo",
            "Exit codes:  0 done; 1 the work failed; 2 bad usage; 3 a stated bound is not met."
        })
final class LitheCommand {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and exit.")
    boolean version;
}
