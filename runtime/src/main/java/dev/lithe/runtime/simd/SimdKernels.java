package dev.lithe.runtime.simd;

import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import dev.lithe.operators.convolution.Conv2D;
import dev.lithe.operators.convolution.DepthwiseConv2D;
import dev.lithe.operators.dense.FullyConnected;
import dev.lithe.runtime.KernelProvider;
import dev.lithe.runtime.internal.Workers;
import dev.lithe.schema.TensorType;
import java.util.Optional;
import java.util.Set;

/// Float kernels in vector instructions. Each output is summed in the order of the reference kernel, multiply
/// then add; only different outputs run side by side, so that the results are the same bit for bit.
public final class SimdKernels implements KernelProvider {
    /// The operators that have kernels here, in some forms at least.
    public static final Set<Class<? extends Operator>> OPERATORS =
            Set.of(Conv2D.class, DepthwiseConv2D.class, FullyConnected.class);

    private final Workers workers;

    public SimdKernels(Workers workers) {
        this.workers = workers;
    }

    @Override
    public String name() {
        return "simd-" + FloatTiles.SPECIES.vectorBitSize();
    }

    @Override
    public Optional<Kernel> plan(Operator operator, KernelSetup setup) {
        if (!OPERATORS.contains(operator.getClass())) {
            return Optional.empty();
        }
        return switch (operator) {
            case Conv2D conv
            when isFloat(setup)
                    && hasOwnChannels(setup)
                    && PackedWeights.fit(setup.input(1).shape()) -> Optional.of(SimdConv2D.of(conv, setup, workers));
            case DepthwiseConv2D conv
            when isFloat(setup) && hasOwnChannels(setup) -> Optional.of(SimdDepthwiseConv2D.of(conv, setup, workers));
            case FullyConnected dense
            when isFloat(setup) && PackedWeights.fit(setup.input(1).shape()) ->
                Optional.of(SimdFullyConnected.of(dense, setup, workers));
            default -> Optional.empty();
        };
    }

    /// Whether everything is float, and weights and bias are known at plan time.
    private static boolean isFloat(KernelSetup setup) {
        return setup.input(0).type() == TensorType.FLOAT32
                && setup.output(0).type() == TensorType.FLOAT32
                && isFloatConstant(setup, 1)
                && (!setup.hasInput(2) || isFloatConstant(setup, 2));
    }

    private static boolean isFloatConstant(KernelSetup setup, int input) {
        return setup.input(input).type() == TensorType.FLOAT32 && setup.constant(input) != null;
    }

    /// Whether the weights hold as many channels as the input: a convolution without groups, a depthwise
    /// convolution with one output for each channel.
    private static boolean hasOwnChannels(KernelSetup setup) {
        return setup.input(0).shape().rank() == 4
                && setup.input(1).shape().rank() == 4
                && setup.input(0).shape().dimension(3) == setup.input(1).shape().dimension(3);
    }
}
