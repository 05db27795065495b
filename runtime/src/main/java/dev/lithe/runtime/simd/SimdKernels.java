package dev.lithe.runtime.simd;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import dev.lithe.operators.Operators;
import dev.lithe.operators.activation.HardSwish;
import dev.lithe.operators.activation.LeakyRelu;
import dev.lithe.operators.activation.Relu;
import dev.lithe.operators.activation.Relu0To1;
import dev.lithe.operators.activation.Relu6;
import dev.lithe.operators.activation.ReluN1To1;
import dev.lithe.operators.arithmetic.Add;
import dev.lithe.operators.arithmetic.Div;
import dev.lithe.operators.arithmetic.Maximum;
import dev.lithe.operators.arithmetic.Minimum;
import dev.lithe.operators.arithmetic.Mul;
import dev.lithe.operators.arithmetic.SquaredDifference;
import dev.lithe.operators.arithmetic.Sub;
import dev.lithe.operators.convolution.Conv2D;
import dev.lithe.operators.convolution.DepthwiseConv2D;
import dev.lithe.operators.dense.BatchMatmul;
import dev.lithe.operators.dense.DenseOperator;
import dev.lithe.operators.dense.FullyConnected;
import dev.lithe.operators.layout.Transpose;
import dev.lithe.operators.math.Abs;
import dev.lithe.operators.math.Neg;
import dev.lithe.operators.math.Rsqrt;
import dev.lithe.operators.math.Sqrt;
import dev.lithe.operators.math.Square;
import dev.lithe.operators.pooling.AveragePool2D;
import dev.lithe.operators.pooling.MaxPool2D;
import dev.lithe.operators.pooling.PoolingWindow;
import dev.lithe.operators.quantization.Quantize;
import dev.lithe.operators.reduction.Mean;
import dev.lithe.operators.reduction.Sum;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.runtime.KernelProvider;
import dev.lithe.runtime.internal.Workers;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.TensorType;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Kernels in vector instructions. Each float is summed in the order of the reference kernel, multiply
/// then add; only different outputs run side by side, so that the results are the same bit for bit. Sums of
/// integers are exact in any order.
public final class SimdKernels implements KernelProvider {
    /// The operators that have kernels here, in some forms at least.
    public static final Set<Class<? extends Operator>> OPERATORS = Set.of(
            Conv2D.class,
            DepthwiseConv2D.class,
            FullyConnected.class,
            BatchMatmul.class,
            MaxPool2D.class,
            AveragePool2D.class,
            Add.class,
            Sub.class,
            Mul.class,
            Div.class,
            Maximum.class,
            Minimum.class,
            SquaredDifference.class,
            Relu.class,
            Relu6.class,
            ReluN1To1.class,
            Relu0To1.class,
            LeakyRelu.class,
            HardSwish.class,
            Neg.class,
            Abs.class,
            Square.class,
            Sqrt.class,
            Rsqrt.class,
            Mean.class,
            Sum.class,
            Transpose.class,
            Quantize.class);

    private static final long LARGEST_WINDOW = 1 << 14;

    /// So many products of 8-bit numbers, zero points taken off, sum up to less than 2^24.
    private static final int MOST_EXACT_TAPS = (1 << 24) / (255 * 255);

    private final Workers workers;

    public SimdKernels(Workers workers) {
        this.workers = workers;
    }

    @Override
    public String name() {
        return "simd-" + FloatTiles.SPECIES.vectorBitSize();
    }

