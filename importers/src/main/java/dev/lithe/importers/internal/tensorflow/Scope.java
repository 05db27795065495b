package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.SubgraphTable;
import dev.lithe.importers.internal.checkpoint.Checkpoint;
import dev.lithe.importers.internal.raw.RawNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/// What all subgraphs of a model have in common while they are lowered.
///
/// @param file what messages call the model
/// @param ids counts tensors and operators
/// @param subgraphs takes the subgraphs of control flow
/// @param variables gives the value of a variable by its handle
/// @param assets files that belong to the model, by the name of the node that holds their path
/// @param state variables that change, and hash tables
/// @param allowCustomOps whether what cannot be lowered stays a custom operator
record Scope(
        String file,
        SubgraphBuilder.Ids ids,
        SubgraphTable subgraphs,
        Function<RawNode, Checkpoint.Entry> variables,
        Map<String, Path> assets,
        ModelState state,
        boolean allowCustomOps) {}
