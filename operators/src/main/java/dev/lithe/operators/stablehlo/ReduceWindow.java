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
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ReduceWindowFunction;
import dev.lithe.schema.ReduceWindowOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// REDUCE_WINDOW: windows that move over a tensor, each reduced to one element, from the first value in input 1 on.
/// Inputs 2 to 4 are the sizes of a window, the strides and the dilations, which LiteRT wants to be constants.
public record ReduceWindow(ReduceWindowFunction function) implements StablehloOperator {
    static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.FLOAT64,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.BOOL
    };
    public static final Definition<ReduceWindow> DEFINITION = Definition.of(
                    ReduceWindow.class, BuiltinOperator.REDUCE_WINDOW)
            .options(
                    node -> new ReduceWindow(node.options()
                            .as(ReduceWindowOptions.class, ReduceWindowOptions.DEFAULT)
                            .reduceFunction()),
                    op -> Options.of(new ReduceWindowOptions(op.function)))
            .inputs(
                    Operand.of("x", TYPES),
                    Operand.of("init", TYPES),
                    Operand.of("sizes", TensorType.INT64),
                    Operand.of("strides", TensorType.INT64),
                    Operand.of("dilations", TensorType.INT64))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.15.0")
            .reference(ReduceWindow::prepare);

    private static Shape infer(ShapeContext context) {
        Tensor sizes = context.constant(2);
        Tensor strides = context.constant(3);
        Tensor dilations = context.constant(4);
        return sizes == null || strides == null || dilations == null
                ? ShapeValues.unknown(context.input(0).rank())
                : windows(context.input(0), sizes, strides, dilations).output();
    }

    private static Windows windows(Shape input, Tensor sizes, Tensor strides, Tensor dilations) {
        long[] ones = new long[input.rank()];
        Arrays.fill(ones, 1);
        return Windows.of(input, values(sizes), values(strides), ones, values(dilations), new long[2 * input.rank()]);
    }

    private static long[] values(Tensor tensor) {
        return Arrays.copyOf(tensor.longs(), tensor.elementCount());
    }

    private Kernel prepare(KernelSetup setup) {
        Combination combination = switch (function) {
            case ADD -> Combination.ADD;
            case MUL -> Combination.MULTIPLY;
            case MINIMUM -> Combination.SMALLEST;
            case MAXIMUM -> Combination.LARGEST;
            case ALL -> Combination.ALL;
            case ANY -> Combination.ANY;
            case UNSUPPORTED -> throw new IllegalArgumentException("the function that reduces is not given");
        };
        Combination.Step step = combination.of(Types.common(setup, 0, 1), "REDUCE_WINDOW");
        boolean constant = setup.constant(2) != null && setup.constant(3) != null && setup.constant(4) != null;
        return context -> run(context, step, constant);
    }

    private static void run(KernelContext context, Combination.Step step, boolean constant) {
        Tensor x = context.input(0);
        Windows windows = windows(x.shape(), context.input(2), context.input(3), context.input(4));
        Tensor y = constant ? context.output(0) : context.resize(0, windows.output());
        windows.reduce(x, context.input(1), y, step);
    }
}
