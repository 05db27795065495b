package dev.lithe.operators.convolution;

import dev.lithe.graph.Shape;

/// Walks the positions of a window over a batch of images. At each position it lists the taps that lie inside the
/// image, in row-major order: where their input begins, and which tap of the filter they are. One instance serves
/// one run.
final class ConvolutionWindow {
    final int images;
    final int outputHeight;
    final int outputWidth;
    final int inputChannels;
    /// How many runs [#locate] found.
    int runs;
    /// For each run, the index of its first input element.
    final int[] inputStart;
    /// For each run, its first tap.
    final int[] firstTap;
    /// For each run, how many taps follow each other both in the filter and in the image.
    final int[] taps;

    private final WindowOptions options;
    private final int inputHeight;
    private final int inputWidth;
    private final int filterHeight;
    private final int filterWidth;
    private final int padTop;
    private final int padLeft;
    private final boolean joined;

    /// @param joinTaps whether taps that lie side by side in the image may come as one run
    ConvolutionWindow(WindowOptions options, Shape input, Shape filter, boolean joinTaps) {
        this.options = options;
        this.images = input.dimension(0);
        this.inputHeight = input.dimension(1);
        this.inputWidth = input.dimension(2);
        this.inputChannels = input.dimension(3);
        this.filterHeight = filter.dimension(1);
        this.filterWidth = filter.dimension(2);
        this.outputHeight = options.vertical(input, filter).outputSize();
        this.outputWidth = options.horizontal(input, filter).outputSize();
        this.padTop = options.vertical(input, filter).before();
        this.padLeft = options.horizontal(input, filter).before();
        this.joined = joinTaps && options.dilationWidth() == 1;
        int most = joined ? filterHeight : filterHeight * filterWidth;
        this.inputStart = new int[most];
        this.firstTap = new int[most];
        this.taps = new int[most];
    }

    int filterTaps() {
        return filterHeight * filterWidth;
    }

    /// Finds the taps inside the image for the window at output position (`y`, `x`).
    void locate(int image, int y, int x) {
        int top = y * options.strideHeight() - padTop;
        int left = x * options.strideWidth() - padLeft;
        int firstX = firstInside(left, options.dilationWidth());
        int endX = endInside(left, options.dilationWidth(), inputWidth, filterWidth);
        runs = 0;
        for (int fy = 0; fy < filterHeight; fy++) {
            int inputY = top + fy * options.dilationHeight();
            if (inputY < 0 || inputY >= inputHeight || firstX >= endX) {
                continue;
            }
            int row = (image * inputHeight + inputY) * inputWidth;
            for (int fx = firstX; fx < endX; fx++) {
                inputStart[runs] = (row + left + fx * options.dilationWidth()) * inputChannels;
                firstTap[runs] = fy * filterWidth + fx;
                taps[runs] = joined ? endX - fx : 1;
                runs++;
                if (joined) {
                    break;
                }
            }
        }
    }

    private static int firstInside(int origin, int dilation) {
        return origin >= 0 ? 0 : (-origin + dilation - 1) / dilation;
    }

    private static int endInside(int origin, int dilation, int inputSize, int filterSize) {
        return origin >= inputSize ? 0 : Math.min(filterSize, (inputSize - 1 - origin) / dilation + 1);
    }
}
