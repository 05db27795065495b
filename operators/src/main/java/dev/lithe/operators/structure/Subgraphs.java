package dev.lithe.operators.structure;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.ElementCopy;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What operators that run subgraphs have in common.
final class Subgraphs {
    private Subgraphs() {}

    /// What all of `subgraphs` give for the inputs from `first` on, where that is known and the same.
    static List<Shape> shapes(ShapeContext context, int first, int... subgraphs) {
        @Nullable List<Shape> common = null;
        for (int subgraph : subgraphs) {
            List<Shape> outputs = context.outputsOf(subgraph, inputs(context, first));
            boolean fits = outputs != null
                    && outputs.size() == context.outputCount()
                    && (common == null || common.equals(outputs));
            if (!fits) {
                return unknown(context);
            }
            common = outputs;
        }
        return common == null ? unknown(context) : common;
    }

    /// The shapes of a loop's values where a round does not change them.
    static List<Shape> loop(ShapeContext context, int body) {
        List<Shape> inputs = inputs(context, 0);
        return inputs.equals(context.outputsOf(body, inputs)) && inputs.size() == context.outputCount()
                ? inputs
                : unknown(context);
    }

    private static List<Shape> inputs(ShapeContext context, int first) {
        return IntStream.range(first, context.inputCount())
                .mapToObj(context::input)
                .toList();
    }

    /// Shapes that are known only when the subgraph has run.
    static List<Shape> unknown(ShapeContext context) {
        return Collections.nCopies(context.outputCount(), Shape.of(Shape.UNKNOWN));
    }

    /// The inputs from `first` on.
    ///
    /// @throws IllegalArgumentException where one is absent
    static Tensor[] inputs(KernelContext context, int first, int count) {
        Tensor[] tensors = new Tensor[Math.max(0, count - first)];
        for (int i = 0; i < tensors.length; i++) {
            if (!context.hasInput(first + i)) {
                throw new IllegalArgumentException("input " + (first + i) + " of a subgraph is absent");
            }
            tensors[i] = context.input(first + i);
        }
        return tensors;
    }

    /// Makes the results the operator's outputs.
    ///
    /// @throws IllegalArgumentException where their number or a type is another
    static void deliver(KernelContext context, KernelSetup setup, Tensor[] results) {
        if (results.length != setup.outputCount()) {
            throw new IllegalArgumentException(
                    "the subgraph has " + results.length + " outputs, the operator " + setup.outputCount());
        }
        for (int i = 0; i < results.length; i++) {
            if (results[i].type() != setup.output(i).type()) {
                throw new IllegalArgumentException(
                        "output " + i + " is " + setup.output(i).type() + ", the subgraph gives " + results[i].type());
            }
            ElementCopy.all(results[i], context.resize(i, results[i].shape()));
        }
    }

    /// The one BOOL that decides.
    ///
    /// @throws IllegalArgumentException where it is not one BOOL
    static boolean decision(Tensor condition) {
        if (condition.elementCount() != 1 || !(condition.array() instanceof byte[] values)) {
            throw new IllegalArgumentException("the condition is " + condition + ", not one BOOL");
        }
        return values[0] != 0;
    }
}
