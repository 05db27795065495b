package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.FunctionDef;
import dev.lithe.importers.internal.proto.OpDef;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What happens to graphs that are put together by hand.
class SavedModelGraphTest {
    @TempDir
    private Path folder;

    private Model load(SavedModelFixture fixture) throws IOException {
        return Importers.load(fixture.write(folder.resolve("model")), ImportOptions.DEFAULT);
    }

    private static SavedModelFixture oneInput(int[] shape, String output) {
        return new SavedModelFixture().signature("s", Map.of("x", shape), Map.of("y", output));
    }

    private static List<String> operators(Model model) {
        return model.main().nodes().stream().map(n -> n.code().toString()).toList();
    }

    /// The shape that Keras layers compute from an unknown batch size becomes a constant with one -1.
    @Test
    void aShapeWithOneUnknownDimensionIsNoComputation() throws IOException {
        Model model = load(oneInput(new int[] {-1, 3, 4}, "flat:0")
                .add("shape", "Shape", "s_x")
                .ints("from", 0)
                .ints("to", 1)
                .ints("step", 1)
                .add(
                        "batch",
                        "StridedSlice",
                        Map.of("shrink_axis_mask", SavedModelFixture.integer(1)),
                        "shape",
                        "from",
                        "to",
                        "step")
                .scalar("rest", 12)
                .add("pack", "Pack", "batch", "rest")
                .add("flat", "Reshape", "s_x", "pack"));
        assertThat(operators(model)).containsExactly("RESHAPE");
        Node reshape = model.main().nodes().getFirst();
        assertThat(model.tensor(reshape.input(1)).constant().bytes().segment().toArray(ValueLayout.JAVA_INT_UNALIGNED))
                .containsExactly(-1, 12);
        assertThat(model.tensor(reshape.output(0)).declaredShape()).isEqualTo(Shape.of(-1, 12));
        assertThat(model.tensor(reshape.output(0)).name()).isEqualTo("flat:0");
    }

    @Test
    void allNodesThatCannotBeConvertedAreListedAtOnce() {
        assertThatThrownBy(() -> load(oneInput(new int[] {2}, "sum:0")
                        .add("one", "NoSuchOp", "s_x")
                        .add("two", "NoOtherOp", "one")
                        .add("three", "NoThirdOp", "s_x")
                        .add("sum", "AddV2", "two", "three")))
                .isInstanceOfSatisfying(
                        UnsupportedException.class,
                        e -> assertThat(e.offenders()).hasSize(3))
                .hasMessageContainingAll("NoSuchOp 'one'", "NoOtherOp 'two'", "NoThirdOp 'three'", "LQ0353");
    }

    @Test
    void whatTheOutputsDoNotNeedIsNotLookedAt() throws IOException {
        Model model = load(
                oneInput(new int[] {2}, "y:0").add("unused", "NoSuchOp", "s_x").add("y", "Relu", "s_x"));
        assertThat(operators(model)).containsExactly("RELU");
    }

    @Test
    void operatorsThatDoNothingLeaveNoTrace() throws IOException {
        Model model = load(oneInput(new int[] {2}, "y:0")
                .add("a", "Identity", "s_x")
                .add("b", "StopGradient", "a")
                .add("c", "Relu", "b")
                .add("y", "Identity", "c"));
        assertThat(operators(model)).containsExactly("RELU");
    }

    @Test
    void functionsAreInlinedWhereTheyAreCalled() throws IOException {
        Model model = load(oneInput(new int[] {2}, "call:1")
                .function(function("inner", List.of("a"), Map.of("r", "act:y:0"), "act", "Relu", "a"))
                .function(FunctionDef.newBuilder(function(
                                "outer", List.of("a"), Map.of("r0", "a", "r1", "g:output:0"), "n", "Relu6", "a"))
                        .addNodeDef(SavedModelFixture.node(
                                "g", "PartitionedCall", Map.of("f", SavedModelFixture.call("inner")), "n:y:0"))
                        .build())
                .add("call", "StatefulPartitionedCall", Map.of("f", SavedModelFixture.call("outer")), "s_x"));
        assertThat(operators(model)).containsExactly("RELU6", "RELU");
    }

    private static FunctionDef function(
            String name,
            List<String> arguments,
            Map<String, String> results,
            String node,
            String op,
            String... inputs) {
        OpDef.Builder signature = OpDef.newBuilder().setName(name);
        arguments.forEach(a -> signature.addInputArgBuilder().setName(a));
        results.keySet().stream()
                .sorted()
                .forEach(r -> signature.addOutputArgBuilder().setName(r));
        return FunctionDef.newBuilder()
                .setSignature(signature)
                .addNodeDef(SavedModelFixture.node(node, op, Map.of(), inputs))
                .putAllRet(results)
                .build();
    }

    @Test
    void aFunctionThatCallsItself() {
        AttrValue self = SavedModelFixture.call("loop");
        FunctionDef loop = FunctionDef.newBuilder(
                        function("loop", List.of("a"), Map.of("r", "c:output:0"), "unused", "Relu", "a"))
                .addNodeDef(SavedModelFixture.node("c", "PartitionedCall", Map.of("f", self), "a"))
                .build();
        assertMalformed(
                oneInput(new int[] {2}, "y:0").function(loop).add("y", "PartitionedCall", Map.of("f", self), "s_x"),
                "deeper than 100");
    }

