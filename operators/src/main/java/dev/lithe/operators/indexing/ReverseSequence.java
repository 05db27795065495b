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
import dev.lithe.operators.support.Indices;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ReverseSequenceOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// REVERSE_SEQUENCE: reverses the first elements along dimension `sequence`, as many as input 1 says for each element
/// along dimension `batch`; the others stay.
public record ReverseSequence(int sequence, int batch) implements IndexingOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.UINT8, TensorType.INT16, TensorType.INT32, TensorType.INT64
    };
    public static final Definition<ReverseSequence> DEFINITION = Definition.of(
                    ReverseSequence.class, BuiltinOperator.REVERSE_SEQUENCE)
            .options(
                    node -> {
                        ReverseSequenceOptions options =
                                node.options().as(ReverseSequenceOptions.class, ReverseSequenceOptions.DEFAULT);
                        return new ReverseSequence(options.seqDim(), options.batchDim());
                    },
                    op -> Options.of(new ReverseSequenceOptions(op.sequence, op.batch)))
            .inputs(Operand.of("x", TYPES), Operand.of("lengths", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.14.0")
            .reference((op, setup) -> op::run);

    private Shape infer(ShapeContext context) {
        Shape input = context.input(0);
        Shape lengths = context.input(1);
        boolean fits = sequence >= 0
                && batch >= 0
                && sequence != batch
                && Math.max(sequence, batch) < input.rank()
                && lengths.rank() == 1;
        if (fits && lengths.isKnown() && input.dimension(batch) != Shape.UNKNOWN) {
            fits = lengths.dimension(0) == input.dimension(batch);
        }
        if (!fits) {
            throw new ShapeException("lengths " + lengths + " for dimension " + sequence + " of " + input
                    + ", one each along dimension " + batch);
        }
        return input;
    }

    private void run(KernelContext context) {
        Tensor x = context.input(0);
        Tensor lengths = context.input(1);
        Tensor y = context.output(0);
        int[] strides = ElementCopy.strides(x.shape());
        int size = x.shape().dimension(sequence);
        int[] sizes = x.shape().toArray();
        sizes[batch] = 1;
        ElementCopy.all(x, y);
        for (int b = 0; b < x.shape().dimension(batch); b++) {
            long length = Indices.at(lengths, b);
            if (length > size) {
                throw new IllegalArgumentException("a sequence of " + length + " in a dimension of " + size);
            }
            if (length > 0) {
                sizes[sequence] = (int) length;
                int start = b * strides[batch];
                int[] backwards = strides.clone();
                backwards[sequence] = -strides[sequence];
                int last = start + (sizes[sequence] - 1) * strides[sequence];
                ElementCopy.block(sizes, x, last, backwards, y, start, strides);
            }
        }
    }
}
