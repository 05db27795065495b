package dev.lithe.importers.internal.build;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import dev.lithe.operators.Operators;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs operators on constants with their reference kernels while a graph is built.
final class Evaluation {
    /// Random numbers differ from run to run, the others reach outside of their operands or stand for
    /// a quantization.
    private static final Set<BuiltinOperator> EXCEPT = EnumSet.of(
            BuiltinOperator.RANDOM_UNIFORM,
            BuiltinOperator.RANDOM_STANDARD_NORMAL,
            BuiltinOperator.MULTINOMIAL,
            BuiltinOperator.QUANTIZE,
            BuiltinOperator.DEQUANTIZE,
            BuiltinOperator.FAKE_QUANT,
            BuiltinOperator.VAR_HANDLE,
            BuiltinOperator.READ_VARIABLE,
            BuiltinOperator.ASSIGN_VARIABLE,
            BuiltinOperator.HASHTABLE,
            BuiltinOperator.HASHTABLE_FIND,
            BuiltinOperator.HASHTABLE_IMPORT,
            BuiltinOperator.HASHTABLE_SIZE,
            BuiltinOperator.CALL_ONCE,
            BuiltinOperator.IF,
            BuiltinOperator.WHILE,
            BuiltinOperator.STABLEHLO_COMPOSITE,
            BuiltinOperator.CUSTOM);
    /// What is larger stays an operator.
    private static final long MOST_ELEMENTS = Numbers.LIMIT;

    private final Map<TensorId, TensorSpec> specs;
    private final Map<TensorId, Tensor> values = new HashMap<>();

    private Evaluation(Map<TensorId, TensorSpec> specs) {
        this.specs = specs;
    }

    /// The values of everything that `nodes` compute; null where one of them cannot be run now.
    static @Nullable Map<TensorId, Tensor> run(List<Node> nodes, Map<TensorId, TensorSpec> specs) {
        Evaluation evaluation = new Evaluation(specs);
        for (Node node : nodes) {
            Definition<?> definition =
                    Operators.definition(node.code().builtin()).orElse(null);
            if (definition == null || EXCEPT.contains(definition.code()) || !evaluation.load(node)) {
                return null;
            }
            try {
                evaluation.step(definition, node);
            } catch (RuntimeException e) {
                // The operator stays, and says when it runs what it cannot do.
                return null;
            }
        }
        return evaluation.values;
    }

    private boolean load(Node node) {
        for (int i = 0; i < node.inputs().size(); i++) {
            TensorId id = node.inputs().get(i);
            if (id.isPresent() && !values.containsKey(id)) {
                TensorSpec spec = spec(id);
                Constant constant = spec.constant();
                if (constant == null
                        || spec.type() == TensorType.STRING
                        || spec.shape().elementCount() > MOST_ELEMENTS) {
                    return false;
                }
                values.put(
                        id,
                        Tensor.fromLittleEndian(
                                spec.type(),
                                spec.shape(),
                                QuantizationParameters.NONE,
                                constant.bytes().segment()));
            }
        }
        return node.outputs().stream()
                .allMatch(id ->
                        spec(id).type() != TensorType.STRING && spec(id).shape().elementCount() <= MOST_ELEMENTS);
    }

    private TensorSpec spec(TensorId id) {
        return Objects.requireNonNull(specs.get(id));
    }

    private <O extends Operator> void step(Definition<O> definition, Node node) {
        O operator = definition.parse().apply(node);
        List<Shape> shapes = definition.shapes().infer(operator, new Shapes(node));
        Tensor[] results = new Tensor[node.outputs().size()];
        for (int i = 0; i < results.length; i++) {
            Shape shape = shapes.get(i).withUnknown(1);
            if (shape.elementCount() > MOST_ELEMENTS) {
                throw new ShapeException("a result of the shape " + shape + " is too large to be computed now");
            }
            results[i] = Tensor.allocate(spec(node.outputs().get(i)).type(), shape, QuantizationParameters.NONE);
        }
        Kernel kernel = definition.reference().prepare(operator, new Setup(node));
        kernel.run(new Run(node, results));
        for (int i = 0; i < results.length; i++) {
            values.put(node.outputs().get(i), results[i]);
        }
    }

    private Tensor value(Node node, int index) {
        return Objects.requireNonNull(values.get(node.input(index)));
    }

    private @Nullable Tensor constantOf(Node node, int index) {
        return node.hasInput(index) && spec(node.input(index)).isConstant() ? value(node, index) : null;
    }

    private final class Shapes implements ShapeContext {
        private final Node node;

        Shapes(Node node) {
            this.node = node;
        }

        @Override
        public Shape input(int index) {
            return value(node, index).shape();
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
            return constantOf(node, index);
        }

        @Override
        public TensorType inputType(int index) {
            return value(node, index).type();
        }

        @Override
        public TensorType outputType(int index) {
            return spec(node.outputs().get(index)).type();
        }
    }

    private final class Setup implements KernelSetup {
        private final Node node;

        Setup(Node node) {
            this.node = node;
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
        public boolean hasInput(int index) {
            return node.hasInput(index);
        }

        @Override
        public TensorSpec input(int index) {
            return spec(node.input(index));
        }

        @Override
        public TensorSpec output(int index) {
            return spec(node.outputs().get(index));
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return constantOf(node, index);
        }
    }

    private final class Run implements KernelContext {
        private final Node node;
        private final Tensor[] results;

        Run(Node node, Tensor[] results) {
            this.node = node;
            this.results = results;
        }

        @Override
        public boolean hasInput(int index) {
            return node.hasInput(index);
        }

        @Override
        public Tensor input(int index) {
            return value(node, index);
        }

        @Override
        public Tensor output(int index) {
            return results[index];
        }

        @Override
        public Tensor resize(int index, Shape shape) {
            if (shape.elementCount() > MOST_ELEMENTS) {
                throw new ShapeException("a result of the shape " + shape + " is too large to be computed now");
            }
            results[index] = Tensor.allocate(results[index].type(), shape, QuantizationParameters.NONE);
            return results[index];
        }

        @Override
        public Tensor[] invoke(int subgraph, Tensor[] inputs) {
            throw new IllegalStateException("an operator that is computed now calls no other subgraph");
        }
    }
}
