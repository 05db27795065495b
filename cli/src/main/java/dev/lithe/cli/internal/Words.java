package dev.lithe.cli.internal;

import dev.lithe.datasets.ImageOptions;
import dev.lithe.evaluation.Metric;
import dev.lithe.quantizer.BiasType;
import dev.lithe.quantizer.QuantizationMode;
import dev.lithe.runtime.Kernels;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/// The words that options take, and what they stand for.
final class Words {
    private static final List<TensorType> EDGE_TYPES =
            List.of(TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16);

    private Words() {}

    static void register(CommandLine line) {
        line.registerConverter(
                QuantizationMode.class, choice(List.of(QuantizationMode.values()), QuantizationMode::word));
        line.registerConverter(TensorType.class, choice(EDGE_TYPES, Text::type));
        line.registerConverter(BiasType.class, choice(BiasType.values()));
        line.registerConverter(BuiltinOperator.class, Words::operator);
        line.registerConverter(Metric.class, choice(List.of(Metric.values()), Metric::word));
        line.registerConverter(Bound.class, Bound::parse);
        line.registerConverter(Kernels.class, choice(Kernels.values()));
        line.registerConverter(ImageOptions.ResizeMode.class, choice(ImageOptions.ResizeMode.values()));
        line.registerConverter(ImageOptions.Interpolation.class, choice(ImageOptions.Interpolation.values()));
        line.registerConverter(ImageOptions.Channels.class, choice(ImageOptions.Channels.values()));
    }

    private static <E extends Enum<E>> CommandLine.ITypeConverter<E> choice(E[] values) {
        return choice(List.of(values), value -> value.name().toLowerCase(Locale.ROOT));
    }

    private static <T> CommandLine.ITypeConverter<T> choice(List<T> values, Function<T, String> word) {
        return given -> values.stream()
                .filter(value -> word.apply(value).equals(given))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + given + "' is none of "
                        + values.stream().map(word).collect(Collectors.joining(", "))));
    }

    private static BuiltinOperator operator(String given) {
        String name = given.toUpperCase(Locale.ROOT);
        return Arrays.stream(BuiltinOperator.values())
                .filter(code -> code.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + given + "' is no operator; names are those that `lithe inspect` shows, such as CONV_2D"));
    }
}
