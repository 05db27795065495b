package dev.lithe.runtime;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Checks named tensors against an entry and gives them to a context.
final class InputBinding {
    private final String source;
    private final Edge edge;
    private final ExecutionContext context;
    private final List<Offender> offenders = new ArrayList<>();

    InputBinding(String source, Edge edge, ExecutionContext context) {
        this.source = source;
        this.edge = edge;
        this.context = context;
    }

    /// @throws DatasetException listing every name, type and shape that does not fit
    void bind(Map<String, Tensor> given) {
        given.keySet().stream()
                .filter(name -> !edge.inputs().containsKey(name))
                .forEach(name -> complain("there is no input '" + name + "'"));
        edge.inputs().forEach((name, spec) -> {
            Tensor tensor = given.get(name);
            if (tensor == null) {
                complain("input '" + name + "' is missing");
            } else {
                check(name, spec, tensor);
            }
        });
        if (!offenders.isEmpty()) {
            throw new DatasetException(
                    "LQ0520", "the inputs do not fit " + source, "give " + expected() + ".", offenders);
        }
        bindAll(given);
    }

    private void check(String name, TensorSpec spec, Tensor tensor) {
        if (tensor.type() != spec.type() && !canBeQuantized(spec, tensor)) {
            complain("input '" + name + "' is " + spec.type() + ", given is " + tensor.type());
        }
        if (!fits(tensor.shape(), spec.declaredShape())) {
            complain("input '" + name + "' has shape " + spec.declaredShape() + ", given is " + tensor.shape());
        }
    }

    static boolean canBeQuantized(TensorSpec spec, Tensor tensor) {
        boolean integer =
                spec.type() == TensorType.INT8 || spec.type() == TensorType.UINT8 || spec.type() == TensorType.INT16;
        return tensor.type() == TensorType.FLOAT32
                && integer
                && spec.quantization().scales().size() == 1;
    }

    /// A declared shape without dimensions stands for a scalar, and in files that leave the number of
    /// dimensions open for any shape; planning tells what the operators make of it.
    private static boolean fits(Shape given, Shape declared) {
        if (declared.rank() == 0) {
            return true;
        }
        if (given.rank() != declared.rank()) {
            return false;
        }
        for (int i = 0; i < given.rank(); i++) {
            if (declared.dimension(i) != Shape.UNKNOWN && declared.dimension(i) != given.dimension(i)) {
                return false;
            }
        }
        return true;
    }

    private void bindAll(Map<String, Tensor> given) {
        List<TensorSpec> inputs = context.inputs();
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            tensors.add(tensorFor(i, inputs.get(i), given));
        }
        context.resizeInputs(tensors.stream().map(Tensor::shape).toList());
        for (int i = 0; i < inputs.size(); i++) {
            context.setInput(i, tensors.get(i));
        }
    }

    private Tensor tensorFor(int index, TensorSpec spec, Map<String, Tensor> given) {
        for (Map.Entry<String, TensorSpec> entry : edge.inputs().entrySet()) {
            Tensor tensor = given.get(entry.getKey());
            if (entry.getValue().id().equals(spec.id()) && tensor != null) {
                return tensor.type() == spec.type()
                        ? tensor
                        : QuantizationMath.quantize(tensor, spec.type(), spec.quantization());
            }
        }
        // An input that the signature does not name keeps zeros.
        return Tensor.allocate(spec.type(), context.inputShape(index), spec.quantization());
    }

    private String expected() {
        return edge.inputs().entrySet().stream()
                .map(entry -> "'" + entry.getKey() + "' " + entry.getValue().type()
                        + entry.getValue().declaredShape())
                .collect(Collectors.joining(", "));
    }

    private void complain(String what) {
        offenders.add(new Offender(Location.NOWHERE, what));
    }
}
