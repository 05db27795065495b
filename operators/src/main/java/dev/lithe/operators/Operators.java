package dev.lithe.operators;

import dev.lithe.graph.Node;
import dev.lithe.operators.custom.CustomKernels;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The registry: all operators that are understood, found by walking the `permits` clauses from [Operator] down.
public final class Operators {
    private static final Map<BuiltinOperator, Definition<?>> BY_CODE = load();

    private Operators() {}

    /// All definitions, in the order of the schema's codes.
    public static List<Definition<?>> definitions() {
        return List.copyOf(BY_CODE.values());
    }

    public static Optional<Definition<?>> definition(BuiltinOperator code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /// The meaning of `node`; [UnknownOperator] where it has not been taught.
    public static Operator of(Node node) {
        if (node.code().builtin() == BuiltinOperator.CUSTOM) {
            return custom(node);
        }
        Definition<?> definition = BY_CODE.get(node.code().builtin());
        return definition == null
                ? new UnknownOperator(node.code())
                : definition.parse().apply(node);
    }

    private static Operator custom(Node node) {
        Optional<CustomKernel> kernel = CustomKernels.find(node.code().customName());
        return kernel.isPresent()
                ? new CustomOperator(node.code().customName(), node.options().custom(), kernel.orElseThrow())
                : new UnknownOperator(node.code());
    }

    /// The custom operators that are known without being registered, by name.
    public static Set<String> customNames() {
        return CustomKernels.names();
    }

    /// The definition behind `operator`.
    @SuppressWarnings("unchecked") // a definition parses into its own type only
    public static <O extends Operator> Optional<Definition<O>> definitionOf(O operator) {
        if (operator instanceof CustomOperator) {
            return Optional.of((Definition<O>) CustomOperator.DEFINITION);
        }
        return BY_CODE.values().stream()
                .filter(d -> d.type() == operator.getClass())
                .map(d -> (Definition<O>) d)
                .findFirst();
    }

    private static Map<BuiltinOperator, Definition<?>> load() {
        List<Class<?>> leaves = new ArrayList<>();
        collect(Operator.class, leaves);
        Map<BuiltinOperator, Definition<?>> byCode = new EnumMap<>(BuiltinOperator.class);
        for (Class<?> leaf : leaves) {
            if (leaf == UnknownOperator.class || leaf == CustomOperator.class) {
                continue;
            }
            Definition<?> definition = definitionField(leaf);
            Definition<?> other = byCode.put(definition.code(), definition);
            if (other != null) {
                throw new IllegalStateException(
                        definition.code() + " is claimed by " + leaf + " and by " + other.type());
            }
        }
        return Collections.unmodifiableMap(byCode);
    }

    private static void collect(Class<?> type, List<Class<?>> leaves) {
        if (!type.isSealed()) {
            leaves.add(type);
            return;
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            collect(permitted, leaves);
        }
    }

    private static Definition<?> definitionField(Class<?> leaf) {
        try {
            return (Definition<?>) leaf.getField("DEFINITION").get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(leaf + " needs a public static final DEFINITION", e);
        }
    }
}
