package dev.lithe.runtime.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.schema.BuiltinOperator;
import org.jspecify.annotations.Nullable;

/// DEQUANTIZE and DENSIFY of constants, evaluated once for all contexts when the plan is made. The operators that
/// read the result then see a constant and prepare their weights once, as they would for a float model.
final class WidenedConstants {
    private WidenedConstants() {}

    /// Whether the node is evaluated at plan time.
    ///
    /// @param kept whether a tensor must appear at run time (observed, or an output), by position
    static boolean applies(Node node, int[] inputs, int[] outputs, @Nullable Tensor[] values, boolean[] kept) {
        BuiltinOperator code = node.code().builtin();
        return (code == BuiltinOperator.DEQUANTIZE || code == BuiltinOperator.DENSIFY)
                && inputs.length == 1
                && outputs.length == 1
                && inputs[0] >= 0
                && values[inputs[0]] != null
                && outputs[0] >= 0
                && !kept[outputs[0]];
    }

    /// The result, in the shape of its input.
    static Tensor evaluate(Kernel kernel, Tensor input, TensorSpec output) {
        Tensor result = Tensor.allocate(output.type(), input.shape(), output.quantization());
        kernel.run(new KernelContext() {
            @Override
            public boolean hasInput(int index) {
                return index == 0;
            }

            @Override
            public Tensor input(int index) {
                return input;
            }

            @Override
            public Tensor output(int index) {
                return result;
            }

            @Override
            public Tensor resize(int index, Shape shape) {
                throw new IllegalStateException("widening keeps the shape");
            }

            @Override
            public Tensor[] invoke(int subgraph, Tensor[] inputs) {
                throw new IllegalStateException("widening calls no subgraph");
            }
        });
        return result;
    }
}
