package dev.lithe.operators.detection;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ShapeValues;
import java.util.ArrayList;
import java.util.List;

/// What the two versions of the operator share. Version 5 has a sigma, and scores among its outputs.
final class Boxes {
    private Boxes() {}

    static List<Shape> infer(ShapeContext context) {
        Shape boxes = context.input(0);
        Shape scores = context.input(1);
        boolean fits = boxes.rank() == 2 && scores.rank() == 1;
        fits = fits && (boxes.dimension(1) == 4 || boxes.dimension(1) == Shape.UNKNOWN);
        fits = fits
                && (boxes.dimension(0) == scores.dimension(0)
                        || boxes.dimension(0) == Shape.UNKNOWN
                        || scores.dimension(0) == Shape.UNKNOWN);
        if (!fits) {
            throw new ShapeException("boxes " + boxes + " and scores " + scores);
        }
        Tensor room = context.constant(2);
        Shape chosen = Shape.of(room == null ? Shape.UNKNOWN : room(room));
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < context.outputCount() - 1; i++) {
            shapes.add(chosen);
        }
        shapes.add(Shape.SCALAR);
        return shapes;
    }

    private static int room(Tensor room) {
        int most = ShapeValues.single(room);
        if (most < 0) {
            throw new ShapeException("at most " + most + " boxes");
        }
        return most;
    }

    static Kernel prepare(KernelSetup setup, boolean soft) {
        boolean constant = setup.constant(2) != null;
        return context -> run(context, soft, constant);
    }

    private static void run(KernelContext context, boolean soft, boolean constant) {
        int room = room(context.input(2));
        Shape shape = Shape.of(room);
        Tensor indices = constant ? context.output(0) : context.resize(0, shape);
        Tensor scores = context.input(1);
        float sigma = soft ? number(context, 5) : 0;
        if (!(sigma >= 0)) {
            throw new IllegalArgumentException("a sigma of " + sigma);
        }
        float[] chosenScores = new float[room];
        if (soft) {
            chosenScores = (constant ? context.output(1) : context.resize(1, shape)).floats();
        }
        Suppression suppression = new Suppression(
                context.input(0).floats(),
                scores.floats(),
                scores.elementCount(),
                number(context, 3),
                number(context, 4),
                sigma);
        int chosen = suppression.run(indices.ints(), chosenScores, room);
        Suppression.clear(indices.ints(), chosenScores, chosen, room);
        context.output(soft ? 2 : 1).ints()[0] = chosen;
    }

    private static float number(KernelContext context, int input) {
        if (context.input(input).elementCount() != 1) {
            throw new IllegalArgumentException("input " + input + " is " + context.input(input) + ", not one number");
        }
        return context.input(input).floats()[0];
    }
}
