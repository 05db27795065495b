package dev.lithe.operators;

import dev.lithe.graph.Shape;
import dev.lithe.schema.Bytes;
import java.util.List;

/// What a custom operator means: given by whoever knows the operator, for all nodes with its name.
///
/// Immutable: all plans and threads share it. `options` are the bytes that the file stores with a node, usually a
/// FlexBuffer ([FlexBuffer#map]).
public interface CustomKernel {
    /// The shapes of the outputs, as a [ShapeRule] gives them: an unknown one has an unknown dimension, and the kernel
    /// then calls [KernelContext#resize].
    List<Shape> shapes(Bytes options, ShapeContext context);

    /// Prepares one node. Throws [IllegalArgumentException] where options or types cannot be right.
    Kernel prepare(Bytes options, KernelSetup setup);
}
