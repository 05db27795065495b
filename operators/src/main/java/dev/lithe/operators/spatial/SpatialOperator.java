package dev.lithe.operators.spatial;

import dev.lithe.operators.Operator;

/// Operators that rearrange, resize or mirror the height and width of images.
public sealed interface SpatialOperator extends Operator
        permits ResizeBilinear,
                ResizeNearestNeighbor,
                SpaceToBatchNd,
                BatchToSpaceNd,
                SpaceToDepth,
                DepthToSpace,
                MirrorPad {}
