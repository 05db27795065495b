package dev.lithe.operators.recurrent;

/// Where an LSTM operator has its operands. Groups of four hold the input, forget, cell and output gate in this
/// order; peepholes are those of the input, forget and output gate.
///
/// @param layerNorm -1 where the operator knows no layer normalization
/// @param aux the second input, or -1
/// @param auxWeights -1 where there is no second input
record LSTMOperands(
        int x,
        int weights,
        int recurrent,
        int peephole,
        int bias,
        int projection,
        int projectionBias,
        int outputState,
        int cellState,
        int layerNorm,
        int aux,
        int auxWeights) {
    static final int INPUT = 0;
    static final int FORGET = 1;
    static final int CELL = 2;
    static final int OUTPUT = 3;
    static final int GATES = 4;

    /// LSTM and UNIDIRECTIONAL_SEQUENCE_LSTM.
    static final LSTMOperands SINGLE = new LSTMOperands(0, 1, 5, 9, 12, 16, 17, 18, 19, 20, -1, -1);

    /// The peephole of a gate, or -1 for the cell gate, which has none.
    int peephole(int gate) {
        return switch (gate) {
            case INPUT -> peephole;
            case FORGET -> peephole + 1;
            case OUTPUT -> peephole + 2;
            default -> -1;
        };
    }
}
