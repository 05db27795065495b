package dev.lithe.operators.random;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.RandomOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// RANDOM_UNIFORM: floats from 0 to 1 (excluded), each of the 2^23 equally likely.
public record RandomUniform(long seed, long seed2) implements RandomOperator {
    public static final Definition<RandomUniform> DEFINITION = Definition.of(
                    RandomUniform.class, BuiltinOperator.RANDOM_UNIFORM)
            .options(
                    node -> of(node.options().as(RandomOptions.class, RandomOptions.DEFAULT)),
                    op -> Options.of(new RandomOptions(op.seed, op.seed2)))
            .inputs(Operand.of("shape", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> List.of(Seeds.shape(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.8.0")
            .reference((op, setup) -> new Seeds(op.seed, op.seed2).fill(random -> random.nextInt(1 << 23) * 0x1p-23));

    private static RandomUniform of(RandomOptions options) {
        return new RandomUniform(options.seed(), options.seed2());
    }
}
