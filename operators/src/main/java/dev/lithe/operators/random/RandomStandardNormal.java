package dev.lithe.operators.random;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.RandomOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.SplittableRandom;

/// RANDOM_STANDARD_NORMAL: floats of mean 0 and standard deviation 1.
public record RandomStandardNormal(long seed, long seed2) implements RandomOperator {
    public static final Definition<RandomStandardNormal> DEFINITION = Definition.of(
                    RandomStandardNormal.class, BuiltinOperator.RANDOM_STANDARD_NORMAL)
            .options(
                    node -> of(node.options().as(RandomOptions.class, RandomOptions.DEFAULT)),
                    op -> Options.of(new RandomOptions(op.seed, op.seed2)))
            .inputs(Operand.of("shape", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> List.of(Seeds.shape(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.8.0")
            .reference((op, setup) -> new Seeds(op.seed, op.seed2).fill(SplittableRandom::nextGaussian));

    private static RandomStandardNormal of(RandomOptions options) {
        return new RandomStandardNormal(options.seed(), options.seed2());
    }
}
