package dev.lithe.operators;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Checks that operators have the operands that they need, in types that they take, with the quantization
/// that their kernels rely on. Operators that are not understood are left alone.
public final class OperatorValidator {
    private final Model model;
    private final List<Offender> offenders = new ArrayList<>();

    private OperatorValidator(Model model) {
        this.model = model;
    }

    /// Checks operands and quantization: what the official runtime refuses, and what it would silently
    /// compute wrongly.
    ///
    /// @throws InvalidModelException listing everything that is wrong
    public static Model validate(Model model) {
        OperatorValidator validator = new OperatorValidator(model);
        validator.walk((subgraph, index, view) -> {
            validator.checkOperands(subgraph, index, view);
            new QuantizationChecks(model, subgraph, index, view, validator.offenders).run();
        });
        return validator.verdict();
    }

    /// Checks operands alone: enough to run the model.
    ///
    /// @throws InvalidModelException listing everything that is wrong
    public static Model validateOperands(Model model) {
        OperatorValidator validator = new OperatorValidator(model);
        validator.walk(validator::checkOperands);
        return validator.verdict();
    }

    private interface Check {
        void check(int subgraph, int index, NodeView view);
    }

    private void walk(Check check) {
        for (int s = 0; s < model.subgraphs().size(); s++) {
            Subgraph subgraph = model.subgraphs().get(s);
            for (int n = 0; n < subgraph.nodes().size(); n++) {
                check.check(s, n, new NodeView(subgraph, subgraph.nodes().get(n)));
            }
        }
    }

    private Model verdict() {
        if (!offenders.isEmpty()) {
            throw new InvalidModelException(
                    "LQ0210",
                    "operators of " + model.source() + " break the rules of their kernels",
                    "quantize or export the model again; if Lithe wrote it, report this as a fault.",
                    offenders);
        }
        return model;
    }

    private void checkOperands(int subgraph, int index, NodeView view) {
        Node node = view.node();
        Operators.definition(node.code().builtin()).ifPresent(definition -> {
            Location location = Location.operator(
                    model.source(), subgraph, index, node.code().toString(), null);
            check(view.subgraph(), location, "input", definition.inputs(), node.inputs());
            check(view.subgraph(), location, "output", definition.outputs(), node.outputs());
        });
    }

    private void check(Subgraph subgraph, Location at, String kind, List<Operand> operands, List<TensorId> ids) {
        boolean variadic = !operands.isEmpty() && operands.getLast().variadic();
        if (!variadic && ids.size() > operands.size()) {
            offenders.add(new Offender(at, "has " + ids.size() + " " + kind + "s, takes " + operands.size()));
        }
        for (int i = 0; i < operands.size(); i++) {
            Operand operand = operands.get(i);
            boolean present = i < ids.size() && ids.get(i).isPresent();
            if (!present && !operand.optional()) {
                offenders.add(new Offender(at, kind + " " + i + " (" + operand.name() + ") is missing"));
            }
        }
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i).isPresent() && (i < operands.size() || variadic)) {
                Operand operand = operands.get(Math.min(i, operands.size() - 1));
                checkType(subgraph.tensor(ids.get(i)), at, kind + " " + i, operand);
            }
        }
    }

    private void checkType(TensorSpec spec, Location at, String what, Operand operand) {
        Set<TensorType> types = operand.types();
        if (!types.contains(spec.type())) {
            String allowed = types.stream().sorted().map(TensorType::name).collect(Collectors.joining(", "));
            Location location =
                    Location.operator(at.file(), at.subgraph(), at.operatorIndex(), nameOf(at), spec.name());
            offenders.add(new Offender(
                    location, what + " (" + operand.name() + ") is " + spec.type() + ", may be " + allowed));
        }
    }

    private static String nameOf(Location at) {
        return at.operator() == null ? "" : at.operator();
    }
}
