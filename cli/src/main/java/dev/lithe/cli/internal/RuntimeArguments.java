package dev.lithe.cli.internal;

import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import picocli.CommandLine.Option;

/// How a model is run.
final class RuntimeArguments {
    @Option(
            names = "--kernels",
            paramLabel = "KIND",
            description =
                    "reference: LiteRT's reference arithmetic, bit for bit; simd: the Vector API's; auto (default): "
                            + "the fastest that this start of Java has.")
    Kernels kernels = Kernels.AUTO;

    PlanOptions plan(int threads) {
        return PlanOptions.DEFAULT.kernels(kernels).threads(threads);
    }
}
