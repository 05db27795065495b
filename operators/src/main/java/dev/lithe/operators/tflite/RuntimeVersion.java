package dev.lithe.operators.tflite;

import dev.lithe.graph.Metadata;
import dev.lithe.graph.Model;
import dev.lithe.graph.OperatorCode;
import dev.lithe.operators.Operators;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.SortedMap;

/// The first runtime that can run a model: the latest of its operators' first runtimes.
final class RuntimeVersion {
    /// The name of the metadata entry: 16 bytes of text, padded with zeros.
    static final String METADATA = "min_runtime_version";

    private static final int BYTES = 16;
    private static final String LOWEST = "0.0.0";

    /// By the numbers between the dots: 1.14.0 is later than 1.5.0.
    static final Comparator<String> ORDER = (a, b) -> Arrays.compare(numbers(a), numbers(b));

    private RuntimeVersion() {}

    /// The metadata entry for operators in these versions. Of an operator that is not understood nothing is
    /// known, so the version that the model states already is then the least.
    static Metadata of(Model model, Collection<OperatorCode> codes) {
        boolean allKnown = codes.stream().allMatch(RuntimeVersion::isKnown);
        String stated = model.metadata(METADATA).map(RuntimeVersion::text).orElse(LOWEST);
        String least = allKnown ? LOWEST : stated;
        String version = codes.stream().map(RuntimeVersion::firstRuntime).reduce(least, RuntimeVersion::later);
        return new Metadata(METADATA, Bytes.of(Arrays.copyOf(version.getBytes(StandardCharsets.US_ASCII), BYTES)));
    }

    private static boolean isKnown(OperatorCode code) {
        return code.builtin() == BuiltinOperator.CUSTOM
                || Operators.definition(code.builtin()).isPresent();
    }

    /// A version between two listed ones is known since the later one.
    private static String firstRuntime(OperatorCode code) {
        return Operators.definition(code.builtin())
                .map(definition -> {
                    SortedMap<Integer, String> later = definition.runtimes().tailMap(code.version());
                    return later.isEmpty()
                            ? definition.runtimes().lastEntry().getValue()
                            : later.firstEntry().getValue();
                })
                .orElse(LOWEST);
    }

    private static String later(String a, String b) {
        return ORDER.compare(a, b) >= 0 ? a : b;
    }

    private static String text(Metadata metadata) {
        String text = new String(metadata.content().toArray(), StandardCharsets.US_ASCII);
        int end = text.indexOf(0);
        String version = end < 0 ? text : text.substring(0, end);
        return version.matches("\\d{1,6}(\\.\\d{1,6}){0,3}") ? version : LOWEST;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }
}
