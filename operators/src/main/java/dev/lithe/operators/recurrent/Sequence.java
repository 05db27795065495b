package dev.lithe.operators.recurrent;

import dev.lithe.graph.Shape;

/// Sequences side by side, and the order in which a cell steps through them.
///
/// @param batch how many sequences
/// @param time steps of each
/// @param timeMajor whether the tensors are `[time, batch, depth]` instead of `[batch, time, depth]`
/// @param forward whether steps go from the first to the last
record Sequence(int batch, int time, boolean timeMajor, boolean forward) {
    /// One step of a cell.
    @FunctionalInterface
    interface Step {
        /// @param sequence whose state is read and written
        /// @param row the place of input and output, counted in vectors
        void run(int sequence, int row);
    }

    /// Of a tensor `[batch, time, depth]` or, `timeMajor`, `[time, batch, depth]`; of rank 2 a single step.
    static Sequence of(Shape shape, boolean timeMajor, boolean forward) {
        if (shape.rank() == 2) {
            return new Sequence(shape.dimension(0), 1, true, forward);
        }
        int first = shape.dimension(0);
        int second = shape.dimension(1);
        return new Sequence(timeMajor ? second : first, timeMajor ? first : second, timeMajor, forward);
    }

    void run(Step step) {
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < time; t++) {
                int at = forward ? t : time - 1 - t;
                step.run(b, timeMajor ? at * batch + b : b * time + at);
            }
        }
    }
}
