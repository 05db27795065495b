package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Steps over the second dimension of a value: as a While loop over lists of tensors, or one after the
/// other where the layer is unrolled. The loop has the form that Keras gives it, so that the lowering of
/// loops sees one form only.
final class Recurrence {
    /// @param sequences whether all outputs are asked for, or the last one only
    /// @param zeros whether steps that do not count give zeros, or the output before
    record Options(boolean backwards, boolean unroll, boolean sequences, boolean zeros) {}

    /// @param last the output of the last step
    /// @param all the outputs of all steps, where they are asked for
    record Result(Symbol last, Symbol all, List<Symbol> states) {}

    private final Ops ops;
    private final Cells.Cell cell;
    private final Options options;

    Recurrence(Ops ops, Cells.Cell cell, Options options) {
        this.ops = ops;
        this.cell = cell;
        this.options = options;
    }

    /// @param x `[batch, time, …]`
    /// @param mask `[batch, time]`
    Result run(Symbol x, List<Symbol> initial, @Nullable Symbol mask) {
        List<Symbol> states = initial.isEmpty() ? zeros(x) : initial;
        Symbol steps = ops.transpose(x, swap(x.rank()));
        Symbol counts =
                mask == null ? null : ops.transpose(ops.expandDims(ops.cast(mask, DataType.DT_BOOL), -1), 1, 0, 2);
        return options.unroll ? unrolled(steps, states, counts) : loop(steps, states, counts);
    }

    private static int[] swap(int rank) {
        return IntStream.range(0, rank).map(i -> i == 0 ? 1 : i == 1 ? 0 : i).toArray();
    }

    private List<Symbol> zeros(Symbol x) {
        List<Symbol> zeros = new ArrayList<>();
        Symbol batch = ops.sizeOf(x, 0);
        for (int[] state : cell.states(without(x.shape(), 1))) {
            int[] sizes = new int[state.length + 1];
            sizes[0] = x.size(0);
            System.arraycopy(state, 0, sizes, 1, state.length);
            List<Symbol> parts = new ArrayList<>(List.of(batch));
            IntStream.of(state).forEach(size -> parts.add(ops.integer(size)));
            zeros.add(ops.fill(ops.pack("packed", parts, 0), Shape.of(sizes), ops.real(0)));
        }
        return zeros;
    }

    private static Shape without(Shape shape, int axis) {
        List<Integer> sizes = LayoutOps.list(shape);
        sizes.remove(axis);
        return LayoutOps.shape(sizes);
    }

