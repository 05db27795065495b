package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.datasets.Npz;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The SavedModels of TensorFlow's operator tests, converted by us, on the official runtime: it takes our files, and
/// answers what TensorFlow answers.
class ConvertedCasesTest {
    private static final double BOUND = 1e-5;
    /// Two runs give two answers.
    private static final Set<String> RANDOM = Set.of("multinomial", "random_standard_normal", "random_uniform");

    @TempDir
    static Path folder;

    private static Oracle oracle;

    @BeforeAll
    static void open() {
        oracle = Oracle.open();
    }

    @AfterAll
    static void close() {
        oracle.close();
    }

    @TestFactory
    Stream<DynamicTest> theOfficialRuntimeAnswersLikeTensorFlow() throws IOException {
        try (Stream<Path> zips = Files.list(Shared.path("conformance/tensorflow-ops"))) {
            return zips.filter(zip -> zip.toString().endsWith(".zip")).sorted().toList().stream()
                    .map(zip -> DynamicTest.dynamicTest(zip.getFileName().toString(), () -> check(zip)));
        }
    }

    private static void check(Path zip) throws IOException {
        String operator = zip.getFileName().toString().replace(".zip", "");
        Path unpacked = folder.resolve(operator);
        unzip(zip, unpacked);
        List<String> failures = new ArrayList<>();
        try (Stream<Path> cases = Files.list(unpacked)) {
            for (Path one : cases.sorted().toList()) {
                String json = Files.readString(one.resolve("case.json"));
                if (json.contains("\"mode\": \"float\"")) {
                    String failure = failure(one, RANDOM.contains(operator));
                    if (failure != null) {
                        failures.add(one.getFileName() + ": " + failure);
                    }
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    /// What is wrong; null where all is well, or where nothing can be said: the case does not convert, was recorded
    /// without some input (or in another type), or TensorFlow's own file does not run either.
    private static String failure(Path one, boolean random) throws IOException {
        Model model;
        try {
            model = Models.open(one);
        } catch (UnsupportedException | InvalidModelException e) {
            return null;
        }
        Path file = one.resolve("lithe.tflite");
        Converter.of(model).convert().write(file);
        OracleInvocation invocation = invocation(model, Npz.read(one.resolve("inputs.npz")));
        if (invocation == null) {
            return null;
        }
        OracleResult result =
                oracle.run(file, OracleRequest.of(OracleKernels.REFERENCE).withInvocation(invocation));
        if (result instanceof OracleResult.Rejected rejected && rejected.stage() == OracleStage.BUILD) {
            // Some operators have no reference kernel.
            result = oracle.run(file, OracleRequest.of(OracleKernels.BUILTIN).withInvocation(invocation));
        }
        if (result instanceof OracleResult.Completed completed) {
            return random ? null : difference(model, completed.runs().getFirst(), one);
        }
        return Files.exists(one.resolve("tflite_outputs.npz")) ? result.describe() : null;
    }

    private static OracleInvocation invocation(Model model, Map<String, Tensor> arrays) {
        SignatureDef signature = model.signatures().getFirst();
        Map<Integer, OracleInput> inputs = new LinkedHashMap<>();
        for (Map.Entry<String, TensorId> input : signature.inputs().entrySet()) {
            Tensor tensor = arrays.get(input.getKey().replace("/", "__"));
            if (tensor == null
                    || tensor.type() == TensorType.STRING
                    || tensor.type() != model.main().tensor(input.getValue()).type()) {
                return null;
            }
            int[] shape = tensor.shape().toArray();
            inputs.put(
                    model.main().inputs().indexOf(input.getValue()),
                    OracleInput.of(tensor.toLittleEndian()).withShape(shape));
        }
        OracleInput[] ordered = new OracleInput[inputs.size()];
        inputs.forEach((position, input) -> ordered[position] = input);
        return OracleInvocation.of(ordered);
    }

    private static String difference(Model model, OracleRun run, Path one) throws IOException {
        Map<String, Tensor> expected = Npz.read(one.resolve("outputs.npz"));
        Path theirs = one.resolve("tflite_outputs.npz");
        Map<String, Tensor> recorded = Files.exists(theirs) ? Npz.read(theirs) : Map.of();
        List<String> different = new ArrayList<>();
        model.signatures().getFirst().outputs().forEach((name, id) -> {
            Tensor ought = expected.get(name.replace("/", "__"));
            OracleTensor is = run.output(model.main().outputs().indexOf(id));
            if (ought == null || ought.type() == TensorType.STRING) {
                return;
            }
            Tensor actual = Tensor.fromLittleEndian(
                    ought.type(),
                    Shape.of(is.info().shape().stream()
                            .mapToInt(Integer::intValue)
                            .toArray()),
                    QuantizationParameters.NONE,
                    MemorySegment.ofArray(is.data()));
            if (!actual.shape().equals(ought.shape())) {
                different.add(name + " has the shape " + actual.shape() + ", not " + ought.shape());
            } else if (distance(actual.toDoubles(), ought.toDoubles())
                    > bound(recorded.get(name.replace("/", "__")), ought)) {
                different.add(name + " is off by " + distance(actual.toDoubles(), ought.toDoubles()) + " of its range");
            }
        });
        return different.isEmpty() ? null : different.toString();
    }

    /// Where TensorFlow's own file is further away than the bound, as with the logarithm of a number just above 1, ours
    /// may be half again as far.
    private static double bound(@Nullable Tensor theirs, Tensor expected) {
        return theirs == null || !theirs.shape().equals(expected.shape())
                ? BOUND
                : Math.clamp(1.5 * distance(theirs.toDoubles(), expected.toDoubles()), BOUND, 1e-4);
    }

    /// The largest difference, in parts of the expected values' range.
    private static double distance(double[] actual, double[] expected) {
        double high = Double.NEGATIVE_INFINITY;
        double low = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Double.compare(actual[i], expected[i]) != 0) {
                largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
                largest = Double.isNaN(largest) ? Double.POSITIVE_INFINITY : largest;
            }
            if (Double.isFinite(expected[i])) {
                high = Math.max(high, expected[i]);
                low = Math.min(low, expected[i]);
            }
        }
        double range = high > low ? high - low : Math.max(Math.abs(high), 1e-30);
        return largest == 0 ? 0 : largest / range;
    }

    private static void unzip(Path zip, Path to) throws IOException {
        try (FileSystem archive = FileSystems.newFileSystem(zip);
                Stream<Path> entries = Files.walk(archive.getPath("/"))) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(entry.toString().substring(1));
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(entry, target);
                }
            }
        }
    }
}
