package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Operators;
import dev.lithe.operators.UnknownOperator;
import dev.lithe.operators.random.RandomOperator;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// TensorFlow's own operator tests, as its converter turned them into `.tflite` files: every case whose
/// operators are all understood is run and compared with what LiteRT's reference kernels answered. Where they
/// gave no answer (its Python package lacks the custom operators; else mostly since the test fed other types
/// than the file takes, which are converted here) a float file is compared with TensorFlow's own answer.
class ConformanceTest {
    private static final List<String> FILES =
            List.of("case.json", "tensorflow.tflite", "inputs.npz", "tflite_outputs.npz", "outputs.npz");
    private static final Path CASES =
            Path.of(System.getProperty("lithe.shared", "absent"), "conformance", "tensorflow-ops");

    @TestFactory
    Stream<DynamicTest> answersAsLiteRtDoes(@TempDir Path folder) throws IOException {
        assumeTrue(Files.isDirectory(CASES), "no conformance cases here");
        List<DynamicTest> tests = new ArrayList<>();
        Set<BuiltinOperator> seen = EnumSet.noneOf(BuiltinOperator.class);
        try (Stream<Path> zips = Files.list(CASES)) {
            for (Path zip :
                    zips.filter(p -> p.toString().endsWith(".zip")).sorted().toList()) {
                cases(zip, folder, tests, seen);
            }
        }
        tests.add(DynamicTest.dynamicTest("the walk found what there is", () -> {
            assertThat(tests).hasSizeGreaterThan(1300);
            assertThat(seen)
                    .contains(
                            BuiltinOperator.ADD,
                            BuiltinOperator.CUSTOM,
                            BuiltinOperator.IF,
                            BuiltinOperator.WHILE,
                            BuiltinOperator.RFFT2D,
                            BuiltinOperator.MULTINOMIAL,
                            BuiltinOperator.AVERAGE_POOL_2D,
                            BuiltinOperator.MEAN,
                            BuiltinOperator.PAD,
                            BuiltinOperator.SOFTMAX,
                            BuiltinOperator.STRIDED_SLICE);
        }));
        return tests.stream();
    }

