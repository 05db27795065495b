package dev.lithe.operators.spatial;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;

/// How SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND cut space into blocks: a tensor `[batch, spatial…, rest…]` with margins
/// around its spatial dimensions is cut into blocks of `sizes`, and all elements at the same place within their block
/// make a batch of their own. The batches of the places follow each other, the original batches within each.
///
/// @param sizes the block's size per spatial dimension
/// @param margins before and after, per spatial dimension
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
record SpaceBlocks(int[] sizes, int[] margins) {
    SpaceBlocks {
        if (margins.length != 2 * sizes.length) {
            throw new ShapeException(sizes.length + " block sizes and " + margins.length + " margins");
        }
        for (int size : sizes) {
            if (size <= 0) {
                throw new ShapeException("a block size of " + size);
            }
        }
        for (int margin : margins) {
            if (margin < 0) {
                throw new ShapeException("a margin of " + margin);
            }
        }
    }

    /// The shape of the batches that a space is cut into.
    Shape batches(Shape space) {
        require(space);
        int[] dimensions = space.toArray();
        for (int d = 0; d < sizes.length; d++) {
            dimensions[0] =
                    dimensions[0] == Shape.UNKNOWN ? Shape.UNKNOWN : Math.multiplyExact(dimensions[0], sizes[d]);
            if (dimensions[d + 1] != Shape.UNKNOWN) {
                int padded = Math.addExact(dimensions[d + 1], Math.addExact(margins[2 * d], margins[2 * d + 1]));
                if (padded % sizes[d] != 0) {
                    throw new ShapeException("dimension " + (d + 1) + " of " + space + " with its margins is " + padded
                            + ", blocks of " + sizes[d] + " do not cover it");
                }
                dimensions[d + 1] = padded / sizes[d];
            }
        }
        return Shape.of(dimensions);
    }

    /// The shape of the space that was cut into batches.
    Shape space(Shape batches) {
        require(batches);
        int[] dimensions = batches.toArray();
        for (int d = 0; d < sizes.length; d++) {
            if (dimensions[0] != Shape.UNKNOWN) {
                if (dimensions[0] % sizes[d] != 0) {
                    throw new ShapeException(batches + " has no batch for each place of blocks of " + sizes[d]);
                }
                dimensions[0] /= sizes[d];
            }
            if (dimensions[d + 1] != Shape.UNKNOWN) {
                int cropped = Math.multiplyExact(dimensions[d + 1], sizes[d]) - margins[2 * d] - margins[2 * d + 1];
                if (cropped < 0) {
                    throw new ShapeException("the margins leave nothing of dimension " + (d + 1) + " of " + batches);
                }
                dimensions[d + 1] = cropped;
            }
        }
        return Shape.of(dimensions);
    }

    private void require(Shape shape) {
        if (shape.rank() < sizes.length + 1) {
            throw new ShapeException(shape + " has less than " + sizes.length + " spatial dimensions");
        }
    }

    /// Copies what lies inside the space between the two forms.
    ///
    /// @param toBatches the direction
    void copy(Tensor space, Tensor batches, boolean toBatches) {
        int places = 1;
        for (int size : sizes) {
            places *= size;
        }
        for (int place = 0; place < places; place++) {
            copyPlace(space, batches, place, toBatches);
        }
    }

    private void copyPlace(Tensor space, Tensor batches, int place, boolean toBatches) {
        int[] spaceStrides = ElementCopy.strides(space.shape());
        int[] batchStrides = ElementCopy.strides(batches.shape());
        int[] counts = space.shape().toArray();
        int inSpace = 0;
        int inBatches = place * counts[0] * batchStrides[0];
        int rest = place;
        for (int d = sizes.length - 1; d >= 0; d--) {
            int within = rest % sizes[d] - margins[2 * d];
            rest /= sizes[d];
            // Block i holds element i * size + within of the space: the first and the end of those inside.
            int first = within < 0 ? (sizes[d] - 1 - within) / sizes[d] : 0;
            int end = Math.floorDiv(counts[d + 1] - within + sizes[d] - 1, sizes[d]);
            end = Math.min(end, batches.shape().dimension(d + 1));
            inSpace += (first * sizes[d] + within) * spaceStrides[d + 1];
            inBatches += first * batchStrides[d + 1];
            counts[d + 1] = Math.max(0, end - first);
            spaceStrides[d + 1] *= sizes[d];
        }
        if (toBatches) {
            ElementCopy.block(counts, space, inSpace, spaceStrides, batches, inBatches, batchStrides);
        } else {
            ElementCopy.block(counts, batches, inBatches, batchStrides, space, inSpace, spaceStrides);
        }
    }
}