    @Override
    public Optional<Kernel> plan(Operator operator, KernelSetup setup) {
        if (!OPERATORS.contains(operator.getClass())) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                operator instanceof Conv2D || operator instanceof DenseOperator || operator instanceof DepthwiseConv2D
                        ? weighted(operator, setup)
                        : operator instanceof Transpose || operator instanceof Quantize
                                ? moved(operator, setup)
                                : areFloats(setup) ? elementwise(operator, setup) : null);
    }

    private @Nullable Kernel weighted(Operator operator, KernelSetup setup) {
        return switch (operator) {
            case Conv2D conv
            when isFloat(setup)
                    && hasOwnChannels(setup)
                    && PackedWeights.fit(setup.input(1).shape()) -> SimdConv2D.of(conv, setup, workers);
            case DepthwiseConv2D conv
            when isFloat(setup) && hasOwnChannels(setup) -> SimdDepthwiseConv2D.of(conv, setup, workers);
            case FullyConnected dense
            when isFloat(setup) && PackedWeights.fit(setup.input(1).shape()) ->
                SimdFullyConnected.of(dense, setup, workers);
            case BatchMatmul matmul
            when areFloats(setup) && setup.input(1).type() == TensorType.FLOAT32 && !matmul.adjX() ->
                new SimdBatchMatmul(reference(matmul, setup), matmul, workers);
            default -> integers(operator, setup);
        };
    }

    private @Nullable Kernel integers(Operator operator, KernelSetup setup) {
        return switch (operator) {
            case Conv2D conv
            when hasOwnChannels(setup)
                    && Integers.are(setup, 0, true)
                    && PackedWeights.fit(setup.input(1).shape()) -> SimdConv2D.ofIntegers(conv, setup, workers);
            case DepthwiseConv2D conv
            when hasOwnChannels(setup)
                    && Integers.are(setup, 3, true)
                    && setup.input(1).shape().flatSize(0, 3) <= MOST_EXACT_TAPS ->
                SimdDepthwiseConv2D.ofIntegers(conv, setup, workers);
            case FullyConnected dense
            when dense.weightsFormat() == FullyConnectedOptionsWeightsFormat.DEFAULT
                    && setup.input(1).shape().rank() == 2
                    && Integers.are(setup, 0, false)
                    && PackedWeights.fit(setup.input(1).shape()) ->
                SimdFullyConnected.ofIntegers(dense, setup, workers);
            default -> null;
        };
    }

    private @Nullable Kernel elementwise(Operator operator, KernelSetup setup) {
        return switch (operator) {
            case MaxPool2D pool
            when isSmall(pool.window()) ->
                new SimdPool(pool.window(), true, FusedActivation.floatBounds(pool.activation()), workers);
            case AveragePool2D pool
            when isSmall(pool.window()) ->
                new SimdPool(pool.window(), false, FusedActivation.floatBounds(pool.activation()), workers);
            case Add add -> binary(BinaryFunction.ADD, add.activation());
            case Sub sub -> binary(BinaryFunction.SUB, sub.activation());
            case Mul mul -> binary(BinaryFunction.MUL, mul.activation());
            case Div div -> binary(BinaryFunction.DIV, div.activation());
            case Maximum ignored -> binary(BinaryFunction.MAXIMUM, ActivationFunctionType.NONE);
            case Minimum ignored -> binary(BinaryFunction.MINIMUM, ActivationFunctionType.NONE);
            case SquaredDifference ignored -> binary(BinaryFunction.SQUARED_DIFFERENCE, ActivationFunctionType.NONE);
            case Mean mean when setup.constant(1) != null -> sums(mean, setup, true);
            case Sum sum when setup.constant(1) != null -> sums(sum, setup, false);
            default -> unary(operator);
        };
    }

    /// Whether the window may be walked tap by tap: a damaged file may have one of any size.
    private static boolean isSmall(PoolingWindow window) {
        return (long) window.filterHeight() * window.filterWidth() <= LARGEST_WINDOW;
    }

    private @Nullable Kernel unary(Operator operator) {
        UnaryFunction function = switch (operator) {
            case Relu ignored -> UnaryFunction.clamp(0, Float.POSITIVE_INFINITY);
            case Relu6 ignored -> UnaryFunction.clamp(0, 6);
            case ReluN1To1 ignored -> UnaryFunction.clamp(-1, 1);
            case Relu0To1 ignored -> UnaryFunction.clamp(0, 1);
            case LeakyRelu relu -> UnaryFunction.leaky(relu.alpha());
            case HardSwish ignored -> UnaryFunction::hardSwish;
            case Neg ignored -> UnaryFunction::negate;
            case Abs ignored -> UnaryFunction::absolute;
            case Square ignored -> UnaryFunction::square;
            case Sqrt ignored -> UnaryFunction::root;
            case Rsqrt ignored -> UnaryFunction::inverseRoot;
            default -> null;
        };
        return function == null ? null : new SimdUnary(function, workers);
    }

    private Kernel binary(BinaryFunction function, ActivationFunctionType activation) {
        return new SimdBinary(function, FusedActivation.floatBounds(activation), workers);
    }

    private <O extends Operator> Kernel sums(O operator, KernelSetup setup, boolean divides) {
        return new SimdSums(reference(operator, setup), Objects.requireNonNull(setup.constant(1)), divides, workers);
    }

    /// The kernel for what shapes only show at run time, and a vector kernel leaves.
    private static <O extends Operator> Kernel reference(O operator, KernelSetup setup) {
        Definition<O> definition = Operators.definitionOf(operator).orElseThrow();
        return definition.reference().prepare(operator, setup);
    }

    private @Nullable Kernel transpose(KernelSetup setup) {
        Tensor permutation = setup.constant(1);
        boolean taken = setup.input(0).type() == TensorType.FLOAT32
                || setup.input(0).type() == TensorType.INT8
                || setup.input(0).type() == TensorType.UINT8;
        return taken && permutation != null ? new SimdTranspose(permutation, workers) : null;
    }

    private @Nullable Kernel moved(Operator operator, KernelSetup setup) {
        if (operator instanceof Transpose) {
            return transpose(setup);
        }
        boolean taken = setup.input(0).type() == TensorType.FLOAT32
                && Integers.isByte(setup.output(0))
                && setup.output(0).quantization().scales().size() == 1;
        return taken ? new SimdQuantize(setup.output(0), workers) : null;
    }

    private static boolean areFloats(KernelSetup setup) {
        return setup.input(0).type() == TensorType.FLOAT32 && setup.output(0).type() == TensorType.FLOAT32;
    }

    /// Whether everything is float, and weights and bias are known at plan time.
    private static boolean isFloat(KernelSetup setup) {
        return setup.input(0).type() == TensorType.FLOAT32
                && setup.output(0).type() == TensorType.FLOAT32
                && isFloatConstant(setup, 1)
                && (!setup.hasInput(2) || isFloatConstant(setup, 2));
    }

    private static boolean isFloatConstant(KernelSetup setup, int input) {
        return setup.input(input).type() == TensorType.FLOAT32 && setup.constant(input) != null;
    }

    /// Whether the weights hold as many channels as the input: a convolution without groups, a depthwise
    /// convolution with one output for each channel.
    private static boolean hasOwnChannels(KernelSetup setup) {
        return setup.input(0).shape().rank() == 4
                && setup.input(1).shape().rank() == 4
                && setup.input(0).shape().dimension(3) == setup.input(1).shape().dimension(3);
    }
}
