package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.fixtures.Fixture;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The registry is complete: what is permitted is defined, and what a definition can say has an answer.
class RegistryTest {
    private static final int MAX_RANK = 8;
    /// NumPy, which the fixtures are made with, has no such types.
    private static final Set<TensorType> SUB_BYTE = EnumSet.of(TensorType.INT4, TensorType.INT2, TensorType.UINT4);

    static List<Definition<?>> definitions() {
        return Operators.definitions();
    }

    @Test
    void everyPermittedRecordHasADefinition() {
        Set<Class<?>> leaves = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
        collect(Operator.class, leaves);
        leaves.remove(UnknownOperator.class);
        leaves.remove(CustomOperator.class);

        assertThat(leaves).allMatch(Class::isRecord);
        List<Class<?>> defined = new ArrayList<>();
        definitions().forEach(definition -> defined.add(definition.type()));
        assertThat(defined).containsExactlyInAnyOrderElementsOf(leaves);
    }

    private static void collect(Class<?> type, Set<Class<?>> leaves) {
        if (type.isSealed()) {
            Stream.of(type.getPermittedSubclasses()).forEach(t -> collect(t, leaves));
        } else {
            leaves.add(type);
        }
    }

    /// Walks types, ranks, quantization and shapes that broadcast: whatever version comes out has a runtime.
    @ParameterizedTest
    @MethodSource("definitions")
    <O extends Operator> void everyVersionHasARuntime(Definition<O> definition) {
        Set<Integer> versions = new TreeSet<>();
        for (TensorType type : types(definition)) {
            for (int rank : ranks(definition)) {
                for (boolean quantized : new boolean[] {false, true}) {
                    NodeView view = view(definition, type, rank, quantized);
                    O operator = definition.parse().apply(view.node());
                    versions.add(definition.versions().version(operator, view));
                }
            }
        }
        assertThat(definition.runtimes().keySet()).containsAll(versions);
        assertThat(definition.runtimes().values()).allMatch(runtime -> runtime.matches("\\d+\\.\\d+\\.\\d+"));
    }

    /// What the inputs may be; an operator without inputs is looked at once.
    private static Set<TensorType> types(Definition<?> definition) {
        Set<TensorType> types = EnumSet.noneOf(TensorType.class);
        definition.inputs().forEach(operand -> types.addAll(operand.types()));
        return types.isEmpty() ? EnumSet.of(TensorType.FLOAT32) : types;
    }

    /// Operators with weights have images and filters, all others tensors of any rank.
    private static int[] ranks(Definition<?> definition) {
        return definition.quantization().weight() >= 0
                ? new int[] {4}
                : IntStream.rangeClosed(1, MAX_RANK).toArray();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    <O extends Operator> void optionsSurvive(Definition<O> definition) {
        NodeView view = view(definition, TensorType.FLOAT32, 4, false);
        O operator = definition.parse().apply(view.node());

        Options printed = definition.options().apply(operator);

        assertThat(definition.parse().apply(view.node().withOptions(printed))).isEqualTo(operator);
    }

    /// A node with `type` wherever an operand takes it.
    private static NodeView view(Definition<?> definition, TensorType type, int rank, boolean quantized) {
        Map<TensorId, TensorSpec> tensors = new LinkedHashMap<>();
        List<TensorId> inputs = new ArrayList<>();
        List<TensorId> outputs = new ArrayList<>();
        for (Operand operand : definition.inputs()) {
            int[] sizes = new int[rank];
            Arrays.fill(sizes, inputs.isEmpty() ? 2 : 1); // of different shapes: they broadcast
            inputs.add(add(tensors, operand, type, Shape.of(sizes), quantized));
        }
        for (Operand operand : definition.outputs()) {
            int[] sizes = new int[rank];
            Arrays.fill(sizes, 2);
            outputs.add(add(tensors, operand, type, Shape.of(sizes), quantized));
        }
        Node node = new Node(new NodeId(0), OperatorCode.of(definition.code()), Options.NONE, inputs, outputs);
        return new NodeView(new Subgraph("main", tensors, List.of(node), inputs, outputs), node);
    }

    private static TensorId add(
            Map<TensorId, TensorSpec> tensors, Operand operand, TensorType type, Shape shape, boolean quantized) {
        TensorId id = new TensorId(tensors.size());
        TensorType taken = operand.types().contains(type)
                ? type
                : operand.types().iterator().next();
        TensorSpec spec = TensorSpec.of(id, "t" + id.value(), taken, shape);
        // Scales whose ratio is above 1, which has a version of its own in MUL.
        float scale = tensors.isEmpty() ? 2f : 1f;
        tensors.put(id, quantized ? spec.withQuantization(QuantizationParameters.perTensor(scale, 0)) : spec);
        return id;
    }

    /// An operator that a family of ours declares for a type has an answer of LiteRT's to be compared with.
    @Test
    void everyDeclaredTypeIsCompared() {
        Set<String> compared = new TreeSet<>();
        Set<BuiltinOperator> operators = EnumSet.noneOf(BuiltinOperator.class);
        for (String archive : ReferenceKernelTest.ARCHIVES) {
            for (Fixture fixture : Fixture.of(archive)) {
                Subgraph graph = fixture.model().main();
                Node node = graph.nodes().getFirst();
                operators.add(node.code().builtin());
                node.inputs().stream()
                        .filter(TensorId::isPresent)
                        .forEach(id -> compared.add(
                                node.code() + " " + graph.tensor(id).type()));
            }
        }
        Set<String> missing = new TreeSet<>();
        for (BuiltinOperator code : operators) {
            Operand first = Operators.definition(code).orElseThrow().inputs().getFirst();
            boolean anyType = first.types().size() == TensorType.values().length;
            first.types().stream()
                    .filter(type -> !anyType && !SUB_BYTE.contains(type) && !compared.contains(code + " " + type))
                    .forEach(type -> missing.add(code + " " + type));
        }
        assertThat(missing).isEmpty();
        assertThat(operators).hasSizeGreaterThanOrEqualTo(34);
    }
}
