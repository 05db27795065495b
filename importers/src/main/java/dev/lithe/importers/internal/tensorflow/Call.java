package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.raw.Attributes;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CastOptions;
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

    boolean isKnown(int index) {
        return input(index) instanceof Value.Known;
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

    /// The type that an attribute names.
    TensorType typeOf(String attribute, DataType missing) {
        DataType type = attributes().type(attribute, missing);
        return DataTypes.tensorType(type)
                .orElseThrow(() -> new NotLowerable("there is no type for " + type + " (" + attribute + ")"));
    }

    Shape shape(int index) {
        Shape shape = shapeOrNull(index);
        if (shape == null) {
            throw new NotLowerable(
                    input(index) instanceof Value.Dynamic
                            ? "the number of dimensions of input " + index
                                    + " is unknown; give the inputs fixed shapes (--input-shape)"
                            : "input " + index + " is no tensor");
        }
        return shape;
    }

    /// The shape of an input; null where not even its number of dimensions is known.
    @Nullable
    Shape shapeOrNull(int index) {
        return SubgraphBuilder.shapeOf(input(index));
    }

    /// An input that steers a shape, as an INT32 tensor: a constant is narrowed (what passes 32 bits is
    /// as good as the largest number that does not), anything else is cast.
    Value int32(int index) {
        Value value = input(index);
        Numbers numbers = value instanceof Value.Known known ? Numbers.of(known) : null;
        if (value instanceof Value.Known known && numbers != null) {
            if (!numbers.isInteger()) {
                throw new NotLowerable("input " + index + " is " + known.type() + " instead of integers");
            }
            int[] values = Arrays.stream(numbers.longs())
                    .mapToInt(v -> (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, v)))
                    .toArray();
            return Value.Known.ints(known.name(), values).withShape(known.name(), known.shape());
        }
        return cast(value, TensorType.INT32);
    }

    /// `value` as a tensor of `type`.
    Value cast(Value value, TensorType type) {
        TensorType from = SubgraphBuilder.typeOf(value);
        if (from == null) {
            throw new NotLowerable("what it casts is no tensor");
        }
        return from == type
                ? value
                : graph.emit(BuiltinOperator.CAST, new CastOptions(from, type), name(), type, List.of(value));
    }

    /// A scalar constant.
    Value.Known scalar(TensorType type, double value) {
        return Value.Known.of(name(), Scalars.of(type, value));
    }

    Value.Known ints(int... values) {
        return Value.Known.ints(name(), values);
    }

    Value.Known scalarInt(int value) {
        return Value.Known.of(name(), Tensor.of(Shape.SCALAR, new int[] {value}));
    }

    /// The node as one operator on these operands, of the type of the first input.
    List<Value> emit(BuiltinOperator code, @Nullable OperatorOptions options, Value... operands) {
        return List.of(emitAs(code, options, type(0), operands));
    }

    /// One operator whose result has `type`.
    Value emitAs(BuiltinOperator code, @Nullable OperatorOptions options, TensorType type, Value... operands) {
        return graph.emit(code, options, name(), type, Arrays.asList(operands));
    }

    /// Whether the node works on channels-first data.
    boolean isChannelsFirst() {
        String format = attributes().text("data_format", "");
        return switch (format) {
            case "", "NHWC", "NDHWC", "HWNC" -> false;
            case "NCHW", "NCDHW" -> true;
            default ->
                throw new NotLowerable(
                        "data format " + format + " is not supported; export the model with channels last (NHWC)");
        };
    }
}
