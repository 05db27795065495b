package dev.lithe.operators;

import dev.lithe.graph.Node;
import dev.lithe.graph.Options;
import dev.lithe.schema.BuiltinOperator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything that is known of one kind of operator, as data and functions. Built by [#of], all parts but `tolerance`
/// required: a part that is forgotten fails when the class is loaded, and the registry test loads them all.
///
/// @param parse reads a node's options into the record
/// @param options writes the record as options
/// @param runtimes the first runtime (`"1.14.0"`) that knows each version, keyed by version
public record Definition<O extends Operator>(
        Class<O> type,
        BuiltinOperator code,
        Function<Node, O> parse,
        Function<O, Options> options,
        List<Operand> inputs,
        List<Operand> outputs,
        ShapeRule<O> shapes,
        QuantizationRule quantization,
        VersionRule<O> versions,
        SortedMap<Integer, String> runtimes,
        ReferenceKernel<O> reference,
        Tolerance tolerance) {
    public static <O extends Operator> Builder<O> of(Class<O> type, BuiltinOperator code) {
        return new Builder<>(type, code);
    }

    /// Collects the parts of a definition.
    public static final class Builder<O extends Operator> {
        private final Class<O> type;
        private final BuiltinOperator code;
        private @Nullable Function<Node, O> parse;
        private @Nullable Function<O, Options> options;
        private @Nullable List<Operand> inputs;
        private @Nullable List<Operand> outputs;
        private @Nullable ShapeRule<O> shapes;
        private @Nullable QuantizationRule quantization;
        private @Nullable VersionRule<O> versions;
        private final TreeMap<Integer, String> runtimes = new TreeMap<>();
        private Tolerance tolerance = Tolerance.EXACT;

        private Builder(Class<O> type, BuiltinOperator code) {
            this.type = type;
            this.code = code;
        }

        public Builder<O> options(Function<Node, O> parser, Function<O, Options> printer) {
            this.parse = parser;
            this.options = printer;
            return this;
        }

        public Builder<O> inputs(Operand... operands) {
            this.inputs = List.of(operands);
            return this;
        }

        public Builder<O> outputs(Operand... operands) {
            this.outputs = List.of(operands);
            return this;
        }

        public Builder<O> shapes(ShapeRule<O> rule) {
            this.shapes = rule;
            return this;
        }

        public Builder<O> quantization(QuantizationRule rule) {
            this.quantization = rule;
            return this;
        }

        public Builder<O> versions(VersionRule<O> rule) {
            this.versions = rule;
            return this;
        }

        /// Version `version` is known from `runtime` on.
        public Builder<O> runtime(int version, String runtime) {
            runtimes.put(version, runtime);
            return this;
        }

        public Builder<O> tolerance(Tolerance limit) {
            this.tolerance = limit;
            return this;
        }

        public Definition<O> reference(ReferenceKernel<O> kernel) {
            return new Definition<>(
                    type,
                    code,
                    Objects.requireNonNull(parse, "options"),
                    Objects.requireNonNull(options, "options"),
                    Objects.requireNonNull(inputs, "inputs"),
                    Objects.requireNonNull(outputs, "outputs"),
                    Objects.requireNonNull(shapes, "shapes"),
                    Objects.requireNonNull(quantization, "quantization"),
                    Objects.requireNonNull(versions, "versions"),
                    runtimes,
                    kernel,
                    tolerance);
        }
    }
}
