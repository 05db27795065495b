package dev.lithe.runtime.internal;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operator;
import dev.lithe.operators.Operators;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds the shapes of all tensors from those of the inputs. Operators that compute shapes from known shapes
/// are run on the way, so that a RESHAPE to a computed shape is no surprise later.
final class ShapePlanner {
    /// Gives the output shapes of other subgraphs, or null where they are not known.
    interface Callees {
        @Nullable
        List<Shape> outputs(int subgraph, List<Shape> inputs);
    }

    private final CompiledSubgraph code;
    private final Callees callees;
    private final @Nullable Shape[] shapes;
    private final @Nullable Tensor[] known;
    private final boolean[] folded;
    private final boolean[] dynamic;

    private ShapePlanner(CompiledSubgraph code, Callees callees) {
        this.code = code;
        this.callees = callees;
        this.shapes = new Shape[code.specs().length];
        this.known = code.constants().clone();
        this.folded = new boolean[code.nodes().size()];
        this.dynamic = new boolean[code.nodes().size()];
    }

    /// @throws InvalidModelException where shapes do not fit an operator
    static ShapePlan plan(CompiledSubgraph code, Shape[] inputShapes, Callees callees) {
        ShapePlanner planner = new ShapePlanner(code, callees);
        planner.start(inputShapes);
        for (int n = 0; n < code.nodes().size(); n++) {
            planner.visit(n, code.nodes().get(n));
        }
        return new ShapePlan(planner.shapes, planner.known, planner.folded, planner.dynamic);
    }

    private void start(Shape[] inputShapes) {
        for (int i = 0; i < shapes.length; i++) {
            TensorSpec spec = code.specs()[i];
            shapes[i] = spec.isConstant() || spec.variable() ? spec.shape() : null;
        }
        for (int i = 0; i < inputShapes.length; i++) {
            shapes[code.inputs()[i]] = inputShapes[i];
        }
    }

    private void visit(int index, CompiledNode node) {
        boolean shapesKnown = IntStream.of(node.inputs()).allMatch(i -> i < 0 || shapes[i] != null);
        if (!shapesKnown) {
            dynamic[index] = true;
            return;
        }
        Shape[] inputs = new Shape[node.inputs().length];
        for (int i = 0; i < inputs.length; i++) {
            Shape shape = node.inputs()[i] < 0 ? null : shapes[node.inputs()[i]];
            inputs[i] = shape == null ? Shape.SCALAR : shape;
        }
        List<Shape> inferred = infer(node, new Context(node, inputs, i -> known[i], callees));
        for (int i = 0; i < inferred.size(); i++) {
            int output = node.outputs()[i];
            if (output >= 0 && inferred.get(i).isKnown()) {
                shapes[output] = inferred.get(i);
            } else if (output >= 0) {
                dynamic[index] = true;
            }
        }
        if (node.foldable() && !dynamic[index]) {
            folded[index] = fold(node, inputs);
        }
    }

    /// The shapes of a node's outputs.
    ///
    /// @param values gives a tensor's value by position, or null where it is not known
    /// @throws InvalidModelException where the input shapes do not fit the operator
    static List<Shape> infer(CompiledNode node, Shape[] inputs, IntFunction<@Nullable Tensor> values) {
        return infer(node, new Context(node, inputs, values, (subgraph, shapes) -> null));
    }

    private static List<Shape> infer(CompiledNode node, Context context) {
        try {
            List<Shape> shapes = infer(node.operator(), context);
            if (shapes.size() != node.outputs().length) {
                throw new ShapeException("has " + node.outputs().length + " outputs instead of " + shapes.size());
            }
            return shapes;
        } catch (ShapeException | IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new InvalidModelException(
                    "LQ0220",
                    node.location(),
                    "input shapes " + Arrays.toString(context.inputs()) + " do not fit: " + e.getMessage(),
                    "check the shapes of the model's inputs.",
                    e);
        }
    }

    private static <O extends Operator> List<Shape> infer(O operator, ShapeContext context) {
        Definition<O> definition = Operators.definitionOf(operator).orElseThrow();
        return definition.shapes().infer(operator, context);
    }

    private boolean fold(CompiledNode node, Shape[] inputs) {
        if (Folding.readsShapesOnly(node.node())) {
            foldShape(node, inputs[0]);
            return true;
        }
        for (int i : node.inputs()) {
            if (i >= 0 && known[i] == null) {
                return false;
            }
        }
        for (int i : node.outputs()) {
            Shape shape = shapes[i];
            if (shape == null || shape.elementCount() > Folding.LARGEST) {
                return false;
            }
        }
        FoldingContext context = new FoldingContext(code, node, shapes, known);
        try {
            node.kernel().run(context);
        } catch (ShapeException | IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            return false; // fails again, with its place, when the model runs
        }
        for (int i = 0; i < node.outputs().length; i++) {
            known[node.outputs()[i]] = context.output(i);
        }
        return true;
    }

    private void foldShape(CompiledNode node, Shape input) {
        int output = node.outputs()[0];
        Shape shape = shapes[output];
        int[] values = shape != null && shape.rank() == 0 ? new int[] {input.rank()} : input.toArray();
        TensorType type = code.specs()[output].type();
        Object array =
                type == TensorType.INT64 ? IntStream.of(values).asLongStream().toArray() : values;
        known[output] = Tensor.wrap(
                type, shape == null ? Shape.of(values.length) : shape, code.specs()[output].quantization(), array);
    }

    @SuppressWarnings("ArrayRecordComponent") // internal, and never compared
    private record Context(CompiledNode node, Shape[] inputs, IntFunction<@Nullable Tensor> values, Callees callees)
            implements ShapeContext {
        @Override
        public @Nullable List<Shape> outputsOf(int subgraph, List<Shape> shapes) {
            return callees.outputs(subgraph, shapes);
        }

        @Override
        public Shape input(int index) {
            return inputs[index];
        }

        @Override
        public boolean hasInput(int index) {
            return index < inputs.length && node.inputs()[index] >= 0;
        }

        @Override
        public int inputCount() {
            return inputs.length;
        }

        @Override
        public int outputCount() {
            return node.outputs().length;
        }

        @Override
        public @Nullable TensorType inputType(int index) {
            return hasInput(index) ? node.specs()[node.inputs()[index]].type() : null;
        }

        @Override
        public @Nullable TensorType outputType(int index) {
            return node.specs()[node.outputs()[index]].type();
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return hasInput(index) ? values.apply(node.inputs()[index]) : null;
        }
    }
}
