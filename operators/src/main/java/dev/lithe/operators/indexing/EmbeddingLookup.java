package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.QuantizationRule.Scales;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.Indices;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// EMBEDDING_LOOKUP: the rows of a table (input 1) that input 0 names. An integer table with a float result is
/// dequantized on the way, with one scale, one per row, or (INT4 and INT2) one per block of a row; otherwise rows are
/// copied.
public record EmbeddingLookup() implements IndexingOperator {
    private static final Set<TensorType> INTEGERS =
            EnumSet.of(TensorType.INT8, TensorType.UINT8, TensorType.INT4, TensorType.INT2);
    public static final Definition<EmbeddingLookup> DEFINITION = Definition.of(
                    EmbeddingLookup.class, BuiltinOperator.EMBEDDING_LOOKUP)
            .options(node -> new EmbeddingLookup(), op -> Options.NONE)
            .inputs(Operand.of("rows", TensorType.INT32), Operand.any("table"))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            // Integer results would be raw copies: only the table is quantized.
            .quantization(new QuantizationRule(Scales.UNSUPPORTED, Map.of(), 1, 0, -1, false, true))
            .versions((op, node) -> version(node))
            .runtime(1, "1.13.0")
            .runtime(2, "1.14.0")
            .runtime(3, "1.14.0")
            .runtime(4, "2.18.0")
            .runtime(5, "2.21.0")
            .reference((op, setup) -> prepare(setup));

    private static int version(NodeView node) {
        TensorType type = node.input(1).type();
        if (type == TensorType.INT4 || node.input(1).quantization().isPerChannel()) {
            return 4;
        }
        return type == TensorType.INT2 ? 5 : 1;
    }

    private static Shape infer(ShapeContext context) {
        if (context.input(0).rank() != 1 || context.input(1).rank() < 2) {
            throw new ShapeException("takes a vector of row numbers and a table of two dimensions at least, not "
                    + context.input(0) + " and " + context.input(1));
        }
        return context.input(1).withDimension(0, context.input(0).dimension(0));
    }

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(1).type();
        TensorType result = setup.output(0).type();
        if (type == result) {
            return EmbeddingLookup::copy;
        }
        QuantizationParameters quantization = setup.input(1).quantization();
        float[] scales = quantization.scales().toArray();
        boolean dequantizes = (result == TensorType.FLOAT32 || result == TensorType.FLOAT16) && INTEGERS.contains(type);
        if (!dequantizes) {
            throw KernelTypes.unsupported("EMBEDDING_LOOKUP", type);
        }
        Tensor blocks = setup.blockScales(1);
        if (scales.length == 0 && blocks == null) {
            throw new IllegalArgumentException(
                    "a table of " + type + " needs scales: one, one per row or one per block");
        }
        return blocks == null
                ? context -> dequantize(context, row -> scales[scales.length == 1 ? 0 : row])
                : context -> dequantize(context, blocks);
    }

    private static void copy(KernelContext context) {
        Tensor rows = context.input(0);
        Tensor table = context.input(1);
        int count = table.shape().dimension(0);
        int length = table.shape().flatSize(1, table.shape().rank());
        for (int i = 0; i < rows.elementCount(); i++) {
            ElementCopy.run(table, Indices.at(rows, i, count) * length, context.output(0), i * length, length);
        }
    }

    private static void dequantize(KernelContext context, IntToFloat scales) {
        Tensor rows = context.input(0);
        Tensor table = context.input(1);
        int count = table.shape().dimension(0);
        int length = table.shape().flatSize(1, table.shape().rank());
        // LiteRT begins a row of packed numbers at a whole byte, which is too early where the ones before fill no whole
        // number of bytes. (It also takes UINT8 for signed.)
        int packed = table.type() == TensorType.INT4 ? 2 : table.type() == TensorType.INT2 ? 4 : 1;
        for (int i = 0; i < rows.elementCount(); i++) {
            int row = Indices.at(rows, i, count);
            dequantize(table, row * length / packed * packed, scales.at(row), context.output(0), i * length, length);
        }
    }

    /// @param blocks the scales `[rows, blocks]`
    private static void dequantize(KernelContext context, Tensor blocks) {
        Tensor rows = context.input(0);
        Tensor table = context.input(1);
        int count = table.shape().dimension(0);
        int length = table.shape().dimension(1);
        int perRow = blocks.shape().dimension(1);
        int size = length / perRow;
        for (int i = 0; i < rows.elementCount(); i++) {
            int row = Indices.at(rows, i, count);
            for (int b = 0; b < perRow; b++) {
                float scale = (float) blocks.elementAsDouble(row * perRow + b);
                int from = row * length + b * size;
                dequantize(table, from, scale, context.output(0), i * length + b * size, size);
            }
        }
    }

    @FunctionalInterface
    private interface IntToFloat {
        float at(int row);
    }

    private static void dequantize(Tensor table, int from, float scale, Tensor y, int to, int count) {
        // LiteRT unpacks to the upper bits of a byte, and divides the scale instead of shifting.
        float part = table.type() == TensorType.INT4 ? 16 : table.type() == TensorType.INT2 ? 64 : 1;
        float factor = scale / part;
        for (int k = 0; k < count; k++) {
            float value = table.bytes()[from + k] * part * factor;
            if (y.type() == TensorType.FLOAT16) {
                y.shorts()[to + k] = Float.floatToFloat16(value);
            } else {
                y.floats()[to + k] = value;
            }
        }
    }
}
