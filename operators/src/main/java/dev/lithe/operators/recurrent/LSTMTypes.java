package dev.lithe.operators.recurrent;

import dev.lithe.graph.Location;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.support.WeightedTypes.Arithmetic;
import dev.lithe.schema.TensorType;
import java.util.EnumSet;
import java.util.Set;

/// The types that recurrent operators take together.
final class LSTMTypes {
    static final TensorType[] WEIGHTS = {TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8};
    static final TensorType[] VECTORS = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.INT32
    };
    /// 16 bits are for TensorFlow Lite Micro, for which a model may be read and written; no kernel here takes them.
    static final TensorType[] ACTIVATIONS = {TensorType.FLOAT32, TensorType.INT8, TensorType.INT16};

    static final TensorType[] STATES = {TensorType.FLOAT32, TensorType.INT8, TensorType.INT16};

    private static final Set<TensorType> BYTES = EnumSet.of(TensorType.INT8, TensorType.UINT8);

    private LSTMTypes() {}

    /// The 24 inputs of an LSTM with one direction; layer normalization came later than the first 20.
    static Operand[] single() {
        String[] gates = {"input", "forget", "cell", "output"};
        Operand[] operands = new Operand[24];
        operands[0] = Operand.of("x", ACTIVATIONS);
        for (int gate = 0; gate < gates.length; gate++) {
            operands[1 + gate] = optionalFirst(gate, Operand.of(gates[gate] + " weights", WEIGHTS));
            operands[5 + gate] = optionalFirst(gate, Operand.of("recurrent " + gates[gate] + " weights", WEIGHTS));
            operands[12 + gate] =
                    optionalFirst(gate, Operand.of(gates[gate] + " bias", TensorType.FLOAT32, TensorType.INT32));
            operands[20 + gate] = Operand.of(gates[gate] + " normalization", TensorType.FLOAT32, TensorType.INT16)
                    .asOptional();
        }
        String[] peepholes = {"input", "forget", "output"};
        for (int i = 0; i < peepholes.length; i++) {
            operands[9 + i] = Operand.of(peepholes[i] + " peephole", VECTORS).asOptional();
        }
        operands[16] = Operand.of("projection weights", WEIGHTS).asOptional();
        operands[17] = Operand.of("projection bias", TensorType.FLOAT32, TensorType.INT32)
                .asOptional();
        operands[18] = Operand.of("output state", ACTIVATIONS);
        operands[19] = Operand.of("cell state", TensorType.FLOAT32, TensorType.INT16);
        return operands;
    }

    private static Operand optionalFirst(int gate, Operand operand) {
        return gate == 0 ? operand.asOptional() : operand;
    }

    /// @param weights the input that stands for all weights
    /// @throws UnsupportedException where no kernel takes the types
    static Arithmetic arithmetic(String operator, KernelSetup setup, int x, int weights) {
        TensorType input = setup.input(x).type();
        TensorType weight = setup.input(weights).type();
        TensorType output = setup.output(0).type();
        if (input == TensorType.FLOAT32 && output == TensorType.FLOAT32) {
            if (weight == TensorType.FLOAT32) {
                return Arithmetic.FLOAT;
            }
            if (BYTES.contains(weight)) {
                return Arithmetic.HYBRID;
            }
        }
        if (input == TensorType.INT8 && weight == TensorType.INT8 && output == TensorType.INT8) {
            return Arithmetic.INTEGER;
        }
        boolean words = input == TensorType.INT16 || output == TensorType.INT16;
        throw new UnsupportedException(
                "LQ0323",
                Location.operator(null, -1, -1, operator, setup.output(0).name()),
                "there is no kernel for input " + input + ", weights " + weight + " and output " + output
                        + "; there are kernels for FLOAT32 with FLOAT32 or INT8 weights, and INT8 with INT8 weights"
                        + (words ? " (LiteRT's CPU kernels take no 16-bit activations either)" : ""),
                "quantize the model again, or leave this operator in float.");
    }

    /// Checks all operands of an LSTM against the arithmetic that its weights ask for.
    static void check(KernelSetup setup, LSTMOperands at, Arithmetic arithmetic) {
        boolean integer = arithmetic == Arithmetic.INTEGER;
        boolean isFloat = arithmetic == Arithmetic.FLOAT;
        Set<TensorType> weights = isFloat ? EnumSet.of(TensorType.FLOAT32) : BYTES;
        Set<TensorType> biases = EnumSet.of(integer ? TensorType.INT32 : TensorType.FLOAT32);
        Set<TensorType> norms = EnumSet.of(integer ? TensorType.INT16 : TensorType.FLOAT32);
        for (int gate = 0; gate < LSTMOperands.GATES; gate++) {
            require(setup, at.weights() + gate, weights);
            require(setup, at.recurrent() + gate, diagonal(setup, at.recurrent() + gate) ? norms : weights);
            require(setup, at.peephole(gate), integer ? norms : weights);
            require(setup, at.bias() + gate, biases);
            require(setup, at.layerNorm() < 0 ? -1 : at.layerNorm() + gate, norms);
            require(setup, at.aux() < 0 ? -1 : at.auxWeights() + gate, weights);
        }
        require(setup, at.projection(), weights);
        require(setup, at.projectionBias(), biases);
        require(setup, at.outputState(), EnumSet.of(setup.output(0).type()));
        require(setup, at.cellState(), norms);
        requireVariable(setup, at.outputState());
        requireVariable(setup, at.cellState());
    }

    private static boolean diagonal(KernelSetup setup, int index) {
        return setup.hasInput(index) && setup.input(index).shape().rank() == 1;
    }

    /// @throws IllegalArgumentException where an input is there and has none of the types, or lacks a scale
    static void require(KernelSetup setup, int index, Set<TensorType> types) {
        if (index < 0 || !setup.hasInput(index)) {
            return;
        }
        TensorSpec spec = setup.input(index);
        if (!types.contains(spec.type())) {
            throw new IllegalArgumentException(
                    "'" + spec.name() + "' is " + spec.type() + ", the kernel takes " + types);
        }
        boolean scaled = BYTES.contains(spec.type()) || spec.type() == TensorType.INT16;
        if (scaled && spec.quantization().scales().size() != 1) {
            throw new IllegalArgumentException("'" + spec.name() + "' needs one scale");
        }
    }

    /// @throws IllegalArgumentException where a state is no variable
    static void requireVariable(KernelSetup setup, int index) {
        if (!setup.hasInput(index) || !setup.input(index).variable()) {
            throw new IllegalArgumentException("the state (input " + index + ") is no variable tensor");
        }
    }
}
