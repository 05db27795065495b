package dev.lithe.operators;

import dev.lithe.graph.Shape;
import java.util.List;

/// Gives the shapes of an operator's outputs, one per output. An unknown dimension stays unknown.
///
/// Throws [ShapeException] where the inputs do not fit together; an output whose shape depends on values that are only
/// known at run time has a shape of unknown dimensions.
@FunctionalInterface
public interface ShapeRule<O extends Operator> {
    List<Shape> infer(O operator, ShapeContext context);
}
