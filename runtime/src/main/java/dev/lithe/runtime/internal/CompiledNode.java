package dev.lithe.runtime.internal;

import dev.lithe.graph.Location;
import dev.lithe.graph.Node;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.Operator;

/// A node with its kernel; tensors are positions in their subgraph, -1 where an optional one is absent.
///
/// @param specs all tensors of the subgraph, by position
/// @param foldable whether the node may run once at plan time where its inputs are known then
/// @param variables the inputs that keep state, which the kernel may change
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
record CompiledNode(
        Node node,
        Operator operator,
        Kernel kernel,
        TensorSpec[] specs,
        int[] inputs,
        int[] outputs,
        int[] variables,
        boolean foldable,
        Location location) {}
