package dev.lithe.operators;

/// The lowest operator version that says what the node at hand needs.
@FunctionalInterface
public interface VersionRule<O extends Operator> {
    int version(O operator, NodeView node);
}
