package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.tensorflow.EinsumRules.Labelled;
import dev.lithe.importers.internal.tensorflow.OpenShapes.Dimension;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;

/// The product of two labelled values, summed over the labels that both have and nobody needs any more.
///
/// @param needed the labels of the result and of what is still to be multiplied
record Contraction(Call call, Labelled left, Labelled right, String needed) {
    Labelled run() {
        Labelled a = left;
        Labelled b = right;
        String contracted = labels(a, label -> b.has(label) && needed.indexOf(label) < 0);
        String batch = labels(a, label -> b.has(label) && needed.indexOf(label) >= 0);
        String rows = labels(a, label -> !b.has(label));
        String columns = labels(b, label -> !a.has(label));
        if (contracted.isEmpty()) {
            return multiplied(batch + rows + columns);
        }
        if (batch.isEmpty() && b.value() instanceof Value.Known) {
            return dense(a, b, rows, contracted, columns);
        }
        if (batch.isEmpty() && a.value() instanceof Value.Known) {
            return dense(b, a, columns, contracted, rows);
        }
        return batched(batch, rows, contracted, columns);
    }

    @FunctionalInterface
    private interface Choice {
        boolean takes(char label);
    }

    private static String labels(Labelled of, Choice choice) {
        StringBuilder labels = new StringBuilder();
        for (char label : of.labels().toCharArray()) {
            if (choice.takes(label)) {
                labels.append(label);
            }
        }
        return labels.toString();
    }

    /// Without a sum: both spread over all dimensions and multiplied element by element.
    private Labelled multiplied(String labels) {
        Value a = spread(left, labels);
        Value b = spread(right, labels);
        return new Labelled(Arithmetic.of(call).mul(a, b), labels);
    }

    private Value spread(Labelled operand, String labels) {
        Labelled ordered =
                EinsumRules.ordered(call, operand, labels(new Labelled(operand.value(), labels), operand::has));
        List<Dimension> dimensions = new ArrayList<>();
        for (char label : labels.toCharArray()) {
            dimensions.add(operand.has(label) ? Dimension.of(ordered.value(), ordered.axis(label)) : Dimension.of(1));
        }
        return new OpenShapes(call).reshape(ordered.value(), dimensions);
    }

    /// A product with known weights, which stand as [out, in]: all dimensions but the last are kept as
    /// they are.
    private Labelled dense(Labelled x, Labelled weights, String rows, String contracted, String columns) {
        Labelled ordered = EinsumRules.ordered(call, x, rows + contracted);
        List<Dimension> inputs = dimensions(ordered, rows);
        inputs.add(group(ordered, contracted));
        Value input = contracted.length() == 1 && !rows.isEmpty()
                ? ordered.value()
                : new OpenShapes(call).reshape(ordered.value(), atLeastTwo(inputs));
        Labelled turned = EinsumRules.ordered(call, weights, columns + contracted);
        List<Dimension> matrix = List.of(group(turned, columns), group(turned, contracted));
        Value flat = new OpenShapes(call).reshape(turned.value(), matrix);
        FullyConnectedOptions options = new FullyConnectedOptions(
                ActivationFunctionType.NONE,
                FullyConnectedOptionsWeightsFormat.DEFAULT,
                true,
                false,
                TensorType.FLOAT32);
        Value y = call.emitAs(BuiltinOperator.FULLY_CONNECTED, options, call.type(0), input, flat, Value.ABSENT);
        List<Dimension> outputs = dimensions(ordered, rows);
        outputs.addAll(dimensions(turned, columns));
        boolean done = columns.length() == 1 && !rows.isEmpty();
        return new Labelled(done ? y : new OpenShapes(call).reshape(y, outputs), rows + columns);
    }

    private static List<Dimension> atLeastTwo(List<Dimension> dimensions) {
        if (dimensions.size() == 1) {
            dimensions.addFirst(Dimension.of(1));
        }
        return dimensions;
    }

    private Labelled batched(String batch, String rows, String contracted, String columns) {
        boolean turnA = !left.labels().equals(batch + rows + contracted)
                && left.labels().equals(batch + contracted + rows);
        boolean turnB = !right.labels().equals(batch + contracted + columns)
                && right.labels().equals(batch + columns + contracted);
        Labelled a = EinsumRules.ordered(call, left, turnA ? batch + contracted + rows : batch + rows + contracted);
        Labelled b =
                EinsumRules.ordered(call, right, turnB ? batch + columns + contracted : batch + contracted + columns);
        boolean plain = rows.length() == 1 && columns.length() == 1 && contracted.length() == 1;
        Value x = plain ? a.value() : matrices(a, batch, turnA ? contracted : rows, turnA ? rows : contracted);
        Value w = plain ? b.value() : matrices(b, batch, turnB ? columns : contracted, turnB ? contracted : columns);
        Value y = call.emitAs(
                BuiltinOperator.BATCH_MATMUL, new BatchMatMulOptions(turnA, turnB, false), call.type(0), x, w);
        String labels = batch + rows + columns;
        if (plain) {
            return new Labelled(y, labels);
        }
        List<Dimension> outputs = new ArrayList<>();
        for (char label : batch.toCharArray()) {
            Dimension of = Dimension.of(a.value(), a.axis(label));
            outputs.add(of.size() == 1 ? Dimension.of(b.value(), b.axis(label)) : of);
        }
        outputs.addAll(dimensions(a, rows));
        outputs.addAll(dimensions(b, columns));
        return new Labelled(new OpenShapes(call).reshape(y, outputs), labels);
    }

    private Value matrices(Labelled operand, String batch, String first, String second) {
        List<Dimension> dimensions = dimensions(operand, batch);
        dimensions.add(group(operand, first));
        dimensions.add(group(operand, second));
        return new OpenShapes(call).reshape(operand.value(), dimensions);
    }

    private static List<Dimension> dimensions(Labelled operand, String labels) {
        List<Dimension> dimensions = new ArrayList<>();
        for (char label : labels.toCharArray()) {
            dimensions.add(Dimension.of(operand.value(), operand.axis(label)));
        }
        return dimensions;
    }

    /// Several dimensions as one.
    private static Dimension group(Labelled operand, String labels) {
        if (labels.length() == 1) {
            return Dimension.of(operand.value(), operand.axis(labels.charAt(0)));
        }
        int product = 1;
        for (Dimension dimension : dimensions(operand, labels)) {
            if (dimension.size() == Shape.UNKNOWN) {
                return Dimension.of(Shape.UNKNOWN);
            }
            product = Math.multiplyExact(product, dimension.size());
        }
        return Dimension.of(product);
    }
}