    private static void cases(Path zip, Path folder, List<DynamicTest> tests, Set<BuiltinOperator> seen)
            throws IOException {
        String operator = zip.getFileName().toString().replace(".zip", "");
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : archive.stream().toList()) {
                if (!entry.getName().endsWith("/tensorflow.tflite")) {
                    continue;
                }
                String name = entry.getName().substring(0, entry.getName().indexOf('/'));
                Path target = folder.resolve(operator + "-" + name);
                Files.createDirectories(target);
                for (String file : FILES) {
                    extract(archive, name + "/" + file, target.resolve(file));
                }
                Model model = TfliteReader.read(target.resolve("tensorflow.tflite"));
                if (understood(model) && Files.exists(answers(target))) {
                    model.main().nodes().forEach(node -> seen.add(node.code().builtin()));
                    tests.add(DynamicTest.dynamicTest(operator + " " + name, () -> check(model, target)));
                }
            }
        }
    }

    /// What LiteRT answered, or TensorFlow to a float file. (To a quantized one its answer would be another.)
    private static Path answers(Path folder) throws IOException {
        Path liteRt = folder.resolve("tflite_outputs.npz");
        boolean exact = Files.readString(folder.resolve("case.json")).contains("\"mode\": \"float\"");
        return Files.exists(liteRt) || !exact ? liteRt : folder.resolve("outputs.npz");
    }

    private static boolean understood(Model model) {
        for (Subgraph subgraph : model.subgraphs()) {
            for (Node node : subgraph.nodes()) {
                if (Operators.of(node) instanceof UnknownOperator || isWrongInLiteRt(subgraph, node)) {
                    return false;
                }
            }
        }
        return true;
    }

    /// LiteRT's reference SUM reads INT8 and INT16 as UINT8: its answers are no sums. See `Sum`.
    private static boolean isWrongInLiteRt(Subgraph subgraph, Node node) {
        if (node.code().builtin() != BuiltinOperator.SUM) {
            return false;
        }
        TensorType type = subgraph.tensor(node.input(0)).type();
        return type == TensorType.INT8 || type == TensorType.INT16;
    }

    private static void extract(ZipFile archive, String name, Path target) throws IOException {
        ZipEntry entry = archive.getEntry(name);
        if (entry == null) {
            return;
        }
        try (InputStream in = archive.getInputStream(entry)) {
            Files.copy(in, target);
        }
    }

    private static Map<String, Tensor> arrays(Path file) throws IOException {
        Map<String, Tensor> strings = PickledStrings.read(file);
        return strings.isEmpty() ? Npz.read(file) : strings;
    }

    private static void check(Model model, Path folder) throws IOException {
        Map<String, Tensor> inputs = arrays(folder.resolve("inputs.npz"));
        Map<String, Tensor> expected = arrays(answers(folder));
        boolean random = model.main().nodes().stream().anyMatch(node -> Operators.of(node) instanceof RandomOperator);
        Map<String, Tensor> named = new LinkedHashMap<>();
        model.signatures().getFirst().inputs().forEach((name, id) -> {
            TensorSpec spec = model.main().tensor(id);
            Tensor given = inputs.get(name.replace("/", "__"));
            named.put(
                    name,
                    given == null
                            ? Tensor.allocate(spec.type(), spec.shape(), spec.quantization()) // it is never read
                            : converted(given, spec.type()));
        });
        for (Kernels kernels : Kernels.values()) {
            try (Interpreter interpreter =
                    Interpreter.of(Runtime.compile(model, PlanOptions.DEFAULT.kernels(kernels)))) {
                Map<String, Tensor> outputs = interpreter.run(named);
                outputs.forEach((name, actual) -> {
                    Tensor answer = expected.get(name.replace("/", "__"));
                    if (random) {
                        assertThat(actual.shape()).isEqualTo(answer.shape());
                        assertThat(actual.type()).isEqualTo(answer.type());
                    } else {
                        compare(actual, answer);
                    }
                });
            }
        }
    }

    /// `given` in the type that the model takes, where it was made in another.
    private static Tensor converted(Tensor given, TensorType type) {
        boolean integers = type == TensorType.INT32 || type == TensorType.INT64 || type == TensorType.BOOL;
        if (given.type() == type || !integers) {
            return given;
        }
        Tensor converted = Tensor.allocate(type, given.shape(), given.quantization());
        for (int i = 0; i < given.elementCount(); i++) {
            long value = (long) given.elementAsDouble(i);
            switch (converted.array()) {
                case int[] ints -> ints[i] = (int) value;
                case long[] longs -> longs[i] = value;
                default -> converted.bytes()[i] = (byte) (value == 0 ? 0 : 1);
            }
        }
        return converted;
    }

    private static void compare(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.type()).isEqualTo(expected.type());
        if (actual.type() == TensorType.STRING) {
            assertThat(actual.strings()).isDeepEqualTo(expected.strings());
            return;
        }
        double[] a = actual.toDoubles();
        double[] e = expected.toDoubles();
        double range = Arrays.stream(e).filter(Double::isFinite).max().orElse(0)
                - Arrays.stream(e).filter(Double::isFinite).min().orElse(0);
        range = range > 0 || e.length == 0 ? range : Math.abs(e[0]); // a single value: its distance from 0
        boolean exact = actual.type() != TensorType.FLOAT32 && actual.type() != TensorType.COMPLEX64;
        for (int i = 0; i < a.length; i++) {
            if (exact || !Double.isFinite(e[i])) {
                assertThat(Double.compare(a[i], e[i]))
                        .as("element %d is %s, not %s", i, a[i], e[i])
                        .isZero();
            } else {
                assertThat(a[i]).as("element %d of range %s", i, range).isCloseTo(e[i], within(1e-5 * range));
            }
        }
    }
}
