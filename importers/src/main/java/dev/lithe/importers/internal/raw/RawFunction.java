package dev.lithe.importers.internal.raw;

import java.util.List;

/// A function that a node of control flow runs: a branch, the condition or the body of a loop.
///
/// @param parameters the nodes that stand for its arguments, in order
/// @param graph what it computes; its outputs are the function's results
public record RawFunction(String name, List<RawNode> parameters, RawGraph graph) {
    /// The operator of the nodes that stand for arguments.
    public static final String PARAMETER = "_Arg";

    public RawFunction {
        parameters = List.copyOf(parameters);
    }

    /// The number of the parameter that `port` is, seen through nodes that only hand on; -1 for anything else.
    public int parameter(RawPort port) {
        return parameters.indexOf(port.source().node());
    }
}
