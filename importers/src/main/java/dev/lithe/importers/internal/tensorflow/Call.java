package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.raw.Attributes;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node that a rule lowers, with its inputs and the graph that is being built.
record Call(RawNode node, List<Value> inputs, SubgraphBuilder graph) {
    String name() {
        return node.name();
    }

    Attributes attributes() {
        return node.attributes();
    }

    /// @throws NotLowerable where the node has no such input
    Value input(int index) {
        if (index >= inputs.size()) {
            throw new NotLowerable("it has " + inputs.size() + " inputs, too few");
        }
        return inputs.get(index);
    }

    /// @throws NotLowerable where the input is not known before running
    Value.Known known(int index, String what) {
        if (input(index) instanceof Value.Known known) {
            return known;
        }
        throw new NotLowerable("its " + what + " is only known at run time");
    }

    /// The integers of a known input.
    int[] ints(int index, String what) {
        try {
            return ShapeValues.of(known(index, what).tensor());
        } catch (ShapeException e) {
            throw new NotLowerable("its " + what + " cannot be read: " + e.getMessage());
        }
    }

    int integer(int index, String what) {
        int[] ints = ints(index, what);
        if (ints.length != 1) {
            throw new NotLowerable("its " + what + " has " + ints.length + " elements, one is needed");
        }
        return ints[0];
    }

    TensorType type(int index) {
        TensorType type = SubgraphBuilder.typeOf(input(index));
        if (type == null) {
            throw new NotLowerable("input " + index + " is no tensor");
        }
        return type;
    }

    Shape shape(int index) {
        Shape shape = SubgraphBuilder.shapeOf(input(index));
        if (shape == null) {
            throw new NotLowerable("input " + index + " is no tensor");
        }
        return shape;
    }

    /// The node as one operator on its inputs, of the type of the first.
    List<Value> emit(BuiltinOperator code, @Nullable OperatorOptions options, Value... operands) {
        return List.of(graph.emit(code, options, name(), type(0), Arrays.asList(operands)));
    }

    /// @throws NotLowerable where the node works on channels-first data
    void requireChannelsLast() {
        String format = attributes().text("data_format", "NHWC");
        if (!format.equals("NHWC") && !format.equals("NDHWC")) {
            throw new NotLowerable(
                    "data format " + format + " is not supported; export the model with channels last (NHWC)");
        }
    }
}
