package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Runs the reference kernel of one node on known values.
///
/// @param values the inputs, null where one is left out
/// @param specs what is declared of them
record KernelRun(Node node, List<@Nullable Tensor> values, List<@Nullable TensorSpec> specs, TensorSpec output) {
    <O extends Operator> Kernel prepare(Definition<O> definition) {
        return definition.reference().prepare(definition.parse().apply(node), new Setup());
    }

    Tensor run(Kernel kernel) {
        Context context = new Context();
        kernel.run(context);
        return context.result;
    }

    private boolean has(int index) {
        return index < values.size() && values.get(index) != null;
    }

    private final class Setup implements KernelSetup {
        @Override
        public int inputCount() {
            return values.size();
        }

        @Override
        public int outputCount() {
            return 1;
        }

        @Override
        public boolean hasInput(int index) {
            return has(index);
        }

        @Override
        public TensorSpec input(int index) {
            return Objects.requireNonNull(specs.get(index));
        }

        @Override
        public TensorSpec output(int index) {
            return output;
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return has(index) ? values.get(index) : null;
        }
    }

    private final class Context implements KernelContext {
        private Tensor result = Tensor.allocate(output.type(), output.shape(), output.quantization());

        @Override
        public boolean hasInput(int index) {
            return has(index);
        }

        @Override
        public Tensor input(int index) {
            return Objects.requireNonNull(values.get(index));
        }

        @Override
        public Tensor output(int index) {
            return result;
        }

        @Override
        public Tensor resize(int index, Shape shape) {
            result = Tensor.allocate(output.type(), shape, output.quantization());
            return result;
        }

        @Override
        public Tensor[] invoke(int subgraph, Tensor[] inputs) {
            throw new IllegalStateException("an operator that is folded calls no other subgraph");
        }
    }
}
