package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ElementFill;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;

/// HASHTABLE_LOOKUP: for each number of input 0 the row of input 2 whose key in input 1 (ascending) is the same, zeros
/// (or an empty string) where there is none; and whether there was one.
public record HashtableLookup() implements IndexingOperator {
    public static final Definition<HashtableLookup> DEFINITION = Definition.of(
                    HashtableLookup.class, BuiltinOperator.HASHTABLE_LOOKUP)
            .options(node -> new HashtableLookup(), op -> Options.NONE)
            .inputs(Operand.of("lookup", TensorType.INT32), Operand.of("keys", TensorType.INT32), Operand.any("values"))
            .outputs(Operand.any("y"), Operand.of("hits", TensorType.UINT8))
            .shapes((op, c) -> infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.5.0")
            .reference((op, setup) -> HashtableLookup::run);

    private static List<Shape> infer(ShapeContext context) {
        Shape lookup = context.input(0);
        Shape keys = context.input(1);
        Shape values = context.input(2);
        boolean fits = lookup.rank() == 1 && keys.rank() == 1 && values.rank() >= 1;
        if (fits && keys.isKnown() && values.dimension(0) != Shape.UNKNOWN) {
            fits = keys.dimension(0) == values.dimension(0);
        }
        if (!fits) {
            throw new ShapeException(
                    "lookup " + lookup + ", keys " + keys + " and values " + values + " don't fit together");
        }
        return List.of(values.withDimension(0, lookup.dimension(0)), lookup);
    }

    private static void run(KernelContext context) {
        Tensor lookup = context.input(0);
        Tensor values = context.input(2);
        Tensor y = context.output(0);
        byte[] hits = context.output(1).bytes();
        int[] keys = context.input(1).ints();
        int rows = values.shape().dimension(0);
        int length = values.shape().flatSize(1, values.shape().rank());
        for (int i = 0; i < lookup.elementCount(); i++) {
            int row = find(keys, rows, lookup.ints()[i]);
            hits[i] = (byte) (row < 0 ? 0 : 1);
            if (row < 0) {
                ElementFill.zeros(y, i * length, length);
            } else {
                ElementCopy.run(values, row * length, y, i * length, length);
            }
        }
    }

    /// A binary search that meets keys in the order of C's `bsearch`, which decides where a key stands there
    /// twice. Like LiteRT it compares by the sign of the 32-bit difference.
    private static int find(int[] keys, int count, int wanted) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int difference = wanted - keys[middle];
            if (difference == 0) {
                return middle;
            }
            if (difference < 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return -1;
    }
}
