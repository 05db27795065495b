package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A binary operator with one constant operand that follows an affine operator and gives nothing
/// larger than it.
///
/// @param binary the operator
/// @param affine where its other operand comes from; nobody else reads that
/// @param value the constant: one number, or one for each channel
record BinaryConstant(Node binary, Node affine, TensorSpec value) {
    /// The pattern at `node`, for one of `codes`; the constant may stand first only where the
    /// operator commutes.
    static @Nullable BinaryConstant match(
            Node node, GraphView view, Set<BuiltinOperator> codes, Set<BuiltinOperator> affines) {
        BuiltinOperator code = node.code().builtin();
        if (!codes.contains(code)) {
            return null;
        }
        boolean commutes = code == BuiltinOperator.ADD || code == BuiltinOperator.MUL;
        for (int constant = 1; constant >= (commutes ? 0 : 1); constant--) {
            Node affine = view.soleProducer(node, 1 - constant, affines);
            if (affine != null && Affine.takesMore(affine, view) && fits(node, constant, affine, view)) {
                return new BinaryConstant(node, affine, view.input(node, constant));
            }
        }
        return null;
    }

    private static boolean fits(Node node, int constant, Node affine, GraphView view) {
        return view.isFloatConstant(node, constant)
                && FloatConstants.isPerChannel(view.input(node, constant).shape(), Affine.channels(affine, view))
                && view.output(affine).isRanked()
                && view.output(node).isRanked()
                && view.output(node).declaredShape().equals(view.output(affine).declaredShape());
    }
}
