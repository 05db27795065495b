package dev.lithe.operators.recurrent;

import dev.lithe.graph.Shape;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;

/// Checks that the shapes of an LSTM's operands fit each other.
final class LSTMShapes {
    private final ShapeContext c;
    private final LSTMOperands at;
    private final int depth;
    private final int cells;
    private final int outputs;

    private LSTMShapes(ShapeContext c, LSTMOperands at, int depth) {
        this.c = c;
        this.at = at;
        this.depth = depth;
        this.cells = required(at.weights() + LSTMOperands.OUTPUT, "input-to-output weights")
                .dimension(0);
        this.outputs = required(at.recurrent() + LSTMOperands.OUTPUT, "recurrent-to-output weights")
                .dimension(-1);
    }

    /// @param depth elements of one input
    /// @param batch sequences side by side
    /// @return elements of one output
    static int check(ShapeContext c, LSTMOperands at, int depth, int batch) {
        LSTMShapes shapes = new LSTMShapes(c, at, depth);
        shapes.checkGates();
        shapes.checkProjection();
        shapes.checkState(at.outputState(), "output state", batch, shapes.outputs);
        shapes.checkState(at.cellState(), "cell state", batch, shapes.cells);
        return shapes.outputs;
    }

    private Shape required(int index, String what) {
        if (!c.hasInput(index)) {
            throw new ShapeException("the " + what + " (input " + index + ") are missing");
        }
        Shape shape = c.input(index);
        if (shape.rank() == 0) {
            throw new ShapeException("the " + what + " (input " + index + ") are a scalar");
        }
        return shape;
    }

    private void checkGates() {
        boolean coupled = !c.hasInput(at.weights());
        if (coupled != !c.hasInput(at.recurrent()) && !diagonal(at.recurrent())) {
            throw new ShapeException("the input gate needs both its weights, or none where it is coupled");
        }
        boolean normalized = at.layerNorm() >= 0 && c.hasInput(at.layerNorm() + LSTMOperands.FORGET);
        boolean peephole = c.hasInput(at.peephole(LSTMOperands.OUTPUT));
        for (int gate = coupled ? LSTMOperands.FORGET : LSTMOperands.INPUT; gate < LSTMOperands.GATES; gate++) {
            matrix(at.weights() + gate, cells, depth);
            if (diagonal(at.recurrent() + gate)) {
                vector(at.recurrent() + gate, cells);
            } else {
                matrix(at.recurrent() + gate, cells, outputs);
            }
            vector(at.bias() + gate, cells);
            if (normalized) {
                vector(at.layerNorm() + gate, cells);
            }
            if (peephole && at.peephole(gate) >= 0) {
                vector(at.peephole(gate), cells);
            }
            if (at.aux() >= 0) {
                matrix(at.auxWeights() + gate, cells, c.input(at.aux()).dimension(-1));
            }
        }
    }

    private boolean diagonal(int index) {
        return c.hasInput(index) && c.input(index).rank() == 1;
    }

    private void checkProjection() {
        if (c.hasInput(at.projection())) {
            matrix(at.projection(), outputs, cells);
            if (c.hasInput(at.projectionBias())) {
                vector(at.projectionBias(), outputs);
            }
        } else if (!fits(cells, outputs)) {
            throw new ShapeException(cells + " cells with " + outputs + " outputs need a projection");
        }
    }

    private void checkState(int index, String what, int batch, int size) {
        Shape state = required(index, what);
        boolean known = state.isKnown() && batch != Shape.UNKNOWN && size != Shape.UNKNOWN;
        if (known && state.elementCount() != (long) batch * size) {
            throw new ShapeException("the " + what + " " + state + " is not [" + batch + ", " + size + "]");
        }
    }

    private void matrix(int index, int rows, int columns) {
        Shape shape = required(index, "weights");
        if (shape.rank() != 2 || !fits(shape.dimension(0), rows) || !fits(shape.dimension(1), columns)) {
            throw new ShapeException("input " + index + " is " + shape + ", not [" + rows + ", " + columns + "]");
        }
    }

    private void vector(int index, int size) {
        Shape shape = required(index, "coefficients");
        if (shape.rank() != 1 || !fits(shape.dimension(0), size)) {
            throw new ShapeException("input " + index + " is " + shape + ", not [" + size + "]");
        }
    }

    static boolean fits(int a, int b) {
        return a == b || a == Shape.UNKNOWN || b == Shape.UNKNOWN;
    }
}
