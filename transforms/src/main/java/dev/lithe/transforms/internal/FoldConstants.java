package dev.lithe.transforms.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operators;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Computes operators whose inputs are all constant, with their reference kernels. Large results
/// are computed when they are needed; results much larger than what they are made of stay
/// operators.
public final class FoldConstants extends PatternPass {
    private static final long SMALL_BYTES = 1 << 16;
    private static final Set<BuiltinOperator> EXCEPT =
            EnumSet.of(BuiltinOperator.QUANTIZE, BuiltinOperator.DEQUANTIZE, BuiltinOperator.FAKE_QUANT);

    @Override
    public String name() {
        return "fold constants";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        Definition<?> definition = Operators.definition(node.code().builtin()).orElse(null);
        if (definition == null
                || EXCEPT.contains(node.code().builtin())
                || node.inputs().isEmpty()
                || node.outputs().size() != 1
                || view.isOutput(node.output(0))) {
            return null;
        }
        List<@Nullable TensorSpec> inputs = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
            TensorSpec spec = node.hasInput(i) ? view.input(node, i) : null;
            Constant constant = spec == null ? null : spec.constant();
            if (spec != null && (constant == null || !isPlain(spec))) {
                return null;
            }
            bytes += constant == null ? 0 : constant.byteSize();
            inputs.add(spec);
        }
        TensorSpec result = view.output(node);
        if (!isPlain(result) || result.shapeSignature() != null || byteSize(result) > Math.max(SMALL_BYTES, bytes)) {
            return null;
        }
        if (!canRun(definition, node, inputs, result)) {
            return null;
        }
        return patch -> patch.remove(node.id()).setTensor(result.withConstant(fold(definition, node, inputs, result)));
    }

    /// Whether there is a kernel for these types; preparing it says so.
    private static boolean canRun(
            Definition<?> definition, Node node, List<@Nullable TensorSpec> inputs, TensorSpec result) {
        List<Bytes> bytes = sources(inputs).stream().map(Constant::bytes).toList();
        try {
            new KernelRun(node, tensors(inputs, bytes), inputs, result).prepare(definition);
            return true;
        } catch (UnsupportedException e) {
            return false;
        }
    }

    private static boolean isPlain(TensorSpec spec) {
        return !spec.quantization().isPresent()
                && !spec.variable()
                && spec.sparsity() == null
                && spec.type() != TensorType.STRING
                && spec.type() != TensorType.RESOURCE
                && spec.type() != TensorType.VARIANT;
    }

    private static long byteSize(TensorSpec spec) {
        return Tensor.packedByteSize(
                spec.type(),
                Math.multiplyExact(spec.shape().elementCount(), (long) Tensor.unitsPerElement(spec.type())));
    }

    private static Constant fold(
            Definition<?> definition, Node node, List<@Nullable TensorSpec> inputs, TensorSpec result) {
        Constant.Derived lazy =
                new Constant.Derived(node.code().toString(), byteSize(result), sources(inputs), bytes -> {
                    KernelRun run = new KernelRun(node, tensors(inputs, bytes), inputs, result);
                    return run.run(run.prepare(definition)).toBytes();
                });
        TensorSpec computed = FloatConstants.of(result.name(), result.type(), result.shape(), lazy);
        return FloatConstants.constant(computed);
    }

    private static List<Constant> sources(List<@Nullable TensorSpec> inputs) {
        return inputs.stream()
                .filter(Objects::nonNull)
                .map(FloatConstants::constant)
                .toList();
    }

    private static List<@Nullable Tensor> tensors(List<@Nullable TensorSpec> inputs, List<Bytes> bytes) {
        List<@Nullable Tensor> tensors = new ArrayList<>();
        int next = 0;
        for (TensorSpec spec : inputs) {
            tensors.add(
                    spec == null
                            ? null
                            : Tensor.fromLittleEndian(
                                    spec.type(),
                                    spec.shape(),
                                    QuantizationParameters.NONE,
                                    bytes.get(next++).segment()));
        }
        return tensors;
    }
}
