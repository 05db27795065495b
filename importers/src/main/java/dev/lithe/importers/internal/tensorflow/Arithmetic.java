package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operators;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.DivOptions;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.SubOptions;
import dev.lithe.schema.TensorType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Emits elementwise operators in a type that their kernels compute in.
///
/// Integers of 8 and 16 bits mean quantized numbers to kernels that have scales, so they go through
/// INT32, exactly; half-precision floats go through FLOAT32 and are rounded once at the end; UINT32 goes
/// through INT64, or through INT32 where the operator wraps around in the same way. Other types are
/// taken as they are or not at all.
final class Arithmetic {
    private static final Set<BuiltinOperator> SUMS =
            Set.of(BuiltinOperator.ADD, BuiltinOperator.SUB, BuiltinOperator.MUL);
    private static final Set<TensorType> SMALL =
            Set.of(TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.UINT16);

    private final Call call;

    private Arithmetic(Call call) {
        this.call = call;
    }

    static Arithmetic of(Call call) {
        return new Arithmetic(call);
    }

    Value add(Value a, Value b) {
        return emit(BuiltinOperator.ADD, a, b);
    }

    Value sub(Value a, Value b) {
        return emit(BuiltinOperator.SUB, a, b);
    }

    Value mul(Value a, Value b) {
        return emit(BuiltinOperator.MUL, a, b);
    }

    Value div(Value a, Value b) {
        return emit(BuiltinOperator.DIV, a, b);
    }

    /// An operator on operands of one type, which is also the type of the result.
    Value emit(BuiltinOperator code, Value... operands) {
        return emit(code, options(code), operands);
    }

    Value emit(BuiltinOperator code, @Nullable OperatorOptions options, Value... operands) {
        TensorType type = typeOf(operands[0]);
        TensorType computed = computedIn(code, type);
        return call.cast(call.emitAs(code, options, computed, prepared(computed, operands)), type);
    }

    /// An operator that gives truth values.
    Value test(BuiltinOperator code, Value... operands) {
        TensorType computed = computedIn(code, typeOf(operands[0]));
        return call.emitAs(code, null, TensorType.BOOL, prepared(computed, operands));
    }

    private Value[] prepared(TensorType type, Value... operands) {
        Value[] prepared = operands.clone();
        for (int i = 0; i < prepared.length; i++) {
            prepared[i] = call.cast(prepared[i], type);
        }
        return prepared;
    }

    private static TensorType computedIn(BuiltinOperator code, TensorType type) {
        return switch (type) {
            case INT8, UINT8, INT16, UINT16 -> takes(code, TensorType.INT32) ? TensorType.INT32 : type;
            case UINT32 ->
                takes(code, type)
                        ? type
                        : takes(code, TensorType.INT64) && !SUMS.contains(code)
                                ? TensorType.INT64
                                : SUMS.contains(code) ? TensorType.INT32 : type;
            case FLOAT16, BFLOAT16 -> takes(code, TensorType.FLOAT32) ? TensorType.FLOAT32 : type;
            default -> type;
        };
    }

    static boolean isSmall(TensorType type) {
        return SMALL.contains(type);
    }

    private static boolean takes(BuiltinOperator code, TensorType type) {
        return Operators.definition(code)
                .map(Definition::inputs)
                .map(inputs -> inputs.getFirst().types().contains(type))
                .orElse(false);
    }

    private static TensorType typeOf(Value value) {
        TensorType type = SubgraphBuilder.typeOf(value);
        if (type == null) {
            throw new NotLowerable("it computes with what is no tensor");
        }
        return type;
    }

    private static @Nullable OperatorOptions options(BuiltinOperator code) {
        ActivationFunctionType none = ActivationFunctionType.NONE;
        return switch (code) {
            case ADD -> new AddOptions(none, true);
            case SUB -> new SubOptions(none, true);
            case MUL -> new MulOptions(none);
            case DIV -> new DivOptions(none);
            default -> null;
        };
    }
}
