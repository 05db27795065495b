package dev.lithe.operators.stablehlo;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.RngAlgorithm;
import dev.lithe.schema.StablehloRngBitGeneratorOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// STABLEHLO_RNG_BIT_GENERATOR: random bits that the state alone decides, by Threefry or Philox, and the state after
/// them. The output has the shape that the file gives it.
public record StablehloRngBitGenerator(RngAlgorithm algorithm) implements StablehloOperator {
    private static final TensorType[] TYPES = {TensorType.INT32, TensorType.INT64, TensorType.UINT32, TensorType.UINT64
    };
    public static final Definition<StablehloRngBitGenerator> DEFINITION = Definition.of(
                    StablehloRngBitGenerator.class, BuiltinOperator.STABLEHLO_RNG_BIT_GENERATOR)
            .options(
                    node -> new StablehloRngBitGenerator(node.options()
                            .as(StablehloRngBitGeneratorOptions.class, StablehloRngBitGeneratorOptions.DEFAULT)
                            .algorithm()),
                    op -> Options.of(new StablehloRngBitGeneratorOptions(op.algorithm)))
            .inputs(Operand.of("state", TensorType.UINT64))
            .outputs(Operand.of("state", TensorType.UINT64), Operand.of("bits", TYPES))
            .shapes(StablehloRngBitGenerator::infer)
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.15.0")
            .reference(StablehloRngBitGenerator::prepare);

    private List<Shape> infer(ShapeContext context) {
        Shape state = context.input(0);
        int words = state.rank() == 1 ? state.dimension(0) : 0;
        if (words != Shape.UNKNOWN && words != 2 && (words != 3 || algorithm == RngAlgorithm.THREEFRY)) {
            throw new ShapeException("a state of " + state + " for " + algorithm);
        }
        return List.of(state, Shape.of(Shape.UNKNOWN));
    }

    private Kernel prepare(KernelSetup setup) {
        Shape shape = setup.output(1).shape();
        if (!shape.isKnown()) {
            throw new IllegalArgumentException("the shape of the bits, " + shape + ", is not known");
        }
        return context -> run(context, context.resize(1, shape));
    }

    private void run(KernelContext context, Tensor bits) {
        Tensor input = context.input(0);
        int[] state = new int[2 * input.elementCount()];
        for (int i = 0; i < state.length; i++) {
            state[i] = (int) (input.longs()[i / 2] >>> 32 * (i % 2));
        }
        boolean wide = bits.array() instanceof long[];
        int[] counter = RandomBits.counter(algorithm, state);
        int[] drawn = {};
        int words = Math.multiplyExact(bits.elementCount(), wide ? 2 : 1);
        for (int i = 0, at = 0; i < words; i++, at++) {
            if (at == drawn.length) {
                drawn = RandomBits.draw(algorithm, state[0], state[1], counter);
                at = 0;
                RandomBits.advance(counter);
            }
            if (!wide) {
                bits.ints()[i] = drawn[at];
            } else if (i % 2 == 0) {
                bits.longs()[i / 2] = Integer.toUnsignedLong(drawn[at]);
            } else {
                bits.longs()[i / 2] |= (long) drawn[at] << 32;
            }
        }
        state[2] = counter[0];
        state[3] = counter[1];
        long[] after = context.output(0).longs();
        for (int i = 0; i < input.elementCount(); i++) {
            after[i] = Integer.toUnsignedLong(state[2 * i]) | (long) state[2 * i + 1] << 32;
        }
    }
}
