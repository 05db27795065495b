package dev.lithe.runtime;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.runtime.internal.CompiledSubgraph;
import dev.lithe.runtime.internal.Compiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes models executable.
public final class Runtime {
    private Runtime() {}

    /// Plans `model`: chooses and prepares kernels, unpacks constants, checks everything that can be checked
    /// before a run.
    ///
    /// @throws UnsupportedException listing every operator that this version cannot run, or where the model
    ///     needs more memory than allowed
    /// @throws InvalidModelException where operands, shapes or quantization do not fit together
    /// @throws MalformedModelException where the model's file cannot be read any more
    public static CompiledModel compile(Model model, PlanOptions options) {
        return compile(model, options, List.of());
    }

    /// The same with kernels of other origin, which are asked before all others.
    public static CompiledModel compile(Model model, PlanOptions options, List<KernelProvider> extra) {
        List<KernelProvider> providers = new ArrayList<>(extra);
        providers.addAll(Providers.of(model, options));
        Compiler compiler = new Compiler(model, options, providers);
        Map<Integer, CompiledSubgraph> subgraphs = compiler.compile();
        String kernels =
                providers.isEmpty() ? "reference" : providers.getFirst().name();
        CompiledModel compiled = new CompiledModel(model, options, subgraphs, kernels, compiler.constantBytes());
        checkEntries(compiled, subgraphs);
        return compiled;
    }

    /// Plans the entries whose input shapes are fixed, so that what is wrong with them shows now. An input without
    /// dimensions may be one of any shape, see [InputBinding].
    private static void checkEntries(CompiledModel compiled, Map<Integer, CompiledSubgraph> subgraphs) {
        List<Integer> entries = new ArrayList<>(List.of(0));
        compiled.model().signatures().forEach(signature -> entries.add(signature.subgraph()));
        for (int entry : entries.stream().distinct().toList()) {
            CompiledSubgraph code = subgraphs.get(entry);
            boolean fixed = code != null
                    && CompiledModel.specs(code, code.inputs()).stream()
                            .allMatch(spec -> spec.shapeSignature() == null
                                    && spec.shape().rank() > 0);
            if (fixed) {
                compiled.newContext(entry).arenaBytes();
            }
        }
    }
}
