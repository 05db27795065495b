package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import dev.lithe.operators.Operators;
import dev.lithe.operators.ShapeContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Computes a small graph without inputs by the operators' reference kernels.
final class Evaluation {
    private final Subgraph graph;
    private final Map<TensorId, Tensor> values = new HashMap<>();

    private Evaluation(Subgraph graph) {
        this.graph = graph;
    }

    /// The outputs of `graph`.
    static List<Tensor> run(Subgraph graph) {
        Evaluation evaluation = new Evaluation(graph);
        for (TensorSpec spec : graph.tensors().values()) {
            Constant constant = spec.constant();
            if (constant != null) {
                evaluation.values.put(
                        spec.id(),
                        Tensor.fromLittleEndian(
                                spec.type(),
                                spec.shape(),
                                spec.quantization(),
                                constant.bytes().segment()));
            }
        }
        graph.nodes().forEach(evaluation::step);
        return graph.outputs().stream().map(evaluation::value).toList();
    }

    private Tensor value(TensorId id) {
        return Objects.requireNonNull(values.get(id));
    }

    private void step(Node node) {
        Definition<?> definition = Operators.definition(node.code().builtin()).orElseThrow();
        run(node, definition);
    }

    private <O extends Operator> void run(Node node, Definition<O> definition) {
        O operator = definition.parse().apply(node);
        List<@Nullable Tensor> inputs = new ArrayList<>();
        for (TensorId id : node.inputs()) {
            inputs.add(id.isPresent() ? value(id) : null);
        }
        Shapes context = new Shapes(inputs, node.outputs().size());
        List<Shape> shapes = definition.shapes().infer(operator, context);
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            TensorSpec spec = graph.tensor(node.output(i));
            outputs.add(Tensor.allocate(spec.type(), shapes.get(i).withUnknown(1), spec.quantization()));
        }
        definition
                .reference()
                .prepare(operator, new Setup(graph, node, inputs, shapes))
                .run(new Run(inputs, outputs));
        for (int i = 0; i < shapes.size(); i++) {
            values.put(node.output(i), outputs.get(i));
        }
    }

    private static boolean has(List<@Nullable Tensor> inputs, int index) {
        return index < inputs.size() && inputs.get(index) != null;
    }

    private record Shapes(List<@Nullable Tensor> inputs, int outputCount) implements ShapeContext {
        @Override
        public Shape input(int index) {
            return Objects.requireNonNull(inputs.get(index)).shape();
        }

        @Override
        public boolean hasInput(int index) {
            return has(inputs, index);
        }

        @Override
        public int inputCount() {
            return inputs.size();
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return has(inputs, index) ? inputs.get(index) : null;
        }
    }

    private record Setup(Subgraph graph, Node node, List<@Nullable Tensor> inputs, List<Shape> shapes)
            implements KernelSetup {
        @Override
        public int inputCount() {
            return inputs.size();
        }

        @Override
        public int outputCount() {
            return node.outputs().size();
        }

        @Override
        public boolean hasInput(int index) {
            return has(inputs, index);
        }

        @Override
        public TensorSpec input(int index) {
            Shape shape = Objects.requireNonNull(inputs.get(index)).shape();
            return graph.tensor(node.input(index)).withShape(shape);
        }

        @Override
        public TensorSpec output(int index) {
            return graph.tensor(node.output(index)).withShape(shapes.get(index));
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return has(inputs, index) ? inputs.get(index) : null;
        }
    }

    private record Run(List<@Nullable Tensor> inputs, List<Tensor> outputs) implements KernelContext {
        @Override
        public boolean hasInput(int index) {
            return has(inputs, index);
        }

        @Override
        public Tensor input(int index) {
            return Objects.requireNonNull(inputs.get(index));
        }

        @Override
        public Tensor output(int index) {
            return outputs.get(index);
        }

        @Override
        public Tensor resize(int index, Shape shape) {
            Tensor old = outputs.get(index);
            Tensor fresh = Tensor.allocate(old.type(), shape, old.quantization());
            outputs.set(index, fresh);
            return fresh;
        }

        @Override
        public Tensor[] invoke(int subgraph, Tensor[] inputs) {
            throw new IllegalStateException("an operator that is folded calls no other subgraph");
        }
    }
}
