package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.DepthToSpaceOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.ResizeBilinearOptions;
import dev.lithe.schema.ResizeNearestNeighborOptions;
import dev.lithe.schema.SpaceToDepthOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Resize, Upsample, DepthToSpace, SpaceToDepth.
///
/// A resize goes over one dimension after the other. Where LiteRT's own operators take the elements from
/// the same places they are used; everything else is a gather (nearest) or a product with the matrix of
/// weights (linear, cubic), which says the same exactly.
final class Resizes {
    private Resizes() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Resize", Resizes::resize),
                entry("Upsample", Resizes::resize),
                entry("DepthToSpace", Resizes::depthToSpace),
                entry("SpaceToDepth", Resizes::spaceToDepth));
    }

    private static List<Laid> resize(Call call) {
        Laid x = call.input(0);
        int rank = x.rank();
        int[] axes = call.node().ints("axes", Orders.identity(rank));
        Sampling[] samplings = new Sampling[rank];
        ResizeSizes sizes = ResizeSizes.of(call, axes);
        for (int i = 0; i < axes.length; i++) {
            int axis = Call.axis(axes[i], rank);
            int from = x.shape().dimension(axis);
            if (sizes.changes(i, from)) {
                samplings[axis] = sizes.sampling(call, i, from);
            }
        }
        if (Arrays.stream(samplings).allMatch(s -> s == null)) {
            return List.of(x);
        }
        Emitter graph = call.graph();
        boolean image = rank >= 3 && rank <= 5 && samplings[0] == null && samplings[1] == null;
        Laid laid = image ? Laid.image(x.as(graph, Orders.channelsLast(rank))) : x;
        if (rank == 4 && image && x.type() == TensorType.FLOAT32) {
            Value native4 = builtin(graph, laid, samplings, call.node().text("mode", "nearest"));
            if (native4 != null) {
                return Call.one(Laid.image(native4));
            }
        }
        for (int d = 0; d < rank; d++) {
            if (samplings[d] != null) {
                laid = along(graph, laid, d, samplings[d]);
            }
        }
        return Call.one(laid);
    }

    /// The operator that does the same, or null where there is none.
    private static @org.jspecify.annotations.Nullable Value builtin(
            Emitter graph, Laid x, Sampling[] samplings, String mode) {
        Sampling[] plane = new Sampling[2];
        for (int i = 0; i < 2; i++) {
            int size = x.shape().dimension(i + 2);
            plane[i] = samplings[i + 2] == null ? Sampling.identity(size) : samplings[i + 2];
        }
        Value size = graph.ints(plane[0].to(), plane[1].to());
        for (boolean[] flags : new boolean[][] {{false, false}, {false, true}, {true, false}, {true, true}}) {
            boolean align = flags[0];
            boolean half = flags[1];
            if (mode.equals("nearest") && Arrays.stream(plane).allMatch(s -> s.isLiteNearest(align, half))) {
                return graph.emit(
                        BuiltinOperator.RESIZE_NEAREST_NEIGHBOR,
                        new ResizeNearestNeighborOptions(align, half),
                        TensorType.FLOAT32,
                        x.tensor(graph),
                        size);
            }
            boolean both = align && half;
            if (mode.equals("linear") && !both && Arrays.stream(plane).allMatch(s -> s.isLiteBilinear(align, half))) {
                return graph.emit(
                        BuiltinOperator.RESIZE_BILINEAR,
                        new ResizeBilinearOptions(0, 0, align, half),
                        TensorType.FLOAT32,
                        x.tensor(graph),
                        size);
            }
        }
        return null;
    }

    private static Laid along(Emitter graph, Laid x, int axis, Sampling sampling) {
        int[] nearest = sampling.nearest();
        if (nearest != null) {
            int place = Orders.inverse(x.order())[axis];
            Value picked = graph.emit(
                    BuiltinOperator.GATHER,
                    new GatherOptions(place, 0),
                    x.type(),
                    x.tensor(graph),
                    graph.ints(nearest));
            return Laid.of(picked, x.order(), x.isImage());
        }
        TensorType type = x.type();
        int[] order = Orders.innermost(x.order(), axis);
        Value wide = graph.cast(x.as(graph, order), TensorType.FLOAT32);
        Value.Known matrix = graph.floats(Shape.of(sampling.to(), sampling.from()), sampling.weights());
        Value mixed = MatMuls.fullyConnected(graph, wide, matrix, Value.ABSENT);
        Laid resized = Laid.of(graph.cast(mixed, type), order, false);
        return Laid.of(resized.as(graph, x.order()), x.order(), x.isImage());
    }

    // ---- blocks

    private static List<Laid> depthToSpace(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int block = Math.toIntExact(call.node().integer("blocksize", 1));
        int channels = x.shape().dimension(1);
        if (block < 1 || channels < 0 || channels % (block * block) != 0 || x.rank() != 4) {
            throw new NotLowerable("its " + channels + " channels do not fill blocks of " + block);
        }
        Value image = x.as(graph, Orders.channelsLast(4));
        if (call.node().text("mode", "DCR").equals("CRD")) {
            // Channel c of block place b stands at c * block^2 + b; LiteRT wants b * channels + c.
            int inner = channels / (block * block);
            int[] places = new int[channels];
            for (int i = 0; i < channels; i++) {
                places[i] = i % inner * block * block + i / inner;
            }
            image = inner == 1
                    ? image
                    : graph.emit(BuiltinOperator.GATHER, new GatherOptions(3, 0), x.type(), image, graph.ints(places));
        }
        return Call.one(Laid.image(
                graph.emit(BuiltinOperator.DEPTH_TO_SPACE, new DepthToSpaceOptions(block), x.type(), image)));
    }

    private static List<Laid> spaceToDepth(Call call) {
        Emitter graph = call.graph();
        int block = Math.toIntExact(call.node().integer("blocksize", 1));
        if (!call.node().text("mode", "DCR").equals("DCR")) {
            throw new NotLowerable("its mode " + call.node().text("mode", "") + " is not supported");
        }
        Value image = call.input(0).as(graph, Orders.channelsLast(4));
        return Call.one(Laid.image(
                graph.emit(BuiltinOperator.SPACE_TO_DEPTH, new SpaceToDepthOptions(block), call.type(0), image)));
    }

    /// What a Resize is to become.
    ///
    /// @param scales by axis; null where sizes are given
    /// @param sizes by axis; null where scales are given
    private record ResizeSizes(float[] scales, int[] sizes, float[] region) {
        static ResizeSizes of(Call call, int[] axes) {
            boolean old = call.node().op().equals("Upsample") || call.node().opset() < 11;
            float[] attribute = call.node().reals("scales");
            if (attribute != null) {
                return new ResizeSizes(attribute, new int[0], new float[0]);
            }
            float[] region = !old && call.has(1) && call.shape(1).elementCount() > 0
                    ? call.floats(1, "region of interest")
                    : new float[0];
            int at = old ? 1 : 2;
            if (call.inputs().size() > 3 && call.has(3) && call.shape(3).elementCount() > 0) {
                return policy(call, axes, call.ints(3, "sizes"), region);
            }
            Numbers scales = call.numbers(at, "scales");
            return new ResizeSizes(scales.floats(), new int[0], region);
        }

        /// `keep_aspect_ratio_policy`: all axes take the smallest or the largest of the scales.
        private static ResizeSizes policy(Call call, int[] axes, int[] sizes, float[] region) {
            String policy = call.node().text("keep_aspect_ratio_policy", "stretch");
            if (policy.equals("stretch")) {
                return new ResizeSizes(new float[0], sizes, region);
            }
            double scale = policy.equals("not_larger") ? Double.MAX_VALUE : 0;
            for (int i = 0; i < axes.length; i++) {
                double own = (double) sizes[i] / call.shape(0).dimension(Call.axis(axes[i], call.rank(0)));
                scale = policy.equals("not_larger") ? Math.min(scale, own) : Math.max(scale, own);
            }
            int[] rounded = new int[sizes.length];
            float[] scales = new float[sizes.length];
            for (int i = 0; i < axes.length; i++) {
                int from = call.shape(0).dimension(Call.axis(axes[i], call.rank(0)));
                rounded[i] = (int) Math.floor(scale * from + 0.5);
                scales[i] = (float) scale;
            }
            return new ResizeSizes(scales, rounded, region);
        }

        private double scale(int i, int from) {
            return scales.length > 0 ? scales[i] : (double) sizes[i] / from;
        }

        boolean changes(int i, int from) {
            boolean cropped = region.length > 0 && (region[i] != 0 || region[i + region.length / 2] != 1);
            if (scales.length > 0 && sizes.length == 0) {
                return scales[i] != 1 || cropped;
            }
            return sizes[i] != from || cropped;
        }

        Sampling sampling(Call call, int i, int from) {
            if (from < 1) {
                throw new NotLowerable("the size of its input is unknown; give the inputs fixed shapes");
            }
            double scale = scale(i, from);
            int to = sizes.length > 0 ? sizes[i] : (int) Math.floor((double) from * scales[i]);
            boolean old = call.node().op().equals("Upsample") || call.node().opset() < 11;
            if (call.node().flag("antialias", false) && scale < 1) {
                throw new NotLowerable("it filters against aliasing while it shrinks, which is not supported");
            }
            String mode = call.node().text("mode", "nearest");
            String transform = call.node().text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
            float start = region.length > 0 ? region[i] : 0;
            float end = region.length > 0 ? region[i + region.length / 2] : 1;
            Sampling.Coordinates places = new Sampling.Coordinates(transform, scale, start, end);
            return Sampling.of(call.node(), mode.equals("bilinear") ? "linear" : mode, old, places, from, to);
        }
    }
}
