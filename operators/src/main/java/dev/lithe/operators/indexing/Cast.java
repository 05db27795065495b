package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.NumberCast;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CastOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Set;

/// CAST: the same numbers in another type (that of the output tensor; the options repeat what the tensors say). How a
/// number changes is told by [NumberCast].
public record Cast(TensorType from, TensorType to) implements IndexingOperator {
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
        TensorType.BOOL,
        TensorType.COMPLEX64,
        TensorType.INT4,
        TensorType.INT2,
        TensorType.UINT4
    };
    public static final Definition<Cast> DEFINITION = Definition.of(Cast.class, BuiltinOperator.CAST)
            .options(
                    node -> {
                        CastOptions options = node.options().as(CastOptions.class, CastOptions.DEFAULT);
                        return new Cast(options.inDataType(), options.outDataType());
                    },
                    op -> Options.of(new CastOptions(op.from, op.to)))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(c.input(0)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> version(node))
            .runtime(1, "1.5.0")
            .runtime(2, "2.7.0")
            .runtime(3, "2.8.0")
            .runtime(4, "2.9.0")
            .runtime(5, "2.12.0")
            .runtime(6, "2.15.0")
            .runtime(7, "2.17.0")
            .runtime(8, "2.21.0")
            .reference((op, setup) -> Cast::run);

    private static int version(NodeView node) {
        TensorType from = node.input(0).type();
        TensorType to = node.output(0).type();
        Set<TensorType> both = from == to ? Set.of(from) : Set.of(from, to);
        if (both.contains(TensorType.INT2) || both.contains(TensorType.UINT4)) {
            return 8;
        }
        if (both.contains(TensorType.BFLOAT16)) {
            return 7;
        }
        if (both.contains(TensorType.INT4)) {
            return 6;
        }
        if (both.contains(TensorType.FLOAT64) || both.contains(TensorType.FLOAT16)) {
            return 5;
        }
        if (both.contains(TensorType.UINT16)) {
            return 4;
        }
        return both.contains(TensorType.INT8) ? 3 : both.contains(TensorType.UINT32) ? 2 : 1;
    }

    private static void run(KernelContext context) {
        Tensor x = context.input(0);
        Tensor y = context.output(0);
        if (x.type() == y.type()) {
            ElementCopy.all(x, y);
        } else {
            NumberCast.all(x, y);
        }
    }
}
