package dev.lithe.operators.stablehlo;

import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.StablehloScatterOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// STABLEHLO_SCATTER: the operand, with windows of updates combined into it at places that index vectors name. Updates
/// that fall outside are left out. A subgraph says how to combine: empty, the update takes the place; otherwise it is
/// one STABLEHLO_ADD, MULTIPLY, MAXIMUM or MINIMUM.
public record StablehloScatter(StablehloScatterOptions options) implements StablehloOperator {
    public static final Definition<StablehloScatter> DEFINITION = Definition.of(
                    StablehloScatter.class, BuiltinOperator.STABLEHLO_SCATTER)
            .options(
                    node -> new StablehloScatter(
                            node.options().as(StablehloScatterOptions.class, StablehloScatterOptions.DEFAULT)),
                    op -> Options.of(op.options))
            .inputs(
                    Operand.of("operand", Elementwise.NUMBERS),
                    Operand.of("indices", TensorType.INT32, TensorType.INT64),
                    Operand.of("updates", Elementwise.NUMBERS))
            .outputs(Operand.of("y", Elementwise.NUMBERS))
            .shapes((op, c) -> {
                op.plan(c.input(0), c.input(1), c.input(2));
                return List.of(c.input(0));
            })
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.15.0")
            .reference(StablehloScatter::prepare);

    /// The options, checked against shapes.
    ///
    /// @param window the dimensions of the updates that go along a window
    /// @param batch the other dimensions of the updates
    /// @param kept the operand's dimensions that a window has
    private record Plan(IndexVectors vectors, int[] window, int[] batch, int[] kept) {}

    private Plan plan(Shape operand, Shape indices, Shape updates) {
        IndexVectors vectors =
                IndexVectors.of(indices, options.indexVectorDim(), options.scatterDimsToOperandDims(), operand.rank());
        boolean[] inserted = Dimensions.marked("inserted_window_dims", options.insertedWindowDims(), operand.rank());
        boolean[] window = Dimensions.marked("update_window_dims", options.updateWindowDims(), updates.rank());
        Plan plan = new Plan(
                vectors,
                Dimensions.where(window, true),
                Dimensions.where(window, false),
                Dimensions.where(inserted, false));
        int[] counts = vectors.batch(indices);
        boolean fits = plan.window.length == plan.kept.length && plan.batch.length == counts.length;
        for (int d = 0; fits && d < counts.length; d++) {
            int size = updates.dimension(plan.batch[d]);
            fits = size == counts[d] || size == Shape.UNKNOWN || counts[d] == Shape.UNKNOWN;
        }
        if (!fits) {
            throw new ShapeException("updates " + updates + " do not fit indices " + indices + " into " + operand);
        }
        return plan;
    }

    private Kernel prepare(KernelSetup setup) {
        TensorType type = Types.common(setup, 0, 2);
        List<OperatorCode> body = setup.operatorsOf(options.updateComputationSubgraphIndex());
        Combination.Step step = combination(body).of(type, "STABLEHLO_SCATTER");
        return context -> run(context, step);
    }

    private static Combination combination(List<OperatorCode> body) {
        if (body.isEmpty()) {
            return Combination.SECOND;
        }
        Combination combination = body.size() > 1
                ? null
                : switch (body.getFirst().builtin()) {
                    case STABLEHLO_ADD -> Combination.ADD;
                    case STABLEHLO_MULTIPLY -> Combination.MULTIPLY;
                    case STABLEHLO_MAXIMUM -> Combination.MAXIMUM;
                    case STABLEHLO_MINIMUM -> Combination.MINIMUM;
                    default -> null;
                };
        if (combination == null) {
            throw new IllegalArgumentException(
                    "updates can be added, multiplied, compared or put in place, not " + body);
        }
        return combination;
    }

    private void run(KernelContext context, Combination.Step step) {
        Tensor operand = context.input(0);
        Tensor indices = context.input(1);
        Tensor updates = context.input(2);
        Tensor y = context.output(0);
        ElementCopy.all(operand, y);
        if (updates.elementCount() == 0) {
            return;
        }
        Plan plan = plan(operand.shape(), indices.shape(), updates.shape());
        int[] sizes = updates.shape().toArray();
        int[] strides = ElementCopy.strides(y.shape());
        int[] place = new int[sizes.length];
        long[] start = new long[strides.length];
        int from = 0;
        do {
            plan.vectors.read(indices, Dimensions.pick(place, plan.batch), start);
            int to = 0;
            for (int d = 0; d < plan.window.length; d++) {
                start[plan.kept[d]] += place[plan.window[d]];
            }
            for (int d = 0; to >= 0 && d < start.length; d++) {
                boolean inside = start[d] >= 0 && start[d] < y.shape().dimension(d);
                to = inside ? to + (int) start[d] * strides[d] : -1;
            }
            if (to >= 0) {
                step.run(y, to, updates, from, y, to);
            }
            from++;
        } while (IndexVectors.next(place, sizes));
    }
}
