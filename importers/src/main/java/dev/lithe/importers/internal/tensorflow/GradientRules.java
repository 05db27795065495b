package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.PadV2Options;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// What graphs with gradients in them have that inference rarely needs.
final class GradientRules {
    private GradientRules() {}

    static Map<String, Rule> rules() {
        return Map.of("BroadcastGradientArgs", GradientRules::sums);
    }

    /// For two shapes that broadcast, the dimensions over which the gradient of each is summed: those in
    /// which it has one element or which it lacks; none where the shapes are the same. Both shapes get
    /// ones in front until they are of one length, and the places of the ones are looked up.
    private static List<Value> sums(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value first = flat(call, 0);
        Value second = flat(call, 1);
        Value firstLength = length(call, first);
        Value secondLength = length(call, second);
        Value length = f.emit(BuiltinOperator.MAXIMUM, firstLength, secondLength);
        first = padded(call, first, f.sub(length, firstLength));
        second = padded(call, second, f.sub(length, secondLength));
        Value equal = f.test(BuiltinOperator.EQUAL, first, second);
        Value all =
                call.emitAs(BuiltinOperator.REDUCE_ALL, new ReducerOptions(true), TensorType.BOOL, equal, call.ints(0));
        Value ranks = f.test(BuiltinOperator.EQUAL, firstLength, secondLength);
        Value same = call.emitAs(BuiltinOperator.LOGICAL_AND, null, TensorType.BOOL, all, ranks);
        Value differ = call.emitAs(BuiltinOperator.LOGICAL_NOT, null, TensorType.BOOL, same);
        return List.of(ones(call, first, differ), ones(call, second, differ));
    }

    /// A shape as a vector, also where the graph does not say that it is one.
    private static Value flat(Call call, int index) {
        Value value = call.input(index);
        Shape shape = call.shapeOrNull(index);
        return shape != null && shape.rank() == 1
                ? value
                : new Vectors(call.graph(), call.name()).reshape(value, Shape.of(Shape.UNKNOWN));
    }

    /// How many elements a vector has, as a vector of one.
    private static Value length(Call call, Value vector) {
        Shape shape = Vectors.shape(vector);
        return shape.isKnown()
                ? call.ints(shape.dimension(0))
                : call.emitAs(BuiltinOperator.SHAPE, new ShapeOptions(TensorType.INT32), TensorType.INT32, vector);
    }

    private static Value padded(Call call, Value vector, Value missing) {
        ConcatenationOptions options = new ConcatenationOptions(0, ActivationFunctionType.NONE);
        Value widths = call.emitAs(BuiltinOperator.CONCATENATION, options, TensorType.INT32, missing, call.ints(0));
        Value table = call.emitAs(BuiltinOperator.RESHAPE, null, TensorType.INT32, widths, call.ints(1, 2));
        TensorType type = call.type(0);
        return call.emitAs(BuiltinOperator.PADV2, new PadV2Options(), type, vector, table, call.scalar(type, 1));
    }

    private static Value ones(Call call, Value sizes, Value differ) {
        TensorType type = call.type(0);
        Value isOne = Arithmetic.of(call).test(BuiltinOperator.EQUAL, sizes, call.scalar(type, 1));
        Value wanted = call.emitAs(BuiltinOperator.LOGICAL_AND, null, TensorType.BOOL, isOne, differ);
        Value places = call.emitAs(BuiltinOperator.WHERE, null, TensorType.INT64, wanted);
        return call.cast(call.emitAs(BuiltinOperator.RESHAPE, null, TensorType.INT64, places, call.ints(-1)), type);
    }
}
