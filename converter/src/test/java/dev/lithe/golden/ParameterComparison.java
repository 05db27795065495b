package dev.lithe.golden;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Holds two converted models against each other, operator by operator in execution order: types, scales, zero
/// points, constants. Counts what was compared and what differs.
///
/// DEQUANTIZE operators that widen float16 constants stand in another order in the two files; what they read is
/// compared through the operators that read them.
final class ParameterComparison {
    private final Model ours;
    private final Model theirs;
    int scales;
    int zeroPoints;
    int constants;
    int otherScales;
    int otherZeroPoints;
    int otherConstants;
    int otherWeightScales;
    int otherWeights;
    double largestActivationDifference;
    long largestZeroPointDifference;
    /// Outputs of CONV_2D that an ADD reads: TensorFlow's calibrator records the range of the sum for some of them.
    double largestSummandDifference;
    final List<String> differences = new ArrayList<>();

    ParameterComparison(Model ours, Model theirs) {
        this.ours = ours;
        this.theirs = theirs;
    }

    ParameterComparison run() {
        List<Node> left = ours.main().nodes();
        List<Node> right = theirs.main().nodes();
        if (!sortedCodes(left).equals(sortedCodes(right))) {
            differences.add("operators " + sortedCodes(left) + " instead of " + sortedCodes(right));
            return this;
        }
        List<Node> leftComputing = computing(ours.main());
        List<Node> rightComputing = computing(theirs.main());
        for (int i = 0; i < leftComputing.size(); i++) {
            compare(leftComputing.get(i), rightComputing.get(i));
        }
        return this;
    }

    private static List<String> sortedCodes(List<Node> nodes) {
        return nodes.stream().map(n -> n.code().toString()).sorted().toList();
    }

    /// All operators but those that widen constants.
    private static List<Node> computing(Subgraph graph) {
        return graph.nodes().stream()
                .filter(n -> n.code().builtin() != BuiltinOperator.DEQUANTIZE
                        || !graph.tensor(n.input(0)).isConstant())
                .toList();
    }

    private void compare(Node left, Node right) {
        if (!left.code().builtin().equals(right.code().builtin())
                || left.inputs().size() != right.inputs().size()) {
            differences.add(left.code() + " instead of " + right.code());
            return;
        }
        for (int i = 0; i < left.inputs().size(); i++) {
            compare(
                    left.code() + " input " + i,
                    ours,
                    left.inputs().get(i),
                    right.inputs().get(i));
        }
        for (int i = 0; i < left.outputs().size(); i++) {
            compare(
                    left.code() + " output " + i,
                    ours,
                    left.outputs().get(i),
                    right.outputs().get(i));
        }
    }

    private void compare(String what, Model model, TensorId leftId, TensorId rightId) {
        if (!leftId.isPresent() || !rightId.isPresent()) {
            require(leftId.isPresent() == rightId.isPresent(), what + ": one is absent");
            return;
        }
        TensorSpec left = source(model, leftId);
        TensorSpec right = source(theirs, rightId);
        require(left.type() == right.type(), what + ": " + left.type() + " instead of " + right.type());
        float[] a = left.quantization().scales().toArray();
        float[] b = right.quantization().scales().toArray();
        long[] za = left.quantization().zeroPoints().toArray();
        long[] zb = right.quantization().zeroPoints().toArray();
        if (a.length != b.length || za.length != zb.length) {
            differences.add(what + ": " + a.length + " scales instead of " + b.length);
            return;
        }
        boolean weights = left.isConstant() && left.type() == TensorType.INT8;
        for (int i = 0; i < a.length; i++) {
            scales++;
            if (Float.floatToIntBits(a[i]) != Float.floatToIntBits(b[i])) {
                otherScales++;
                otherWeightScales += weights ? 1 : 0;
                noteActivation(left, Math.abs(a[i] - b[i]) / b[i], Math.abs(za[i] - zb[i]));
            }
        }
        for (int i = 0; i < za.length; i++) {
            zeroPoints++;
            otherZeroPoints += za[i] == zb[i] ? 0 : 1;
        }
        compareConstants(what, left, right);
    }

    private void compareConstants(String what, TensorSpec left, TensorSpec right) {
        Constant a = left.constant();
        Constant b = right.constant();
        if (a == null || b == null) {
            require(a == b, what + ": one is a constant");
            return;
        }
        byte[] x = a.bytes().toArray();
        byte[] y = b.bytes().toArray();
        require(x.length == y.length, what + ": " + x.length + " bytes instead of " + y.length);
        int width = width(left.type());
        int count = Math.min(x.length, y.length) / width;
        int other = (int) IntStream.range(0, count)
                .filter(i -> !Arrays.equals(x, i * width, (i + 1) * width, y, i * width, (i + 1) * width))
                .count();
        constants += count;
        otherConstants += other;
        otherWeights += left.type() == TensorType.INT8 ? other : 0;
    }

    private void noteActivation(TensorSpec spec, double scaleDifference, long zeroPointDifference) {
        if (spec.isConstant()) {
            return;
        }
        Node producer = ours.main().producers().get(spec.id());
        boolean summand = producer != null
                && producer.code().builtin() == BuiltinOperator.CONV_2D
                && ours.main().consumers().getOrDefault(spec.id(), List.of()).stream()
                        .anyMatch(n -> n.code().builtin() == BuiltinOperator.ADD);
        if (summand) {
            largestSummandDifference = Math.max(largestSummandDifference, scaleDifference);
        } else {
            largestActivationDifference = Math.max(largestActivationDifference, scaleDifference);
            largestZeroPointDifference = Math.max(largestZeroPointDifference, zeroPointDifference);
        }
    }

    /// A widened constant is compared as the float16 constant behind it.
    private static TensorSpec source(Model model, TensorId id) {
        Node producer = model.main().producers().get(id);
        boolean widened = producer != null
                && producer.code().builtin() == BuiltinOperator.DEQUANTIZE
                && model.tensor(producer.input(0)).isConstant();
        return widened ? model.tensor(producer.input(0)) : model.tensor(id);
    }

    private static int width(TensorType type) {
        return switch (type) {
            case FLOAT32, INT32 -> 4;
            case INT64 -> 8;
            case FLOAT16, INT16 -> 2;
            default -> 1;
        };
    }

    private void require(boolean holds, String difference) {
        if (!holds) {
            differences.add(difference);
        }
    }
}
