package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// A node that a rule lowers, with its inputs and where its operators go.
///
/// @param bodies lowers the subgraphs that control flow has
record Call(OnnxNode node, List<Laid> inputs, Emitter graph, Bodies bodies) {
    /// Whether input `index` is there.
    boolean has(int index) {
        return index < inputs.size() && !inputs.get(index).isAbsent();
    }

    /// @throws NotLowerable where the node has no such input
    Laid input(int index) {
        if (!has(index)) {
            throw new NotLowerable("it has no input " + index);
        }
        return inputs.get(index);
    }

    /// The tensor of input `index` in ONNX's order.
    Value plain(int index) {
        return input(index).plain(graph);
    }

    TensorType type(int index) {
        return input(index).type();
    }

    Shape shape(int index) {
        return input(index).shape();
    }

    int rank(int index) {
        return input(index).rank();
    }

    /// The numbers of an input that has to be known.
    Numbers numbers(int index, String what) {
        Numbers numbers = input(index).numbers();
        if (numbers == null || numbers.hasUnknown()) {
            throw new NotLowerable("its " + what + " is only known at run time; give the inputs fixed shapes, or run"
                    + " onnxsim on the model");
        }
        return numbers;
    }

    /// The integers of an input that has to be known.
    int[] ints(int index, String what) {
        Numbers numbers = numbers(index, what);
        if (!numbers.isInteger()) {
            throw new NotLowerable("its " + what + " holds no integers");
        }
        return Arrays.stream(numbers.longs()).mapToInt(OnnxNode::clamp).toArray();
    }

    int integer(int index, String what) {
        int[] ints = ints(index, what);
        if (ints.length != 1) {
            throw new NotLowerable("its " + what + " has " + ints.length + " elements, one is needed");
        }
        return ints[0];
    }

    /// The floats of an input that has to be known.
    float[] floats(int index, String what) {
        Numbers numbers = numbers(index, what);
        if (!(numbers.array() instanceof float[] floats)) {
            throw new NotLowerable("its " + what + " is " + numbers.type() + ", FLOAT32 is needed");
        }
        return floats;
    }

    float real(int index, String what) {
        float[] floats = floats(index, what);
        if (floats.length != 1) {
            throw new NotLowerable("its " + what + " has " + floats.length + " elements, one is needed");
        }
        return floats[0];
    }

    /// A dimension, counted from the end where it is negative.
    static int axis(long axis, int rank) {
        long from = axis < 0 ? axis + rank : axis;
        if (from < 0 || from >= rank) {
            throw new NotLowerable("axis " + axis + " is none of " + rank + " dimensions");
        }
        return (int) from;
    }

    /// A single result.
    static List<Laid> one(Laid result) {
        return List.of(result);
    }

    /// A single result in ONNX's order.
    static List<Laid> plain(Value result) {
        return List.of(Laid.plain(result));
    }
}
