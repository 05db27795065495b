package dev.lithe.importers.internal.build;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.Operator;
import dev.lithe.operators.Operators;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Collects the tensors and operators of one subgraph. Shapes of results come from the operators'
/// own rules.
public final class SubgraphBuilder {
    /// Small results are computed at once, large ones when they are needed.
    private static final long EAGER_BYTES = 1 << 20;

    private final Ids ids;
    private final Map<TensorId, TensorSpec> tensors = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<TensorId> inputs = new ArrayList<>();
    private final IdentityHashMap<Value.Known, TensorId> constants = new IdentityHashMap<>();

    /// Counts ids over all subgraphs of a model.
    public static final class Ids {
        private int tensors;
        private int nodes;

        public int tensors() {
            return tensors;
        }

        public int nodes() {
            return nodes;
        }
    }

    public SubgraphBuilder(Ids ids) {
        this.ids = ids;
    }

    /// A new input of the subgraph.
    public Value.Dynamic input(String name, TensorType type, Shape shape) {
        Value.Dynamic value = tensor(name, type, shape);
        inputs.add(value.id());
        return value;
    }

    /// A new input whose number of dimensions is unknown.
    public Value.Dynamic unrankedInput(String name, TensorType type) {
        Value.Dynamic value = tensor(name, type, null);
        inputs.add(value.id());
        return value;
    }

    private Value.Dynamic tensor(String name, TensorType type, @Nullable Shape shape) {
        TensorId id = new TensorId(ids.tensors++);
        tensors.put(id, shape == null ? TensorSpec.unranked(id, name, type) : TensorSpec.of(id, name, type, shape));
        return new Value.Dynamic(id, type, shape == null ? Shape.SCALAR : shape, shape != null);
    }

    /// The same tensor once more is known of its shape, or null where its number of dimensions turned
    /// out unknown.
    public Value.Dynamic refined(Value.Dynamic value, @Nullable Shape shape) {
        tensors.computeIfPresent(
                value.id(),
                (id, spec) -> shape == null
                        ? TensorSpec.unranked(id, spec.name(), spec.type())
                        : TensorSpec.of(id, spec.name(), spec.type(), shape));
        return new Value.Dynamic(value.id(), value.type(), shape == null ? Shape.SCALAR : shape, shape != null);
    }

    /// The tensor that holds `known`.
    public TensorId constant(Value.Known known) {
        return constants.computeIfAbsent(known, key -> {
            TensorId id = tensor(key.name(), key.type(), key.shape()).id();
            tensors.computeIfPresent(id, (same, spec) -> spec.withConstant(key.constant()));
            return id;
        });
    }

    /// The tensor behind a value that an operator is to read.
    ///
    /// @throws NotLowerable where there is none
    public TensorId tensorOf(Value value) {
        return switch (value) {
            case Value.Known known -> constant(known);
            case Value.Dynamic dynamic -> dynamic.id();
            case Value.Absent _ -> TensorId.NONE;
            case Value.Partial partial -> tensorOf(partial.tensor().get());
            case Value.Opaque opaque -> throw new NotLowerable("it uses " + opaque + " where a tensor is needed");
            case Value.Variable variable ->
                throw new NotLowerable(
                        "it uses the variable '" + variable.handle().name() + "' itself");
            case Value.Missing _ -> throw new NotLowerable("it reads a result that inference does not have");
        };
    }

    /// Adds an operator with one result.
    ///
    /// @param type the element type of the result
    /// @throws NotLowerable where the operator is not known or does not take these inputs
    public Value.Dynamic emit(
            BuiltinOperator code,
            @Nullable OperatorOptions options,
            String name,
            TensorType type,
            List<? extends Value> operands) {
        return emitAll(code, options, name, List.of(type), operands).getFirst();
    }

    /// Adds an operator with several results: the first is called `name`, the others `name:1`, `name:2`, ...
    ///
    /// @param types the element types of the results
    /// @throws NotLowerable where the operator is not known or does not take these inputs
    public List<Value.Dynamic> emitAll(
            BuiltinOperator code,
            @Nullable OperatorOptions options,
            String name,
            List<TensorType> types,
            List<? extends Value> operands) {
        Definition<?> definition = Operators.definition(code)
                .orElseThrow(() -> new NotLowerable("it needs " + code + ", which is not supported yet"));
        checkTypes(definition, operands);
        List<TensorId> reads = operands.stream().map(this::tensorOf).toList();
        Options all = options == null ? Options.NONE : Options.of(options);
        Node draft = new Node(new NodeId(ids.nodes), OperatorCode.of(code), all, reads, List.of());
        return add(draft, name, types, shapes(definition, draft, operands, types));
    }

