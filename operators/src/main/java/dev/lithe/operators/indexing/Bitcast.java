package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.schema.BitcastOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// BITCAST: the same bytes as numbers of another type. A larger type is split into a new innermost dimension, smaller
/// ones are joined along the innermost dimension, which vanishes.
public record Bitcast() implements IndexingOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.FLOAT64,
        TensorType.FLOAT16,
        TensorType.BFLOAT16,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.UINT16,
        TensorType.INT32,
        TensorType.UINT32,
        TensorType.INT64,
        TensorType.UINT64,
        TensorType.BOOL,
        TensorType.COMPLEX64,
        TensorType.COMPLEX128
    };
    public static final Definition<Bitcast> DEFINITION = Definition.of(Bitcast.class, BuiltinOperator.BITCAST)
            .options(node -> new Bitcast(), op -> Options.of(BitcastOptions.DEFAULT))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.13.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape infer(ShapeContext context) {
        TensorType from = context.inputType(0);
        TensorType to = context.outputType(0);
        return from == null || to == null ? Shape.of(Shape.UNKNOWN) : shape(context.input(0), from, to);
    }

    private static Shape shape(Shape input, TensorType from, TensorType to) {
        int fromBytes = Tensor.unitBytes(from) * Tensor.unitsPerElement(from);
        int toBytes = Tensor.unitBytes(to) * Tensor.unitsPerElement(to);
        if (fromBytes == toBytes) {
            return input;
        }
        int[] sizes = input.toArray();
        if (fromBytes > toBytes) {
            int[] split = Arrays.copyOf(sizes, sizes.length + 1);
            split[sizes.length] = fromBytes / toBytes;
            return Shape.of(split);
        }
        int joined = toBytes / fromBytes;
        int last = sizes.length == 0 ? 1 : sizes[sizes.length - 1];
        if (last != joined && last != Shape.UNKNOWN) {
            throw new ShapeException(from + " " + input + " as " + to + " needs an innermost dimension of " + joined);
        }
        return Shape.of(Arrays.copyOf(sizes, sizes.length - 1));
    }

    private static Kernel prepare(KernelSetup setup) {
        TensorType from = setup.input(0).type();
        TensorType to = setup.output(0).type();
        return context -> {
            Tensor x = context.input(0);
            Tensor y = context.resize(0, shape(x.shape(), from, to));
            MemorySegment bytes = MemorySegment.ofArray(x.toLittleEndian());
            ElementCopy.all(Tensor.fromLittleEndian(to, y.shape(), y.quantization(), bytes), y);
        };
    }
}
