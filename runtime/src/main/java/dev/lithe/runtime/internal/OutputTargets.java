package dev.lithe.runtime.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where the caller wants the outputs of a subgraph. An array takes the output's place in the context's
/// memory while the subgraph runs, so that the last kernel writes to it; what is no array is filled in
/// one piece after the run.
final class OutputTargets {
    private final CompiledSubgraph code;
    private final String source;
    /// Whether a kernel that runs fills the tensor, and nothing but the run reads it: then it may lie
    /// elsewhere.
    private final boolean[] movable;

    private final @Nullable Tensor[] tensors;
    private final @Nullable CallerMemory[] memory;
    private final boolean[] elsewhere;

    OutputTargets(CompiledSubgraph code, String source) {
        this.code = code;
        this.source = source;
        this.movable = movable(code);
        this.tensors = new Tensor[code.outputs().length];
        this.memory = new CallerMemory[code.outputs().length];
        this.elsewhere = new boolean[code.specs().length];
    }

    private static boolean[] movable(CompiledSubgraph code) {
        boolean[] movable = new boolean[code.specs().length];
        for (CompiledNode node : code.nodes()) {
            for (int output : node.outputs()) {
                if (output >= 0) {
                    movable[output] = !code.specs()[output].variable() && !code.specs()[output].isConstant();
                }
            }
        }
        for (int input : code.inputs()) {
            movable[input] = false;
        }
        return movable;
    }

    void set(int index, @Nullable Tensor tensor, @Nullable CallerMemory segment) {
        tensors[index] = tensor;
        memory[index] = segment;
        Arrays.fill(elsewhere, false);
        for (int i = 0; i < tensors.length; i++) {
            if (tensors[i] != null) {
                elsewhere[code.outputs()[i]] |= movable[code.outputs()[i]];
            }
        }
    }

    void clear() {
        Arrays.fill(tensors, null);
        Arrays.fill(memory, null);
        Arrays.fill(elsewhere, false);
    }

    /// By tensor: whether it lies in the caller's memory.
    boolean[] elsewhere() {
        return elsewhere;
    }

    /// Puts the caller's arrays in their places for a run; whether there are any.
    ///
    /// @param inputs the caller's inputs, by index
    /// @throws DatasetException where an array is also an input, or another output
    boolean place(Memory arena, @Nullable Tensor[] inputs) {
        boolean any = false;
        for (int i = 0; i < tensors.length; i++) {
            Tensor target = tensors[i];
            if (target != null) {
                requireAlone(i, target, inputs);
                int position = code.outputs()[i];
                if (elsewhere[position] && !arena.isKnown(position)) {
                    arena.put(position, target);
                    any = true;
                }
            }
        }
        return any;
    }

    private void requireAlone(int index, Tensor target, @Nullable Tensor[] inputs) {
        for (int i = 0; i < inputs.length; i++) {
            Tensor input = inputs[i];
            if (input != null && input.array() == target.array()) {
                throw shared(index, "input " + i);
            }
        }
        for (int i = 0; i < index; i++) {
            Tensor other = tensors[i];
            if (other != null && other.array() == target.array()) {
                throw shared(index, "output " + i);
            }
        }
    }

    private DatasetException shared(int index, String other) {
        return new DatasetException(
                "LQ0530",
                location(index),
                "output " + index + " is to lie in the array of " + other,
                "give each its own array: a run writes outputs while it still reads inputs.");
    }

    /// Fills what does not lie in the caller's memory already.
    void deliver(Memory arena) {
        for (int i = 0; i < tensors.length; i++) {
            Tensor target = tensors[i];
            CallerMemory segment = memory[i];
            if (target != null) {
                deliver(i, arena.get(code.outputs()[i]), target);
            } else if (segment != null) {
                Tensor result = arena.get(code.outputs()[i]);
                long size = Sizes.bytes(result.type(), result.elementCount() * Tensor.unitsPerElement(result.type()));
                if (segment.memory().byteSize() != size) {
                    throw otherShape(i, result, segment.memory().byteSize() + " bytes");
                }
                segment.write(result);
            }
        }
    }

    private void deliver(int index, Tensor result, Tensor target) {
        if (!target.shape().equals(result.shape())) {
            throw otherShape(index, result, target.toString());
        }
        if (target.array() != result.array()) {
            int units = result.elementCount() * Tensor.unitsPerElement(result.type());
            System.arraycopy(result.array(), 0, target.array(), 0, units);
        }
    }

    /// The shape of an output that depends on values shows only after the run.
    private DatasetException otherShape(int index, Tensor result, String given) {
        return new DatasetException(
                "LQ0531",
                location(index),
                "output " + index + " has come out as " + result + ", the memory for it is " + given,
                "take this output from the context after the run: its shape depends on values.");
    }

    private Location location(int index) {
        return Location.tensor(source, code.index(), code.specs()[code.outputs()[index]].name());
    }
}
