package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.importers.internal.raw.TensorValues;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps nodes that cannot be lowered as custom operators: TensorFlow's name, its attributes as options,
/// shapes as the exporter noted them (`_output_shapes`) and otherwise unknown.
final class CustomOperators {
    /// The attributes that name the type of a result, in the order in which they are believed.
    private static final List<String> TYPES =
            List.of("Tout", "out_type", "output_type", "output_dtype", "dtype", "DstT", "Treal", "T");

    private CustomOperators() {}

    /// @param count how many results there are at least
    /// @throws NotLowerable where an input is no tensor or the type of a result is not known
    static List<Value> keep(Call call, int count) {
        for (Value input : call.inputs()) {
            if (SubgraphBuilder.typeOf(input) == null) {
                throw new NotLowerable("an input of it is no tensor");
            }
        }
        List<TensorType> types = types(call, count);
        List<@Nullable Shape> shapes = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            shapes.add(shape(call, i));
        }
        return List.copyOf(call.graph()
                .emitCustom(
                        call.node().op(), CustomAttributes.of(call.node()), call.name(), types, shapes, call.inputs()));
    }

    private static List<TensorType> types(Call call, int count) {
        List<TensorType> types = new ArrayList<>();
        if (call.node().op().equals("ParseExampleV2")) {
            int sparse = Math.toIntExact(call.attributes().integer("num_sparse", 0));
            repeat(types, sparse);
            add(types, call, "sparse_types");
            repeat(types, sparse);
            add(types, call, "Tdense");
            add(types, call, "ragged_value_types");
            add(types, call, "ragged_split_types");
            return types;
        }
        if (call.node().op().equals("MaxPoolWithArgmax")) {
            return List.of(call.type(0), call.typeOf("Targmax", DataType.DT_INT64));
        }
        for (String name : TYPES) {
            AttrValue value = call.attributes().values().get(name);
            if (value != null && value.getValueCase() == AttrValue.ValueCase.LIST) {
                add(types, call, name);
                return types;
            }
            if (value != null && value.getValueCase() == AttrValue.ValueCase.TYPE) {
                for (int i = 0; i < count; i++) {
                    types.add(type(value.getType()));
                }
                return types;
            }
        }
        throw new NotLowerable("the types of its results are not known");
    }

    private static void repeat(List<TensorType> types, int count) {
        if (count < 0 || count > 1 << 16) {
            throw new NotLowerable("it has " + count + " sparse results");
        }
        for (int i = 0; i < count; i++) {
            types.add(TensorType.INT64);
        }
    }

    private static void add(List<TensorType> types, Call call, String attribute) {
        AttrValue value = call.attributes().values().get(attribute);
        if (value != null) {
            value.getList().getTypeList().forEach(type -> types.add(type(type)));
        }
    }

    private static TensorType type(DataType type) {
        return DataTypes.tensorType(type).orElseThrow(() -> new NotLowerable("there is no type for " + type));
    }

    private static @Nullable Shape shape(Call call, int index) {
        AttrValue value = call.attributes().values().get("_output_shapes");
        return value == null || index >= value.getList().getShapeCount()
                ? null
                : TensorValues.shape(value.getList().getShape(index)).orElse(null);
    }
}
