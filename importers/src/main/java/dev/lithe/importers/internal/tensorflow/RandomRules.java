package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.RandomOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// Random numbers: the same distribution and seeds, but not the same sequence as TensorFlow's.
final class RandomRules {
    private RandomRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("RandomUniform", call -> random(call, BuiltinOperator.RANDOM_UNIFORM)),
                entry("RandomStandardNormal", call -> random(call, BuiltinOperator.RANDOM_STANDARD_NORMAL)),
                entry("Multinomial", RandomRules::multinomial));
    }

    private static List<Value> random(Call call, BuiltinOperator code) {
        TensorType type = call.typeOf("dtype", DataType.DT_FLOAT);
        if (type != TensorType.FLOAT32) {
            throw new NotLowerable("it draws " + type + ", there are operators for FLOAT32 only");
        }
        Value drawn = call.emitAs(code, options(call), type, ShapeRules.index(call, 0));
        return List.of(ShapeRules.shaped(call, drawn, 0));
    }

    private static List<Value> multinomial(Call call) {
        TensorType type = call.typeOf("output_dtype", DataType.DT_INT64);
        Value logits = call.cast(call.input(0), TensorType.FLOAT32);
        return List.of(call.emitAs(BuiltinOperator.MULTINOMIAL, options(call), type, logits, call.int32(1)));
    }

    private static RandomOptions options(Call call) {
        return new RandomOptions(
                call.attributes().integer("seed", 0), call.attributes().integer("seed2", 0));
    }
}
