package dev.lithe.operators.recurrent;

import dev.lithe.operators.Operator;

/// Operators that carry a state from one step, and from one run, to the next. The state lies in variable tensors
/// among their inputs, which their kernels read and write.
public sealed interface RecurrentOperator extends Operator
        permits BidirectionalSequenceLSTM,
                BidirectionalSequenceRNN,
                LSTM,
                RNN,
                SVDF,
                UnidirectionalSequenceLSTM,
                UnidirectionalSequenceRNN {}
