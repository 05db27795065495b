package dev.lithe.runtime.internal;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import org.jspecify.annotations.Nullable;

/// What is known of a subgraph before it runs, for given input shapes.
///
/// @param shapes by tensor; null where the shape depends on values that are computed
/// @param known values by tensor: constants, and what was computed from them
/// @param folded by node: its outputs are known, it need not run
/// @param dynamic by node: the shapes of its outputs are found when it runs
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
record ShapePlan(@Nullable Shape[] shapes, @Nullable Tensor[] known, boolean[] folded, boolean[] dynamic) {}