    /// Forty functions, each of which calls the next one twice: 2^40 nodes if they were all inlined.
    @Test
    @Timeout(60)
    void functionsThatMultiplyWithoutEnd() {
        SavedModelFixture fixture = oneInput(new int[] {2}, "y:0");
        for (int i = 0; i < 40; i++) {
            Map<String, AttrValue> next = Map.of("f", SavedModelFixture.call("f" + (i + 1)));
            fixture.function(FunctionDef.newBuilder(
                            function("f" + i, List.of("a"), Map.of("r", "c2:output:0"), "unused", "Relu", "a"))
                    .addNodeDef(SavedModelFixture.node("c1", "PartitionedCall", next, "a"))
                    .addNodeDef(SavedModelFixture.node("c2", "PartitionedCall", next, "c1:output:0"))
                    .build());
        }
        fixture.function(function("f40", List.of("a"), Map.of("r", "n:y:0"), "n", "Relu", "a"));
        fixture.add("y", "PartitionedCall", Map.of("f", SavedModelFixture.call("f0")), "s_x");
        assertMalformed(fixture, "unfold to more than");
    }

    @Test
    void aFunctionThatIsNotThere() {
        assertMalformed(
                oneInput(new int[] {2}, "y:0")
                        .add("y", "PartitionedCall", Map.of("f", SavedModelFixture.call("gone")), "s_x"),
                "'gone', which is not there");
    }

    @Test
    void aNodeThatIsNotThere() {
        assertMalformed(oneInput(new int[] {2}, "y:0").add("y", "Relu", "gone"), "'gone'");
    }

    @Test
    void nodesThatWaitForEachOther() {
        assertMalformed(
                oneInput(new int[] {2}, "y:0").add("y", "AddV2", "s_x", "z").add("z", "Relu", "y"), "waits for");
    }

    @Test
    void aLoopOfTensorFlowOne() {
        assertThatThrownBy(() -> load(oneInput(new int[] {2}, "exit:0")
                        .add("enter", "Enter", "s_x")
                        .add("merge", "Merge", "enter", "next")
                        .add("next", "NextIteration", "merge")
                        .add("exit", "Exit", "merge")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("NextIteration 'next'")
                .hasMessageContaining("LQ0352");
    }

    @Test
    void aVariableThatChangesAndWasNotSaved() {
        assertThatThrownBy(() -> load(oneInput(new int[] {2}, "y:0")
                        .add("v", "VarHandleOp")
                        .add("write", "AssignAddVariableOp", "v", "s_x")
                        .add("y", "Relu", "s_x", "^write")))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("variables.index");
    }

    @Test
    void aTableWhoseContentsTheGraphDoesNotHave() {
        assertThatThrownBy(() -> load(oneInput(new int[] {2}, "found:0")
                        .add("t", "HashTableV2")
                        .ints("default", 1)
                        .add("found", "LookupTableFindV2", "t", "s_x", "default")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LookupTableFindV2 'found'")
                .hasMessageContaining("what is in the table 't'");
    }

    @Test
    void assigningToWhatIsNoVariable() {
        assertThatThrownBy(() -> load(oneInput(new int[] {2}, "y:0")
                        .add("write", "AssignVariableOp", "s_x", "s_x")
                        .add("y", "Relu", "s_x", "^write")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("AssignVariableOp 'write'")
                .hasMessageContaining("is no variable");
    }

    /// One number that is to be repeated 2^60 times must not be tried.
    @Test
    void aConstantOfAbsurdSize() {
        AttrValue huge = SavedModelFixture.tensor(SavedModelFixture.ints(new int[] {1 << 30, 1 << 30}, 1));
        assertThatThrownBy(() -> load(oneInput(new int[] {2}, "y:0")
                        .add("c", "Const", Map.of("value", huge))
                        .add("y", "AddV2", "s_x", "c")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("Const 'c'");
    }

    @Test
    void aBiasOfChannelsThatComeFirst() throws IOException {
        Model model = load(oneInput(new int[] {1, 3, 2, 2}, "y:0")
                .floats("bias", new int[] {3}, 1, 2, 3)
                .add("y", "BiasAdd", Map.of("data_format", SavedModelFixture.text("NCHW")), "s_x", "bias"));
        Tensor x = Tensor.of(Shape.of(1, 3, 2, 2), new float[12]);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, PlanOptions.DEFAULT))) {
            Tensor y = interpreter.run(Map.of("x", x)).get("y");
            assertThat(y.floats()).containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
        }
    }

    @Test
    void twoSignaturesAreTwoSubgraphs() throws IOException {
        Model model = load(new SavedModelFixture()
                .signature("down", Map.of("x", new int[] {2}), Map.of("y", "b:0"))
                .signature("up", Map.of("x", new int[] {3}), Map.of("y", "d:0"))
                .floats("two", new int[0], 2)
                .add("b", "Sub", "down_x", "two")
                .add("d", "AddV2", "up_x", "two"));
        assertThat(model.subgraphs()).hasSize(2);
        assertThat(model.signatures()).extracting(s -> s.key()).containsExactly("down", "up");
        assertThat(model.signatures()).extracting(s -> s.subgraph()).containsExactly(0, 1);
        assertThat(model.subgraphs().get(1).nodes()).hasSize(1);
    }

    private void assertMalformed(SavedModelFixture fixture, String what) {
        assertThatThrownBy(() -> load(fixture))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("saved_model.pb")
                .hasMessageContaining("LQ0155");
    }
}