    private Result unrolled(Symbol steps, List<Symbol> initial, @Nullable Symbol mask) {
        List<Symbol> parts = new ArrayList<>(ops.unpack(steps));
        List<Symbol> counts = mask == null ? List.of() : new ArrayList<>(ops.unpack(mask));
        if (options.backwards) {
            parts = parts.reversed();
            counts = counts.reversed();
        }
        List<Symbol> states = initial;
        List<Symbol> outputs = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Cells.Step step = cell.step(ops, parts.get(i), states);
            Symbol output = step.output();
            List<Symbol> next = step.states();
            if (!counts.isEmpty()) {
                Symbol before = outputs.isEmpty() ? ops.zerosLike(output) : outputs.getLast();
                output = chosen(ops, counts.get(i), output, before, 1);
                next = chosen(ops, counts.get(i), next, states, 1);
            }
            states = next;
            outputs.add(output);
        }
        Symbol last = outputs.getLast();
        if (options.zeros && !counts.isEmpty()) {
            throw new NotLowerable("it is unrolled and gives zeros where its mask leaves steps out; leave one of them");
        }
        List<Symbol> kept = options.sequences ? outputs : List.of(last);
        Symbol stacked = ops.pack("stack", kept, 0);
        return new Result(last, ops.transpose(stacked, swap(stacked.rank())), states);
    }

    /// `yes` where the mask counts, `no` elsewhere.
    private static Symbol chosen(Ops ops, Symbol mask, Symbol yes, Symbol no, int fixed) {
        Symbol wide = mask;
        while (wide.rank() < yes.rank()) {
            wide = ops.expandDims(wide, -1);
        }
        int[] multiples = new int[yes.rank()];
        for (int i = 0; i < multiples.length; i++) {
            multiples[i] = i < fixed ? 1 : yes.size(i);
        }
        return ops.select(ops.tile(wide, multiples), yes, no);
    }

    private static List<Symbol> chosen(Ops ops, Symbol mask, List<Symbol> yes, List<Symbol> no, int fixed) {
        List<Symbol> all = new ArrayList<>();
        for (int i = 0; i < yes.size(); i++) {
            all.add(chosen(ops, mask, yes.get(i), no.get(i), fixed));
        }
        return all;
    }

    private Result loop(Symbol steps, List<Symbol> initial, @Nullable Symbol mask) {
        Symbol count = ops.sizeOf(steps, 0);
        Symbol list = listOf(options.backwards ? ops.reverse(steps, 0) : steps);
        Cells.Step first = cell.step(ops, ops.first(steps, 0), initial);
        Shape element = first.output().shape();
        Symbol written = reserve(element, options.sequences ? count : ops.integer(1));
        Symbol masks = mask == null ? null : listOf(options.backwards ? ops.reverse(mask, 0) : mask);
        List<Symbol> carried = new ArrayList<>(List.of(ops.integer(0), count, ops.integer(0), written));
        Symbol before = masks == null ? null : ops.zerosLike(first.output());
        if (before != null) {
            carried.add(before);
        }
        carried.addAll(initial);
        List<Symbol> results = whileLoop(carried, steps, mask, list, masks, before);
        Map<String, AttrValue> attributes = Map.of(
                "element_dtype", Attr.type(DataType.DT_FLOAT),
                "num_elements", Attr.integer(options.sequences ? steps.size(0) : 1));
        int[] stacked = new int[element.rank() + 1];
        stacked[0] = options.sequences ? steps.size(0) : 1;
        System.arraycopy(element.toArray(), 0, stacked, 1, element.rank());
        Symbol outputs = ops.graph.add(
                "TensorListStack",
                "TensorListStack",
                DataType.DT_FLOAT,
                Shape.of(stacked),
                attributes,
                results.get(3),
                ops.vector(element.toArray()));
        Symbol last = ops.slice(outputs, new int[] {-1}, new int[] {0}, new int[] {1}, 0, 0, 1);
        return new Result(
                last,
                ops.transpose(outputs, swap(outputs.rank())),
                results.subList(before == null ? 4 : 5, carried.size()));
    }

    private Symbol listOf(Symbol x) {
        Map<String, AttrValue> attributes =
                Map.of("element_dtype", BasicOps.typed(x), "shape_type", Attr.type(DataType.DT_INT32));
        Symbol element = ops.vector(without(x.shape(), 0).toArray());
        return ops.graph.add(
                "TensorListFromTensor",
                "TensorListFromTensor",
                DataType.DT_VARIANT,
                Shape.SCALAR,
                attributes,
                x,
                element);
    }

    private Symbol reserve(Shape element, Symbol count) {
        Map<String, AttrValue> attributes =
                Map.of("element_dtype", Attr.type(DataType.DT_FLOAT), "shape_type", Attr.type(DataType.DT_INT32));
        return ops.graph.add(
                "TensorListReserve",
                "TensorListReserve",
                DataType.DT_VARIANT,
                Shape.SCALAR,
                attributes,
                ops.vector(element.toArray()),
                count);
    }

    private List<Symbol> whileLoop(
            List<Symbol> carried,
            Symbol steps,
            @Nullable Symbol mask,
            Symbol list,
            @Nullable Symbol masks,
            @Nullable Symbol before) {
        GraphWriter body = ops.graph.function();
        Ops inside = new Ops(body);
        List<Symbol> own = arguments(body, carried);
        List<Symbol> results = new ArrayList<>();
        Symbol time = own.get(2);
        Symbol x = element(inside, list, time, without(steps.shape(), 0), steps.type());
        int firstState = before == null ? 4 : 5;
        List<Symbol> states = own.subList(firstState, own.size());
        Symbol counted = mask == null || masks == null
                ? null
                : element(inside, masks, time, without(mask.shape(), 0), DataType.DT_BOOL);
        Cells.Step step = cell.step(inside, x, states);
        Symbol output = step.output();
        List<Symbol> next = step.states();
        if (counted != null && before != null) {
            int fixed = counted.rank();
            output = chosen(inside, counted, output, options.zeros ? before : own.get(4), fixed);
            next = chosen(inside, counted, next, states, fixed);
        }
        results.add(inside.add(own.get(0), inside.integer(1)));
        results.add(own.get(1));
        results.add(inside.add(time, inside.integer(1)));
        results.add(setElement(inside, own.get(3), options.sequences ? time : inside.integer(0), output));
        if (before != null) {
            results.add(output);
        }
        results.addAll(next);
        List<Symbol> captures = List.copyOf(body.captures());
        captures.forEach(capture -> results.add(body.local(capture)));
        List<Symbol> all = new ArrayList<>(carried);
        all.addAll(captures);
        return node(all, condition(all), body.define("while_body", results));
    }

    private static List<Symbol> arguments(GraphWriter function, List<Symbol> values) {
        List<Symbol> arguments = new ArrayList<>();
        for (Symbol value : values) {
            arguments.add(function.argument("loop", value.type(), value.shape()));
        }
        return arguments;
    }

    private String condition(List<Symbol> all) {
        GraphWriter function = ops.graph.function();
        Ops inside = new Ops(function);
        List<Symbol> own = arguments(function, all);
        // The bound is an argument too: what a condition captured would have to be one of the body as well.
        Symbol more = inside.compare("Less", own.get(2), own.get(1));
        Symbol inTime = inside.compare("Less", own.get(0), own.get(1));
        return function.define("while_cond", List.of(inside.compare("LogicalAnd", inTime, more)));
    }

    private static Symbol element(Ops ops, Symbol list, Symbol index, Shape shape, DataType type) {
        return ops.graph.add(
                "TensorListGetItem",
                "TensorListGetItem",
                type,
                shape,
                Map.of("element_dtype", Attr.type(type)),
                list,
                index,
                ops.vector(shape.toArray()));
    }

    private static Symbol setElement(Ops ops, Symbol list, Symbol index, Symbol value) {
        Map<String, AttrValue> attributes =
                Map.of("element_dtype", BasicOps.typed(value), "resize_if_index_out_of_bounds", Attr.flag(false));
        return ops.graph.add(
                "TensorListSetItem",
                "TensorListSetItem",
                DataType.DT_VARIANT,
                Shape.SCALAR,
                attributes,
                list,
                index,
                value);
    }

    private List<Symbol> node(List<Symbol> all, String condition, String body) {
        List<DataType> types = all.stream().map(Symbol::type).toList();
        List<Shape> shapes = all.stream().map(Symbol::shape).toList();
        Map<String, AttrValue> attributes = new HashMap<>();
        attributes.put("T", Attr.types(types));
        attributes.put("output_shapes", Attr.shapes(shapes));
        attributes.put("cond", Attr.function(condition));
        attributes.put("body", Attr.function(body));
        attributes.put("parallel_iterations", Attr.integer(32));
        return ops.graph.addAll("While", "while", types, shapes, attributes, all);
    }
}
