package dev.lithe.operators;

import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Offender;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.QuantizationRule.Scales;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// What the kernels rely on in the quantization of one operator's operands. The official runtime checks most
/// of it when it prepares the operator, and computes wrongly without a word where it does not.
final class QuantizationChecks {
    private static final Set<TensorType> QUANTIZED = EnumSet.of(TensorType.INT8, TensorType.UINT8, TensorType.INT16);

    /// How far SOFTMAX's output scale may be from the fixed one, as a part of it; the other operators take it
    /// exactly.
    private static final double SOFTMAX_SLACK = 0.001;

    /// How far a bias scale may be from input scale times weight scale, in output steps.
    private static final double BIAS_SLACK = 0.02;

    private final Model model;
    private final int subgraph;
    private final int index;
    private final NodeView view;
    private final List<Offender> offenders;

    QuantizationChecks(Model model, int subgraph, int index, NodeView view, List<Offender> offenders) {
        this.model = model;
        this.subgraph = subgraph;
        this.index = index;
        this.view = view;
        this.offenders = offenders;
    }

    void run() {
        Operators.definition(view.node().code().builtin())
                .map(Definition::quantization)
                .filter(QuantizationRule::isQuantizable)
                .ifPresent(this::check);
    }

    private void check(QuantizationRule rule) {
        List<TensorSpec> activations = activations(rule);
        activations.forEach(this::checkActivation);
        if (rule.scales() == Scales.SAME) {
            checkSame(activations);
        }
        if (rule.scales() == Scales.FIXED_OUTPUT) {
            checkFixedOutput(rule);
        }
        if (rule.weight() >= 0 && present(rule.weight())) {
            checkWeight(rule);
            if (rule.bias() >= 0 && present(rule.bias())) {
                checkBias(rule);
            }
        }
    }

    private boolean present(int input) {
        return view.hasInput(input);
    }

    /// The inputs and outputs with scales, weights and bias aside.
    private List<TensorSpec> activations(QuantizationRule rule) {
        Node node = view.node();
        List<TensorSpec> found = new ArrayList<>();
        IntStream.range(0, node.inputs().size())
                .filter(i -> i != rule.weight() && i != rule.bias() && present(i) && !isHybridWeight(rule, i))
                .forEach(i -> found.add(view.input(i)));
        IntStream.range(0, node.outputs().size())
                .filter(i -> node.output(i).isPresent())
                .forEach(i -> found.add(view.output(i)));
        found.removeIf(spec ->
                !QUANTIZED.contains(spec.type()) || spec.quantization().scales().isEmpty());
        return found;
    }

    /// Whether a hybrid kernel takes the input as weights, which may be per channel.
    private boolean isHybridWeight(QuantizationRule rule, int input) {
        return rule.hybrid() && input == rule.hybridWeight() && view.output(0).type() == TensorType.FLOAT32;
    }

    private void checkActivation(TensorSpec spec) {
        QuantizationParameters quantization = spec.quantization();
        boolean toOrFromFloat = view.node().code().builtin() == BuiltinOperator.QUANTIZE
                || view.node().code().builtin() == BuiltinOperator.DEQUANTIZE;
        if (toOrFromFloat) {
            return;
        }
        if (quantization.isPerChannel()) {
            complain(spec, "has " + quantization.scales().size() + " scales; only weights may be per channel");
        }
        if (spec.type() == TensorType.INT16 && hasZeroPoint(quantization) && !isWideSoftmax()) {
            complain(spec, "INT16 needs zero point 0, found " + quantization.zeroPoint());
        }
    }

    /// SOFTMAX of INT8 may give INT16 over the whole range: zero point -32768.
    private boolean isWideSoftmax() {
        return view.node().code().builtin() == BuiltinOperator.SOFTMAX
                && view.input(0).type() == TensorType.INT8;
    }

    /// The kernels copy or compare the stored integers. (CONCATENATION alone rescales UINT8.)
    private void checkSame(List<TensorSpec> activations) {
        if (activations.isEmpty()
                || (view.node().code().builtin() == BuiltinOperator.CONCATENATION
                        && activations.getLast().type() == TensorType.UINT8)) {
            return;
        }
        TensorSpec last = activations.getLast();
        for (TensorSpec spec : activations) {
            if (spec.type() == last.type() && !sameMapping(spec, last)) {
                complain(
                        spec,
                        "needs the quantization of '" + last.name() + "' " + text(last) + ", found " + text(spec));
            }
        }
    }

    private static boolean sameMapping(TensorSpec a, TensorSpec b) {
        return a.quantization().scales().equals(b.quantization().scales())
                && a.quantization().zeroPoint() == b.quantization().zeroPoint();
    }

