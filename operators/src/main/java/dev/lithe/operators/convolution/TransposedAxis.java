package dev.lithe.operators.convolution;

import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.SpatialPadding;
import dev.lithe.schema.Padding;
import java.util.Arrays;

/// One dimension of a transposed convolution: for each position of the output, the input positions that reach it, in
/// ascending order, each with the tap of the filter by which it does.
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
record TransposedAxis(int[][] inputs, int[][] taps) {
    /// @throws ShapeException where a window over `outputs` positions does not take `inputs` positions
    static TransposedAxis of(Padding padding, int inputs, int outputs, int filter, int stride, int dilation) {
        SpatialPadding window = SpatialPadding.of(padding, outputs, filter, stride, dilation);
        require(window.outputSize(), inputs, outputs, filter);
        TransposedAxis axis = new TransposedAxis(new int[outputs][], new int[outputs][]);
        int[] from = new int[inputs];
        int[] by = new int[inputs];
        for (int output = 0; output < outputs; output++) {
            int count = 0;
            for (int input = 0; input < inputs; input++) {
                long distance = (long) output + window.before() - (long) input * stride;
                if (distance >= 0 && distance % dilation == 0 && distance / dilation < filter) {
                    from[count] = input;
                    by[count++] = (int) (distance / dilation);
                }
            }
            axis.inputs[output] = Arrays.copyOf(from, count);
            axis.taps[output] = Arrays.copyOf(by, count);
        }
        return axis;
    }

    /// @throws ShapeException where `computed`, the positions of a window over the output, are not those of the input
    static void require(int computed, int inputs, int outputs, int filter) {
        if (computed != inputs) {
            throw new ShapeException("an output of " + outputs + " under a filter of " + filter
                    + " belongs to an input of " + computed + ", the input has " + inputs);
        }
    }

    int size() {
        return inputs.length;
    }
}
