package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.TensorId;
import dev.lithe.runtime.Kernels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// TensorFlow's files on random values: every tensor that an operator writes is the official runtime's, and outputs are
/// the same whether tensors are observed, which forbids fusing and sharing memory, or not.
class EveryTensorTest {
    private static final int CALLS = 2;
    private static final List<String> MODELS = List.of("ad01", "kws", "resnet8", "sww", "vit", "vww96");
    /// Not `dynamic`: the Java build's run-time scales differ, see [GoldenTest].
    private static final List<String> MODES = List.of("none", "int8", "uint8", "16x8_strict", "full");

    private static RememberingOracle oracle;

    @BeforeAll
    static void open() {
        oracle = new RememberingOracle();
    }

    @AfterAll
    static void close() {
        oracle.close();
    }

    static Stream<Path> files() {
        Path golden = Shared.path("golden");
        return MODELS.stream()
                .flatMap(model -> MODES.stream()
                        .map(mode -> golden.resolve(model).resolve(mode).resolve("model.tflite")))
                .filter(Files::exists);
    }

    @ParameterizedTest
    @MethodSource("files")
    void isTheOfficialRuntimesObservedOrNot(Path file) {
        RunningSides sides = new RunningSides(file, CALLS, Set.of());
        Set<TensorId> all = sides.activations();
        Set<TensorId> outputs = new LinkedHashSet<>(sides.graph().outputs());
        Map<TensorId, List<byte[]>> theirs = sides.theirs(oracle, all);

        assertThat(all).hasSizeGreaterThan(5);
        sides.compare(sides.ours(Kernels.REFERENCE, all, true), theirs);
        theirs.keySet().retainAll(outputs);
        sides.compare(sides.ours(Kernels.REFERENCE, outputs, false), theirs);
        sides.compare(sides.ours(Kernels.AUTO, outputs, false), theirs);
    }
}
