package dev.lithe.operators.recurrent;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;

/// The weights of one gate or unit.
sealed interface WeightMatrix {
    /// Adds the product with `row` to the sums, one for each row of weights.
    void accumulate(float[] sums, Row row);

    /// @param weights `[outputs, inputs]`, or `[outputs]` for a diagonal matrix
    static WeightMatrix of(Tensor weights) {
        Shape shape = weights.shape();
        if (shape.rank() == 1) {
            return new Diagonal(weights.floats(), shape.dimension(0));
        }
        int outputs = shape.dimension(0);
        int inputs = shape.dimension(1);
        return weights.type() == TensorType.FLOAT32
                ? new Floats(weights.floats(), outputs, inputs)
                : new Bytes(
                        weights.bytes(), outputs, inputs, weights.quantization().scale());
    }

    /// Products are summed up first and then added, in the order of the inputs.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Floats(float[] weights, int outputs, int inputs) implements WeightMatrix {
        @Override
        public void accumulate(float[] sums, Row row) {
            float[] x = row.values();
            for (int o = 0; o < outputs; o++) {
                int from = o * inputs;
                float sum = 0;
                for (int i = 0; i < inputs; i++) {
                    sum += weights[from + i] * x[row.at() + i];
                }
                sums[o] += sum;
            }
        }
    }

    /// 8-bit weights around 0, times quantized rows.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Bytes(byte[] weights, int outputs, int inputs, float scale) implements WeightMatrix {
        @Override
        public void accumulate(float[] sums, Row row) {
            int[] x = row.stored();
            float product = row.scale() * scale;
            for (int o = 0; o < outputs; o++) {
                int from = o * inputs;
                int sum = 0;
                for (int i = 0; i < inputs; i++) {
                    sum += weights[from + i] * x[row.storedAt() + i];
                }
                sums[o] += sum * product;
            }
        }
    }

    /// Weights off the diagonal are 0; always in floats.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Diagonal(float[] weights, int outputs) implements WeightMatrix {
        @Override
        public void accumulate(float[] sums, Row row) {
            for (int o = 0; o < outputs; o++) {
                sums[o] += weights[o] * row.values()[row.at() + o];
            }
        }
    }
}
