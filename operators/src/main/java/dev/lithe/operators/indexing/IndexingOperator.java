package dev.lithe.operators.indexing;

import dev.lithe.operators.Operator;

/// Operators that look values up, scatter, repeat or reorder them, or make tensors from shapes and single values.
public sealed interface IndexingOperator extends Operator
        permits Gather,
                GatherNd,
                ScatterNd,
                OneHot,
                Range,
                ShapeOf,
                Rank,
                Fill,
                Unique,
                SparseToDense,
                DynamicUpdateSlice,
                EmbeddingLookup,
                EmbeddingLookupSparse,
                HashtableLookup,
                Bitcast,
                Cast,
                ReverseV2,
                ReverseSequence,
                MatrixDiag,
                MatrixSetDiag,
                Tile,
                Densify {}
