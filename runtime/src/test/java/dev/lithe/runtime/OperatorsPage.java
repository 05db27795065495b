package dev.lithe.runtime;

import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.Operators;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.runtime.simd.SimdKernels;
import dev.lithe.schema.TensorType;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes the page of supported operators from the registry.
final class OperatorsPage {
    private static final List<TensorType> USUAL = List.of(
            TensorType.FLOAT32,
            TensorType.INT8,
            TensorType.UINT8,
            TensorType.INT16,
            TensorType.INT32,
            TensorType.INT64);
    private static final String HEAD = """
            # Supported operators

            Written from the registry by `OperatorsPageTest`; `./mvnw -pl runtime -am test -Dtest=OperatorsPageTest \
            -Dsurefire.failIfNoSpecifiedTests=false -Dlithe.update-docs=true` rewrites it. Operators that are not listed are read, \
            printed and written without loss, but neither quantized nor run.

            - **Types**: what the operands with values may be; indices, axes and shapes are left out.
            - **Scales**: how quantized operands depend on each other: *own* (each its own), *same* (all share one), *fixed* (the \
            output's is given), – (no integer form: the operator stays in float).
            - **int8**, **int16**: whether it runs in 8-bit integers, and with 16-bit activations. **Hybrid**: whether it takes 8-bit \
            weights on float activations.
            - **Kernels**: *reference* gives LiteRT's reference results, integers bit for bit; *SIMD* is a faster form of the float \
            kernel with the same results.
            - **Versions**: operator version, and the first runtime that knows it.

            """;

    private static final String CUSTOM = """

            ## Custom operators

            These run without being registered (reference kernels); `PlanOptions.custom` registers others, and replaces these.

            """;

    private OperatorsPage() {}

    static String text() {
        List<Definition<?>> definitions = Operators.definitions().stream()
                .sorted(Comparator.comparing(d -> d.code().name()))
                .toList();
        StringBuilder page = new StringBuilder(HEAD);
        page.append("| operator | types | scales | int8 | int16 | hybrid | kernels | versions |\n");
        page.append("|---|---|---|---|---|---|---|---|\n");
        definitions.forEach(definition -> page.append(row(definition)));
        page.append("\n").append(definitions.size()).append(" operators.\n");
        page.append(CUSTOM);
        Operators.customNames().forEach(name -> page.append("- `").append(name).append("`\n"));
        return page.toString();
    }

    private static String row(Definition<?> definition) {
        QuantizationRule rule = definition.quantization();
        Operand values = values(definition).orElse(Operand.of("none"));
        boolean integers = rule.isQuantizable();
        String versions = definition.runtimes().entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", "));
        List<String> cells = List.of(
                "`" + definition.code() + "`",
                types(values),
                scales(rule),
                mark(integers && values.types().contains(TensorType.INT8)),
                mark(integers && rule.int16() && values.types().contains(TensorType.INT16)),
                mark(rule.hybrid()),
                SimdKernels.OPERATORS.contains(definition.type()) ? "reference, SIMD" : "reference",
                versions);
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /// Of the inputs that are neither weights nor bias the one that takes most types: the others are axes and
    /// the like.
    private static Optional<Operand> values(Definition<?> definition) {
        QuantizationRule rule = definition.quantization();
        return IntStream.range(0, definition.inputs().size())
                .filter(i -> i != rule.weight() && i != rule.bias())
                .mapToObj(definition.inputs()::get)
                .max(Comparator.comparingInt(operand -> operand.types().size()))
                .or(() -> definition.outputs().stream().findFirst());
    }

    private static String types(Operand operand) {
        if (operand.types().isEmpty()) {
            return "–";
        }
        if (operand.types().size() == TensorType.values().length) {
            return "any";
        }
        return operand.types().stream()
                .sorted(Comparator.comparingInt(OperatorsPage::order).thenComparing(Comparator.naturalOrder()))
                .map(type -> type.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    /// Those that most models have come first.
    private static int order(TensorType type) {
        int place = USUAL.indexOf(type);
        return place < 0 ? USUAL.size() : place;
    }

    private static String scales(QuantizationRule rule) {
        return switch (rule.scales()) {
            case INDEPENDENT -> "own";
            case SAME -> "same";
            case FIXED_OUTPUT -> "fixed";
            case UNSUPPORTED -> "–";
        };
    }

    private static String mark(boolean yes) {
        return yes ? "yes" : "–";
    }
}
