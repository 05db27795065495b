package dev.lithe.graph;

import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Checks that a model hangs together: ids exist, operators stand in execution order, nothing is written
/// twice, constants have the bytes that their shapes need. It knows nothing of what operators mean.
public final class GraphValidator {
    private final Model model;
    private final List<Offender> offenders = new ArrayList<>();

    private GraphValidator(Model model) {
        this.model = model;
    }

    /// @throws InvalidModelException listing everything that is wrong
    public static Model validate(Model model) {
        GraphValidator validator = new GraphValidator(model);
        validator.run();
        if (!validator.offenders.isEmpty()) {
            throw new InvalidModelException(
                    "LQ0201",
                    "the model contradicts itself",
                    "convert it again with the tool that wrote it; if Lithe wrote it, report this as a fault.",
                    validator.offenders);
        }
        return model;
    }

    private void run() {
        if (model.subgraphs().isEmpty()) {
            offenders.add(new Offender(Location.file(model.source()), "there is no subgraph"));
        }
        for (int i = 0; i < model.subgraphs().size(); i++) {
            checkSubgraph(i, model.subgraphs().get(i));
        }
        for (SignatureDef signature : model.signatures()) {
            checkSignature(signature);
        }
    }

    private void checkSubgraph(int index, Subgraph subgraph) {
        Set<TensorId> written = new HashSet<>(subgraph.inputs());
        for (TensorSpec spec : subgraph.tensors().values()) {
            if (spec.isConstant() || spec.variable()) {
                written.add(spec.id());
            }
            checkConstant(index, spec);
            for (TensorId id : spec.quantization().detailTensors()) {
                boolean constant = subgraph.tensors().containsKey(id)
                        && subgraph.tensor(id).isConstant();
                require(constant, index, "tensor '" + spec.name() + "'", id + ", its scales, is no constant");
            }
        }
        for (TensorId input : subgraph.inputs()) {
            require(subgraph.tensors().containsKey(input), index, "input", input + " does not exist");
        }
        for (int n = 0; n < subgraph.nodes().size(); n++) {
            checkNode(index, subgraph, n, written);
        }
        for (TensorId output : subgraph.outputs()) {
            require(subgraph.tensors().containsKey(output), index, "output", output + " does not exist");
            require(written.contains(output), index, "output", nameOf(subgraph, output) + " is never written");
        }
    }

    private void checkNode(int index, Subgraph subgraph, int position, Set<TensorId> written) {
        Node node = subgraph.nodes().get(position);
        String what = position + " " + node.code();
        for (TensorId input : node.inputs()) {
            if (!input.isPresent()) {
                continue;
            }
            if (!subgraph.tensors().containsKey(input)) {
                require(false, index, what, "input " + input + " does not exist");
            } else {
                require(
                        written.contains(input),
                        index,
                        what,
                        "reads " + nameOf(subgraph, input) + " before anything writes it");
            }
        }
        for (TensorId output : node.outputs()) {
            if (!output.isPresent()) {
                continue;
            }
            require(subgraph.tensors().containsKey(output), index, what, "output " + output + " does not exist");
            TensorSpec spec = subgraph.tensors().get(output);
            boolean fresh = written.add(output);
            require(
                    fresh || (spec != null && spec.variable()),
                    index,
                    what,
                    "writes " + nameOf(subgraph, output) + ", which has a value already");
        }
    }

    private void checkConstant(int index, TensorSpec spec) {
        Constant constant = spec.constant();
        if (constant == null || spec.sparsity() != null || spec.type() == TensorType.STRING) {
            return;
        }
        try {
            long units = Math.multiplyExact(spec.shape().elementCount(), (long) Tensor.unitsPerElement(spec.type()));
            long needed = Tensor.packedByteSize(spec.type(), units);
            require(
                    constant.byteSize() == needed,
                    index,
                    "constant '" + spec.name() + "'",
                    "has " + constant.byteSize() + " bytes where " + spec.type() + spec.shape() + " needs " + needed);
        } catch (ArithmeticException e) {
            require(false, index, "constant '" + spec.name() + "'", "is of absurd shape " + spec.shape());
        }
    }

    private void checkSignature(SignatureDef signature) {
        String what = "signature '" + signature.key() + "'";
        if (signature.subgraph() < 0
                || signature.subgraph() >= model.subgraphs().size()) {
            require(false, signature.subgraph(), what, "its subgraph does not exist");
            return;
        }
        Subgraph subgraph = model.subgraphs().get(signature.subgraph());
        signature
                .inputs()
                .forEach((name, id) -> require(
                        subgraph.inputs().contains(id), signature.subgraph(), what, name + " is no subgraph input"));
        signature
                .outputs()
                .forEach((name, id) -> require(
                        subgraph.tensors().containsKey(id), signature.subgraph(), what, name + " does not exist"));
    }

    private void require(boolean holds, int subgraph, String operator, String what) {
        if (!holds) {
            offenders.add(new Offender(Location.operator(model.source(), subgraph, -1, operator, null), what));
        }
    }

    private static String nameOf(Subgraph subgraph, TensorId id) {
        TensorSpec spec = subgraph.tensors().get(id);
        return spec == null ? id.toString() : "'" + spec.name() + "'";
    }
}
