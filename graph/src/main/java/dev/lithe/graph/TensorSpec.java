package dev.lithe.graph;

import dev.lithe.schema.SparsityParametersTable;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.VariantSubTypeTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a tensor before anything runs.
///
/// `shape` is what a plan allocates unless inputs are resized (unknown dimensions stand as 1, as the
/// format has it); `shapeSignature` is null where every dimension is fixed, otherwise the shape with
/// `-1` for the unknown ones. `constant` is null for activations, inputs and variables.
public record TensorSpec(
        TensorId id,
        String name,
        TensorType type,
        Shape shape,
        @Nullable Shape shapeSignature,
        QuantizationParameters quantization,
        boolean variable,
        @Nullable Constant constant,
        @Nullable SparsityParametersTable sparsity,
        List<VariantSubTypeTable> variantTensors) {
    public TensorSpec {
        variantTensors = List.copyOf(variantTensors);
    }

    /// A plain activation (or, with `withConstant`, a constant) without quantization.
    public static TensorSpec of(TensorId id, String name, TensorType type, Shape shape) {
        Shape signature = shape.isKnown() ? null : shape;
        return new TensorSpec(
                id,
                name,
                type,
                shape.withUnknown(1),
                signature,
                QuantizationParameters.NONE,
                false,
                null,
                null,
                List.of());
    }

    /// A tensor of which not even the number of dimensions is known before running: `shape` stands as
    /// `[]`, and so does `shapeSignature`, which a scalar has not.
    public static TensorSpec unranked(TensorId id, String name, TensorType type) {
        return new TensorSpec(
                id, name, type, Shape.SCALAR, Shape.SCALAR, QuantizationParameters.NONE, false, null, null, List.of());
    }

    /// Whether the number of dimensions is known.
    public boolean isRanked() {
        return shapeSignature == null || shapeSignature.rank() > 0;
    }

    public boolean isConstant() {
        return constant != null;
    }

    /// The shape with `-1` where a dimension is unknown.
    public Shape declaredShape() {
        return shapeSignature == null ? shape : shapeSignature;
    }

    public TensorSpec withId(TensorId newId) {
        return new TensorSpec(
                newId, name, type, shape, shapeSignature, quantization, variable, constant, sparsity, variantTensors);
    }

    public TensorSpec withName(String newName) {
        return new TensorSpec(
                id, newName, type, shape, shapeSignature, quantization, variable, constant, sparsity, variantTensors);
    }

    /// The same tensor in another type and quantization; a constant must be replaced along with it.
    public TensorSpec withType(TensorType newType, QuantizationParameters newQuantization) {
        return new TensorSpec(
                id,
                name,
                newType,
                shape,
                shapeSignature,
                newQuantization,
                variable,
                constant,
                sparsity,
                variantTensors);
    }

    public TensorSpec withQuantization(QuantizationParameters newQuantization) {
        return withType(type, newQuantization);
    }

    /// The same tensor with another shape; unknown dimensions go to the signature and stand as 1.
    public TensorSpec withShape(Shape newShape) {
        return new TensorSpec(
                id,
                name,
                type,
                newShape.withUnknown(1),
                newShape.isKnown() ? null : newShape,
                quantization,
                variable,
                constant,
                sparsity,
                variantTensors);
    }

    public TensorSpec withConstant(@Nullable Constant newConstant) {
        return new TensorSpec(
                id, name, type, shape, shapeSignature, quantization, variable, newConstant, sparsity, variantTensors);
    }

    public TensorSpec withSparsity(@Nullable SparsityParametersTable newSparsity) {
        return new TensorSpec(
                id, name, type, shape, shapeSignature, quantization, variable, constant, newSparsity, variantTensors);
    }
}
