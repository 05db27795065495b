package dev.lithe.importers.internal.raw;

import java.util.List;
import java.util.Map;

/// Inside functions an input is named by the output's name and an index within that output. Most
/// operators have a single output (which may be a list), so that the index is all that matters;
/// those with several are listed here in order.
final class OperatorOutputs {
    private static final List<String> FUSED_BATCH_NORM =
            List.of("y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2", "reserve_space_3");
    private static final List<String> VALUES_INDICES = List.of("values", "indices");
    private static final List<String> NON_MAX_SUPPRESSION =
            List.of("selected_indices", "selected_scores", "valid_outputs");
    private static final Map<String, List<String>> NAMES = Map.ofEntries(
            Map.entry("FusedBatchNorm", FUSED_BATCH_NORM),
            Map.entry("FusedBatchNormV2", FUSED_BATCH_NORM),
            Map.entry("FusedBatchNormV3", FUSED_BATCH_NORM),
            Map.entry("TopK", VALUES_INDICES),
            Map.entry("TopKV2", VALUES_INDICES),
            Map.entry("Unique", List.of("y", "idx")),
            Map.entry("UniqueV2", List.of("y", "idx")),
            Map.entry("UniqueWithCounts", List.of("y", "idx", "count")),
            Map.entry("MaxPoolWithArgmax", List.of("output", "argmax")),
            Map.entry("Switch", List.of("output_false", "output_true")),
            Map.entry("Merge", List.of("output", "value_index")),
            Map.entry("NonMaxSuppressionV4", List.of("selected_indices", "valid_outputs")),
            Map.entry("NonMaxSuppressionV5", NON_MAX_SUPPRESSION),
            Map.entry("Svd", List.of("s", "u", "v")),
            Map.entry("Qr", List.of("q", "r")),
            Map.entry("TensorListPopBack", List.of("output_handle", "tensor")),
            Map.entry("TensorListConcat", List.of("tensor", "lengths")),
            Map.entry("TensorListConcatV2", List.of("tensor", "lengths")),
            Map.entry("TensorArrayV3", List.of("handle", "flow")),
            Map.entry("TensorArrayConcatV3", List.of("value", "lengths")),
            Map.entry("ListDiff", List.of("out", "idx")),
            Map.entry("SoftmaxCrossEntropyWithLogits", List.of("loss", "backprop")));

    private OperatorOutputs() {}

    /// The position among all outputs of a node of kind `op`.
    static int index(String op, String output, int index) {
        int position = NAMES.getOrDefault(op, List.of()).indexOf(output);
        return position < 0 ? index : position + index;
    }
}