    private void checkFixedOutput(QuantizationRule rule) {
        TensorSpec output = view.output(0);
        QuantizationParameters needed = rule.fixedOutput().get(output.type());
        boolean sameType = present(0) && view.input(0).type() == output.type();
        if (needed == null || !sameType || output.quantization().scales().isEmpty()) {
            return;
        }
        boolean softmax = view.node().code().builtin() == BuiltinOperator.SOFTMAX;
        double slack = softmax ? SOFTMAX_SLACK * needed.scale() : 0;
        QuantizationParameters found = output.quantization();
        if (Math.abs((double) found.scale() - needed.scale()) > slack || found.zeroPoint() != needed.zeroPoint()) {
            complain(
                    output,
                    output.type() + " output needs scale " + needed.scale() + " and zero point " + needed.zeroPoint()
                            + ", found " + text(output));
        }
    }

    private void checkWeight(QuantizationRule rule) {
        TensorSpec weight = view.input(rule.weight());
        QuantizationParameters quantization = weight.quantization();
        boolean symmetric = weight.type() == TensorType.INT8
                || weight.type() == TensorType.INT4
                || weight.type() == TensorType.INT2;
        if (!symmetric || quantization.details() != null) {
            return;
        }
        int scales = quantization.scales().size();
        if (scales == 0) {
            complain(weight, weight.type() + " weights need a scale");
            return;
        }
        if (hasZeroPoint(quantization)) {
            complain(weight, "weights need zero point 0");
        }
        if (scales > 1) {
            checkChannels(weight, rule.channelDimension(), scales);
        }
    }

    private void checkChannels(TensorSpec weight, int dimension, int scales) {
        if (dimension < 0) {
            if (QUANTIZED.contains(view.output(0).type())) {
                complain(weight, "has " + scales + " scales; the integer kernel takes one");
            }
            return;
        }
        int channels = dimension < weight.shape().rank() ? weight.shape().dimension(dimension) : -1;
        if (scales != channels) {
            complain(weight, "has " + scales + " scales for " + channels + " channels");
        } else if (weight.quantization().quantizedDimension() != dimension) {
            complain(
                    weight,
                    "is quantized along dimension " + weight.quantization().quantizedDimension() + ", the kernel takes "
                            + dimension);
        }
    }

    private void checkBias(QuantizationRule rule) {
        TensorSpec bias = view.input(rule.bias());
        TensorSpec output = view.output(0);
        if (!QUANTIZED.contains(output.type())) {
            return;
        }
        boolean wide = output.type() == TensorType.INT16 && bias.type() == TensorType.INT64;
        if (bias.type() != TensorType.INT32 && !wide) {
            complain(
                    bias,
                    "is " + bias.type() + "; the bias of an " + output.type() + " operator is INT32"
                            + (output.type() == TensorType.INT16 ? " or INT64" : ""));
        }
        if (hasZeroPoint(bias.quantization())) {
            complain(bias, "a bias needs zero point 0");
        }
        checkBiasScales(rule, bias, output);
    }

    private void checkBiasScales(QuantizationRule rule, TensorSpec bias, TensorSpec output) {
        QuantizationParameters weights = view.input(rule.weight()).quantization();
        QuantizationParameters biases = bias.quantization();
        TensorSpec input = activationInput(rule);
        int count = biases.scales().size();
        if (count == 0
                || input.quantization().scales().isEmpty()
                || output.quantization().scales().isEmpty()) {
            return;
        }
        if (count != weights.scales().size()) {
            complain(
                    bias,
                    "has " + count + " scales, the weights have "
                            + weights.scales().size());
            return;
        }
        for (int i = 0; i < count; i++) {
            double product =
                    (double) input.quantization().scale() * weights.scales().get(i);
            double apart = Math.abs(product - biases.scales().get(i));
            if (apart / output.quantization().scale() > BIAS_SLACK) {
                complain(
                        bias,
                        "scale " + i + " is " + biases.scales().get(i) + ", input scale times weight scale is "
                                + (float) product);
                return;
            }
        }
    }

    /// The input that is multiplied with the weights: the first one that is no weight, bias or shape.
    private TensorSpec activationInput(QuantizationRule rule) {
        return IntStream.range(0, view.inputCount())
                .filter(i -> i != rule.weight() && i != rule.bias() && present(i))
                .mapToObj(view::input)
                .filter(spec -> QUANTIZED.contains(spec.type()))
                .findFirst()
                .orElse(view.output(0));
    }

    private static boolean hasZeroPoint(QuantizationParameters quantization) {
        return quantization.zeroPoints().stream().anyMatch(zeroPoint -> zeroPoint != 0);
    }

    private static String text(TensorSpec spec) {
        QuantizationParameters quantization = spec.quantization();
        return "(scale " + quantization.scale() + ", zero point " + quantization.zeroPoint() + ")";
    }

    private void complain(TensorSpec spec, String what) {
        Location location = Location.operator(
                model.source(), subgraph, index, view.node().code().toString(), spec.name());
        offenders.add(new Offender(location, what));
    }
}
