package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.dense.FullyConnected;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.runtime.internal.Workers;
import java.util.Objects;
import java.util.function.Supplier;

/// FULLY_CONNECTED in float or on 8-bit integers.
final class SimdFullyConnected implements Kernel {
    private final Supplier<Rows> rows;

    private SimdFullyConnected(Supplier<Rows> rows) {
        this.rows = rows;
    }

    static Kernel of(FullyConnected op, KernelSetup setup, Workers workers) {
        Tensor weights = Objects.requireNonNull(setup.constant(1));
        Tensor bias = setup.hasInput(2) ? setup.constant(2) : null;
        int units = weights.shape().dimension(0);
        int depth = weights.shape().dimension(1);
        PackedWeights packed = PackedWeights.ofRows(weights.floats(), units, depth, SimdConv2D.values(bias));
        FloatTiles tiles = new FloatTiles(packed, FusedActivation.floatBounds(op.activation()));
        return new SimdFullyConnected(() -> new Rows(tiles, Input.FLOATS, depth, units, workers));
    }

    static Kernel ofIntegers(FullyConnected op, KernelSetup setup, Workers workers) {
        Integers integers = new Integers(setup, op.activation());
        Shape weights = setup.input(1).shape();
        IntegerTiles tiles = integers.tiles(integers.doublePrecision(FullyConnected.factors(setup)));
        return new SimdFullyConnected(
                () -> new Rows(tiles, integers.input(workers), weights.dimension(1), weights.dimension(0), workers));
    }

    @Override
    public void run(KernelContext context) {
        context.workspace(rows).run(context);
    }
}
