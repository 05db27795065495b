package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.List;

/// How nodes of one kind become operators.
@FunctionalInterface
interface Rule {
    /// The node's results, one for each output that anything may read.
    ///
    /// @throws NotLowerable where this node cannot be expressed
    List<Laid> lower(Call call);
}
