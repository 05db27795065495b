package dev.lithe.operators;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a model without subgraph calls, node by node with reference kernels: prepare, shapes, run. Nothing is shared or
/// planned; for tests only.
public final class KernelRunner {
    private final Subgraph subgraph;
    private final boolean constantsKnown;
    private final Map<TensorId, Tensor> values = new HashMap<>();

    private KernelRunner(Model model, boolean constantsKnown) {
        this.subgraph = model.main();
        this.constantsKnown = constantsKnown;
        for (TensorSpec spec : subgraph.tensors().values()) {
            Constant constant = spec.constant();
            if (constant != null && spec.type() != TensorType.STRING) {
                values.put(
                        spec.id(),
                        Tensor.fromLittleEndian(
                                spec.type(),
                                spec.shape(),
                                spec.quantization(),
                                constant.bytes().segment()));
            }
        }
    }

    /// The model's outputs for `inputs`.
    public static List<Tensor> run(Model model, Tensor... inputs) {
        return new KernelRunner(model, true).run(inputs);
    }

    /// The same with constants that kernels see only when they run, as if they were computed.
    public static List<Tensor> runWithLateConstants(Model model, Tensor... inputs) {
        return new KernelRunner(model, false).run(inputs);
    }

    private List<Tensor> run(Tensor[] inputs) {
        for (int i = 0; i < inputs.length; i++) {
            TensorSpec spec = subgraph.tensor(subgraph.inputs().get(i));
            values.put(spec.id(), inputs[i].withQuantization(spec.quantization()));
        }
        for (Node node : subgraph.nodes()) {
            run(node, Operators.of(node));
        }
        return subgraph.outputs().stream().map(this::value).toList();
    }

    private <O extends Operator> void run(Node node, O operator) {
        Definition<O> definition = Operators.definitionOf(operator).orElseThrow();
        Kernel kernel = definition.reference().prepare(operator, new Setup(this, node));
        List<Shape> shapes = definition.shapes().infer(operator, new Shapes(this, node));
        for (int i = 0; i < shapes.size(); i++) {
            TensorSpec spec = subgraph.tensor(node.output(i));
            // A longer array than needed, full of rubbish, as a planner may hand out.
            Shape shape = shapes.get(i).withUnknown(0);
            Object array = Tensor.newArray(spec.type(), shape.flatSize() + 3);
            if (array instanceof float[] floats) {
                Arrays.fill(floats, Float.NaN);
            } else if (array instanceof byte[] bytes) {
                Arrays.fill(bytes, (byte) 99);
            }
            values.put(spec.id(), Tensor.wrap(spec.type(), shape, spec.quantization(), array));
        }
        kernel.run(new Context(this, node));
    }

    private Tensor value(TensorId id) {
        Tensor value = values.get(id);
        if (value == null) {
            throw new IllegalStateException(id + " has no value");
        }
        return value;
    }

    private @Nullable Tensor constant(TensorId id) {
        return constantsKnown && subgraph.tensor(id).isConstant() ? value(id) : null;
    }

    private record Setup(KernelRunner runner, Node node) implements KernelSetup {
        @Override
        public int inputCount() {
            return node.inputs().size();
        }

        @Override
        public int outputCount() {
            return node.outputs().size();
        }

        @Override
        public boolean hasInput(int index) {
            return node.hasInput(index);
        }

        @Override
        public TensorSpec input(int index) {
            return runner.subgraph.tensor(node.input(index));
        }

        @Override
        public TensorSpec output(int index) {
            return runner.subgraph.tensor(node.output(index));
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return runner.constant(node.input(index));
        }
    }

    private record Shapes(KernelRunner runner, Node node) implements ShapeContext {
        @Override
        public Shape input(int index) {
            return runner.value(node.input(index)).shape();
        }

        @Override
        public boolean hasInput(int index) {
            return node.hasInput(index);
        }

        @Override
        public int inputCount() {
            return node.inputs().size();
        }

        @Override
        public int outputCount() {
            return node.outputs().size();
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return runner.constant(node.input(index));
        }
    }

    private record Context(KernelRunner runner, Node node) implements KernelContext {
        @Override
        public boolean hasInput(int index) {
            return node.hasInput(index);
        }

        @Override
        public Tensor input(int index) {
            return runner.value(node.input(index));
        }

        @Override
        public Tensor output(int index) {
            return runner.value(node.output(index));
        }

        @Override
        public Tensor resize(int index, Shape shape) {
            TensorSpec spec = runner.subgraph.tensor(node.output(index));
            Tensor resized = Tensor.allocate(spec.type(), shape, spec.quantization());
            runner.values.put(spec.id(), resized);
            return resized;
        }

        @Override
        public Tensor[] invoke(int subgraph, Tensor[] inputs) {
            throw new UnsupportedOperationException("no subgraph calls here");
        }
    }
}
