package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.NonMaxSuppressionV4Options;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What detectors end with: NonMaxSuppression, and CenterCropPad.
final class Boxes {
    /// Batches times classes: each has operators of its own.
    private static final int MOST = 1024;

    private Boxes() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(entry("NonMaxSuppression", Boxes::suppress), entry("CenterCropPad", Boxes::centered));
    }

    /// Rows of batch, class and box, for each batch and class what LiteRT selects there.
    private static List<Laid> suppress(Call call) {
        Formula f = Formula.of(call);
        Shape scores = call.shape(1);
        int batches = scores.dimension(0);
        int classes = scores.dimension(1);
        int boxes = scores.dimension(2);
        if (batches < 1 || classes < 1 || boxes < 1 || (long) batches * classes > MOST) {
            throw new NotLowerable("its scores have the shape " + scores + "; give the inputs fixed shapes");
        }
        Laid corners = call.node().flag("center_point_box", false) ? corners(f, call.input(0)) : call.input(0);
        int most = call.has(2) ? Math.min(boxes, call.integer(2, "number of boxes")) : 0;
        if (most < 1) {
            throw new NotLowerable("it selects no boxes");
        }
        List<Laid> rows = new ArrayList<>();
        for (int batch = 0; batch < batches; batch++) {
            Laid own = f.op("Squeeze", f.slice(corners, 0, batch, batch + 1L), f.longs(0));
            Laid all = f.op("Squeeze", f.slice(call.input(1), 0, batch, batch + 1L), f.longs(0));
            for (int c = 0; c < classes; c++) {
                Laid row = f.op("Squeeze", f.slice(all, 0, c, c + 1L), f.longs(0));
                rows.add(labelled(f, selected(call, own, row, most), batch, c));
            }
        }
        return Call.one(rows.size() == 1 ? rows.getFirst() : f.concat(0, rows.toArray(Laid[]::new)));
    }

    /// Centres and sizes (x, y, width, height) as corners (y, x, y, x).
    private static Laid corners(Formula f, Laid boxes) {
        Laid x = f.slice(boxes, 2, 0, 1);
        Laid y = f.slice(boxes, 2, 1, 2);
        Laid width = f.mul(f.slice(boxes, 2, 2, 3), f.real(0.5));
        Laid height = f.mul(f.slice(boxes, 2, 3, 4), f.real(0.5));
        return f.concat(2, f.sub(y, height), f.sub(x, width), f.add(y, height), f.add(x, width));
    }

    /// The selected boxes of one class, as a vector of INT32 that is as long as there are.
    private static Value selected(Call call, Laid boxes, Laid scores, int most) {
        Emitter graph = call.graph();
        float overlap = call.has(3) ? call.real(3, "overlap") : 0;
        float least = call.has(4) ? call.real(4, "score") : Float.NEGATIVE_INFINITY;
        List<Value.Dynamic> found = graph.builder()
                .emitAll(
                        BuiltinOperator.NON_MAX_SUPPRESSION_V4,
                        new NonMaxSuppressionV4Options(),
                        graph.name(),
                        List.of(TensorType.INT32, TensorType.INT32),
                        List.of(
                                boxes.plain(graph),
                                scores.plain(graph),
                                graph.scalar(TensorType.INT32, most),
                                graph.scalar(TensorType.FLOAT32, overlap),
                                graph.scalar(TensorType.FLOAT32, least)));
        return graph.builder()
                .emitAs(
                        BuiltinOperator.SLICE,
                        new dev.lithe.schema.SliceOptions(),
                        graph.name(),
                        List.of(SubgraphBuilder.Result.of(TensorType.INT32, Shape.of(Shape.UNKNOWN))),
                        List.of(found.get(0), graph.ints(0), graph.reshape(found.get(1), Shape.of(1))))
                .getFirst();
    }

    private static Laid labelled(Formula f, Value boxes, int batch, int label) {
        Laid column = f.op("Unsqueeze", f.cast(Laid.plain(boxes), TensorType.INT64), f.longs(1));
        Laid zeros = f.sub(column, column);
        return f.concat(1, f.add(zeros, f.longs(batch)), f.add(zeros, f.longs(label)), column);
    }

    /// Cropped and padded evenly; what is odd is cut off, or added, at the end.
    private static List<Laid> centered(Call call) {
        Formula f = Formula.of(call);
        int[] sizes = call.ints(1, "shape");
        int[] axes = call.node().ints("axes", Orders.identity(call.rank(0)));
        Laid x = call.input(0);
        long[] pads = new long[2 * x.rank()];
        for (int i = 0; i < sizes.length; i++) {
            int axis = Call.axis(axes[i], x.rank());
            int size = x.shape().dimension(axis);
            if (size < 0) {
                throw new NotLowerable("it centers a dimension of unknown size; give the inputs fixed shapes");
            }
            if (size > sizes[i]) {
                long from = (size - sizes[i]) / 2;
                x = f.slice(x, axis, from, from + sizes[i]);
            } else {
                pads[axis] = (sizes[i] - size) / 2;
                pads[axis + x.rank()] = sizes[i] - size - pads[axis];
            }
        }
        return Call.one(f.op("Pad", x, f.longs(pads)));
    }
}