    /// Adds a custom operator.
    ///
    /// @param shapes those of the results, null where the number of dimensions is unknown
    public List<Value.Dynamic> emitCustom(
            String customName,
            Bytes options,
            String name,
            List<TensorType> types,
            List<@Nullable Shape> shapes,
            List<? extends Value> operands) {
        List<TensorId> reads = operands.stream().map(this::tensorOf).toList();
        Node draft = new Node(
                new NodeId(ids.nodes), OperatorCode.custom(customName), Options.custom(options), reads, List.of());
        return add(draft, name, types, shapes);
    }

    private List<Value.Dynamic> add(
            Node draft, String name, List<TensorType> types, List<? extends @Nullable Shape> shapes) {
        List<Value.Dynamic> results = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            results.add(tensor(i == 0 ? name : name + ":" + i, types.get(i), shapes.get(i)));
        }
        Node node = new Node(
                new NodeId(ids.nodes++),
                draft.code(),
                draft.options(),
                draft.inputs(),
                results.stream().map(Value.Dynamic::id).toList());
        nodes.add(node);
        return results;
    }

    /// What a result looks like.
    public record Result(TensorType type, Shape shape, QuantizationParameters quantization) {
        public static Result of(TensorType type, Shape shape) {
            return new Result(type, shape, QuantizationParameters.NONE);
        }
    }

    /// Adds an operator whose results are known to look like `results`, without asking its shape rule: one
    /// that calls subgraphs, gives quantized values or computes its shape from values. The first result is
    /// called `name`, the others `name:1`, `name:2`, ...
    public List<Value.Dynamic> emitAs(
            BuiltinOperator code,
            @Nullable OperatorOptions options,
            String name,
            List<Result> results,
            List<? extends Value> operands) {
        List<TensorId> reads = operands.stream().map(this::tensorOf).toList();
        List<Value.Dynamic> values = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            Result result = results.get(i);
            Value.Dynamic value = tensor(i == 0 ? name : name + ":" + i, result.type, result.shape);
            tensors.computeIfPresent(value.id(), (same, spec) -> spec.withQuantization(result.quantization));
            values.add(value);
        }
        Options all = options == null ? Options.NONE : Options.of(options);
        List<TensorId> writes = values.stream().map(Value.Dynamic::id).toList();
        nodes.add(new Node(new NodeId(ids.nodes++), OperatorCode.of(code), all, reads, writes));
        return values;
    }

    /// Adds an operator without inputs and results that runs before all others.
    public void emitFirst(BuiltinOperator code, OperatorOptions options) {
        nodes.addFirst(
                new Node(new NodeId(ids.nodes++), OperatorCode.of(code), Options.of(options), List.of(), List.of()));
    }

    /// How many operators there are so far, for [#computed(int, List)].
    public int mark() {
        return nodes.size();
    }

    /// Takes out the operators that were added since `mark` where they can be run now: where they read
    /// constants only, are no random ones and no larger than is worth it.
    ///
    /// @param results what they were added for
    /// @return the results as constants, or as they were
    public List<Value> computed(int mark, List<Value> results) {
        List<Node> added = List.copyOf(nodes.subList(mark, nodes.size()));
        boolean plain = results.stream()
                .allMatch(r -> r instanceof Value.Dynamic || r instanceof Value.Known || r instanceof Value.Missing);
        Map<TensorId, Tensor> values = added.isEmpty() || !plain ? null : Evaluation.run(added, tensors);
        if (values == null) {
            return results;
        }
        List<Value> known = new ArrayList<>();
        for (Value result : results) {
            Tensor value = result instanceof Value.Dynamic dynamic ? values.get(dynamic.id()) : null;
            known.add(value == null ? result : Value.Known.of(nameOf(result), value));
        }
        nodes.subList(mark, nodes.size()).clear();
        added.forEach(node -> tensors.keySet().removeAll(node.outputs()));
        return known;
    }

    private String nameOf(Value value) {
        TensorSpec spec = value instanceof Value.Dynamic dynamic ? tensors.get(dynamic.id()) : null;
        return spec == null ? "" : spec.name();
    }

    /// What the operator's own rule makes of the operands; null for each result where it asks for the
    /// shape of one whose number of dimensions is unknown.
    private static List<@Nullable Shape> shapes(
            Definition<?> definition, Node draft, List<? extends Value> operands, List<TensorType> types) {
        try {
            return List.copyOf(infer(definition, draft, new Operands(operands, types)));
        } catch (UnrankedException e) {
            return Collections.nCopies(types.size(), withoutRank(definition.code()));
        } catch (ShapeException e) {
            throw new NotLowerable(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Shape withoutRank(BuiltinOperator code) {
        return code == BuiltinOperator.SHAPE
                ? Shape.of(Shape.UNKNOWN)
                : code == BuiltinOperator.RANK ? Shape.SCALAR : null;
    }

    /// A rule wants to know the shape of a value whose number of dimensions is unknown.
    private static final class UnrankedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnrankedException(int index) {
            super("the number of dimensions of input " + index + " is unknown");
        }
    }

    private static void checkTypes(Definition<?> definition, List<? extends Value> operands) {
        for (int i = 0; i < operands.size(); i++) {
            Operand operand =
                    definition.inputs().get(Math.min(i, definition.inputs().size() - 1));
            TensorType type = typeOf(operands.get(i));
            if (type != null && !operand.types().contains(type)) {
                throw new NotLowerable(definition.code() + " takes no " + type + " as '" + operand.name() + "'");
            }
        }
    }

    public static @Nullable TensorType typeOf(Value value) {
        return switch (value) {
            case Value.Known known -> known.type();
            case Value.Dynamic dynamic -> dynamic.type();
            case Value.Partial partial -> partial.numbers().type();
            case Value.Opaque _, Value.Variable _, Value.Absent _, Value.Missing _ -> null;
        };
    }

    /// The shape, with -1 for unknown dimensions; null where even their number is unknown.
    public static @Nullable Shape shapeOf(Value value) {
        return switch (value) {
            case Value.Known known -> known.shape();
            case Value.Dynamic dynamic -> dynamic.ranked() ? dynamic.shape() : null;
            case Value.Partial partial -> partial.numbers().shape();
            case Value.Opaque _, Value.Variable _, Value.Absent _, Value.Missing _ -> null;
        };
    }

    private static <O extends Operator> List<Shape> infer(Definition<O> definition, Node node, ShapeContext context) {
        return definition.shapes().infer(definition.parse().apply(node), context);
    }

    /// A constant whose bytes are `function` of those of `source`, computed at once where it is small.
    public static Value.Known derived(
            String what, String name, Shape shape, Value.Known source, UnaryOperator<Tensor> function) {
        return derivedBytes(what, name, shape, source, bytes -> {
            Tensor tensor = Tensor.fromLittleEndian(
                    source.type(), source.shape(), QuantizationParameters.NONE, bytes.segment());
            return function.apply(tensor).toBytes();
        });
    }

    /// As [#derived], for functions that work on the bytes themselves and need no unpacked copy of a large constant.
    static Value.Known derivedBytes(
            String what, String name, Shape shape, Value.Known source, UnaryOperator<Bytes> function) {
        Constant.Derived lazy = new Constant.Derived(
                what,
                source.constant().byteSize(),
                List.of(source.constant()),
                bytes -> function.apply(bytes.getFirst()));
        Constant constant = lazy.byteSize() <= EAGER_BYTES ? new Constant.Inline(lazy.bytes()) : lazy;
        return new Value.Known(name, source.type(), shape, constant);
    }

    /// The subgraph with `outputs`, which get the names that are given along with them.
    public Subgraph build(String name, Map<String, TensorId> outputs) {
        outputs.forEach((outputName, id) -> {
            TensorSpec spec = tensors.get(id);
            if (spec != null && !inputs.contains(id)) {
                tensors.put(id, spec.withName(outputName));
            }
        });
        return new Subgraph(name, tensors, nodes, inputs, List.copyOf(outputs.values()));
    }

    /// What the shape rules may look at.
    private record Operands(List<? extends Value> values, List<TensorType> types) implements ShapeContext {
        @Override
        public Shape input(int index) {
            Shape shape = shapeOf(values.get(index));
            if (shape == null && values.get(index) instanceof Value.Dynamic) {
                throw new UnrankedException(index);
            }
            if (shape == null) {
                throw new ShapeException("input " + index + " has no shape");
            }
            return shape;
        }

        @Override
        public boolean hasInput(int index) {
            return index < values.size() && !(values.get(index) instanceof Value.Absent);
        }

        @Override
        public int inputCount() {
            return values.size();
        }

        @Override
        public int outputCount() {
            return types.size();
        }

        @Override
        public @Nullable TensorType inputType(int index) {
            return typeOf(values.get(index));
        }

        @Override
        public TensorType outputType(int index) {
            return types.get(index);
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return values.get(index) instanceof Value.Known known && known.type() != TensorType.STRING
                    ? known.tensor()
                    : null;
        }
    }
}
