package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.graph.ClosedException;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteWriter;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Ints;
import dev.lithe.schema.ReshapeOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterpreterTest {
    /// sum = a + b, with or without a signature.
    private static Model sum(boolean signed) {
        ModelBuilder builder = new ModelBuilder();
        TensorId a = builder.floats("first:0", -1, 2);
        TensorId b = builder.floats("second:0", 1, 2);
        TensorId y = builder.floats("y:0", -1, 2);
        builder.node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(a, b), y).subgraph("main", List.of(a, b), y);
        if (signed) {
            builder.signature("serve", Map.of("a", a, "b", b), Map.of("sum", y));
        }
        return builder.build();
    }

    private static Interpreter interpreter(Model model) {
        return Interpreter.of(Runtime.compile(model, PlanOptions.DEFAULT));
    }

    @Test
    void takesTheSignaturesNames() {
        try (Interpreter interpreter = interpreter(sum(true))) {
            Map<String, Tensor> out = interpreter.run(Map.of(
                    "a", Tensor.of(Shape.of(1, 2), 1f, 2f),
                    "b", Tensor.of(Shape.of(1, 2), 10f, 20f)));

            assertThat(interpreter.signatures()).containsExactly("serve");
            assertThat(out).containsOnlyKeys("sum");
            assertThat(out.get("sum").floats()).containsExactly(11f, 22f);
        }
    }

    @Test
    void takesTensorNamesWithoutASignatureAndAnyOpenDimension() {
        try (Interpreter interpreter = interpreter(sum(false))) {
            for (int rows = 1; rows < 4; rows++) {
                Map<String, Tensor> out = interpreter.run(Map.of(
                        "first:0", Tensor.of(Shape.of(rows, 2), new float[2 * rows]),
                        "second:0", Tensor.of(Shape.of(1, 2), 10f, 20f)));

                assertThat(out.get("y:0").shape()).isEqualTo(Shape.of(rows, 2));
                assertThat(out.get("y:0").floats()).hasSize(2 * rows).endsWith(10f, 20f);
            }
        }
    }

    @Test
    void outputsStayWhenItRunsAgain() {
        try (Interpreter interpreter = interpreter(sum(true))) {
            Tensor zero = Tensor.of(Shape.of(1, 2), 0f, 0f);
            Tensor first = interpreter
                    .run(Map.of("a", Tensor.of(Shape.of(1, 2), 1f, 2f), "b", zero))
                    .get("sum");
            interpreter.run(Map.of("a", zero, "b", zero));

            assertThat(first.floats()).containsExactly(1f, 2f);
        }
    }

    @Test
    void listsWhatIsWrongAndWhatIsExpected() {
        try (Interpreter interpreter = interpreter(sum(true))) {
            Map<String, Tensor> wrong =
                    Map.of("A", Tensor.of(Shape.of(1), 1f), "b", Tensor.of(Shape.of(3, 2), new int[6]));

            assertThatThrownBy(() -> interpreter.run(wrong))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("there is no input 'A'")
                    .hasMessageContaining("input 'a' is missing")
                    .hasMessageContaining("input 'b' is FLOAT32, given is INT32")
                    .hasMessageContaining("input 'b' has shape [1, 2], given is [3, 2]")
                    .hasMessageContaining("'a' FLOAT32[-1, 2]")
                    .hasMessageContaining("'b' FLOAT32[1, 2]")
                    .hasMessageContaining("[LQ0520]");
            assertThatThrownBy(() -> interpreter.run("other", wrong))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("[serve]");
        }
    }

    @Test
    void floatsAreQuantizedAtAnIntegerEdge() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.quantized("x", TensorType.INT8, Shape.of(4), 0.5f, -3);
        TensorId y = builder.quantized("y", TensorType.INT8, Shape.of(2, 2), 0.5f, -3);
        Model model = builder.node(
                        BuiltinOperator.RESHAPE, ReshapeOptions.DEFAULT.withNewShape(Ints.of(2, 2)), List.of(x), y)
                .subgraph("main", List.of(x), y)
                .build();
        try (Interpreter interpreter = interpreter(model)) {
            Tensor out = interpreter
                    .run(Map.of("x", Tensor.of(Shape.of(4), 0f, 0.25f, -0.25f, 1000f)))
                    .get("y");

            // 0.25 / 0.5 is half a step: away from zero, then the zero point.
            assertThat(out.bytes()).containsExactly(-3, -2, -4, 127);
            assertThat(Interpreter.dequantize(out).floats()[3]).isCloseTo(65f, within(0f));
        }
    }

    @Test
    void opensFilesAndRefusesToRunWhenClosed(@TempDir Path folder) {
        Path file = folder.resolve("sum.tflite");
        TfliteWriter.write(sum(true), file);
        Interpreter interpreter = Interpreter.open(file);
        Map<String, Tensor> inputs =
                Map.of("a", Tensor.of(Shape.of(1, 2), 1f, 2f), "b", Tensor.of(Shape.of(1, 2), 10f, 20f));
        assertThat(interpreter.run(inputs).get("sum").floats()).containsExactly(11f, 22f);

        interpreter.close();

        assertThatThrownBy(() -> interpreter.run(inputs)).isInstanceOf(ClosedException.class);
    }

    @Test
    void runsOnTheCallersMemory() {
        try (Interpreter interpreter = interpreter(sum(true));
                Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1f, 2f, 3f, 4f);
            float[] b = {10, 20};
            float[] sum = new float[4];
            interpreter.resizeInputs(Map.of("a", Shape.of(2, 2)));
            interpreter.run(Map.of("a", a, "b", MemorySegment.ofArray(b)), Map.of("sum", MemorySegment.ofArray(sum)));
            assertThat(sum).containsExactly(11f, 22f, 13f, 24f);

            Tensor zeros = Tensor.of(Shape.of(2, 2), new float[4]);
            Tensor out = interpreter
                    .run(Map.of("a", zeros, "b", Tensor.of(Shape.of(1, 2), b)))
                    .get("sum");
            assertThat(out.floats()).containsExactly(10f, 20f, 10f, 20f);
            assertThat(sum).as("memory of the run before").containsExactly(11f, 22f, 13f, 24f);
        }
    }

    @Test
    void listsWhatIsWrongWithTheCallersMemory() {
        try (Interpreter interpreter = interpreter(sum(true))) {
            Map<String, MemorySegment> inputs =
                    Map.of("a", MemorySegment.ofArray(new float[3]), "c", MemorySegment.ofArray(new float[2]));
            Map<String, MemorySegment> outputs =
                    Map.of("sum", MemorySegment.ofArray(new byte[8]), "y:0", MemorySegment.ofArray(new float[2]));

            assertThatThrownBy(() -> interpreter.run(inputs, outputs))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("there is no input 'c'")
                    .hasMessageContaining("input 'b' is missing")
                    .hasMessageContaining("tensor 'first:0': FLOAT32[1, 2] takes 8 bytes, the memory has 12")
                    .hasMessageContaining("there is no output 'y:0'")
                    .hasMessageContaining("tensor 'y:0': the memory is aligned to 1 bytes")
                    .hasMessageContaining("[LQ0520]");
            assertThatThrownBy(() -> interpreter.resizeInputs(Map.of("c", Shape.of(1, 2))))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("there is no input 'c'");
        }
    }

    /// y = (x + x) + x.
    private static Model twoSums() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 2);
        TensorId twice = builder.floats("twice", 2);
        TensorId y = builder.floats("y", 2);
        return builder.node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(x, x), twice)
                .node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(twice, x), y)
                .subgraph("main", List.of(x), y)
                .build();
    }

    @Test
    void givesIntermediateTensorsThatWereAskedFor() {
        Map<String, Tensor> inputs = Map.of("x", Tensor.of(Shape.of(2), 1f, 2f));
        try (Interpreter interpreter =
                Interpreter.of(Runtime.compile(twoSums(), PlanOptions.DEFAULT.observe("twice")))) {
            interpreter.run(inputs);

            assertThat(interpreter.tensor("twice").floats()).containsExactly(2f, 4f);
            assertThat(interpreter.tensor("x").floats()).containsExactly(1f, 2f);
            assertThat(interpreter.tensor("y").floats()).containsExactly(3f, 6f);
        }
        try (Interpreter interpreter = interpreter(twoSums())) {
            interpreter.run(inputs);

            assertThatThrownBy(() -> interpreter.tensor("twice"))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("PlanOptions.observe(\"twice\")")
                    .hasMessageContaining("[LQ0534]");
            assertThatThrownBy(() -> interpreter.tensor("thrice"))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("[LQ0533]");
        }
        assertThatThrownBy(() -> Runtime.compile(twoSums(), PlanOptions.DEFAULT.observe("twice", "z", "w")))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("there is no tensor 'w'")
                .hasMessageContaining("there is no tensor 'z'");
    }

    @Test
    void quantizesAtTheEdgeAsARunDoes() {
        TensorSpec int8 = TensorSpec.of(new TensorId(0), "x", TensorType.INT8, Shape.of(4))
                .withQuantization(QuantizationParameters.perTensor(0.5f, -3));
        Tensor values = Tensor.of(Shape.of(4), 0f, 0.25f, -0.25f, 1000f);

        Tensor stored = Interpreter.quantize(values, int8);
        assertThat(stored.bytes()).containsExactly(-3, -2, -4, 127);
        assertThat(Interpreter.dequantize(stored).floats()).containsExactly(0f, 0.5f, -0.5f, 65f);

        TensorSpec floats = TensorSpec.of(new TensorId(1), "y", TensorType.FLOAT32, Shape.of(4));
        assertThat(Interpreter.quantize(values, floats)).isSameAs(values);
        assertThat(Interpreter.dequantize(values)).isSameAs(values);
    }
}
