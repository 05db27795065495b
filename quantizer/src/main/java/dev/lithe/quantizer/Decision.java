package dev.lithe.quantizer;

import dev.lithe.graph.Location;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.OperatorCode;

/// What was decided for one operator of the source model, and why.
///
/// @param missing a prerequisite that the user can supply stands in the way (a range), rather than a missing kernel
public record Decision(
        NodeId node, OperatorCode code, Location location, Precision precision, String reason, boolean missing) {
    public Decision(NodeId node, OperatorCode code, Location location, Precision precision, String reason) {
        this(node, code, location, precision, reason, false);
    }
}
