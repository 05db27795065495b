package dev.lithe.datasets.internal;

import dev.lithe.datasets.EdgeQuantization;
import dev.lithe.datasets.ImageOptions;
import dev.lithe.datasets.ImageOptions.Size;
import dev.lithe.datasets.InputSpec;
import dev.lithe.datasets.Sample;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Images, one a sample, for a model with a single input in which height, width and channels (or channels first)
/// stand in this order, with or without a batch dimension of 1.
record ImageFiles(Assembler assembler, ImageOptions options) implements FileSamples.Reader {
    /// The orders in which an input can hold an image, the most usual one first.
    private enum Layout {
        NHWC,
        NCHW,
        HWC,
        CHW,
        NHW,
        HW;

        Shape shape(int height, int width, int channels) {
            return switch (this) {
                case NHWC -> Shape.of(1, height, width, channels);
                case NCHW -> Shape.of(1, channels, height, width);
                case HWC -> Shape.of(height, width, channels);
                case CHW -> Shape.of(channels, height, width);
                case NHW -> Shape.of(1, height, width);
                case HW -> Shape.of(height, width);
            };
        }

        boolean holds(int channels) {
            return channels == 1 || (this != NHW && this != HW);
        }

        boolean channelsFirst() {
            return this == NCHW || this == CHW;
        }
    }

    private InputSpec input() {
        return assembler.signature().inputs().getFirst();
    }

    @Override
    public void check(Path file, List<Offender> offenders) {
        int inputs = assembler.signature().inputs().size();
        if (inputs != 1) {
            offenders.add(new Offender(
                    Location.file(file.toString()), "images serve a model with one input, this one has " + inputs));
            return;
        }
        Assembler.addProblem(offenders, file.toString(), input(), typeProblem());
        Size size = options.size();
        int[] heightAndWidth = size == null ? ImageFile.size(file) : new int[] {size.height(), size.width()};
        if (layout(heightAndWidth[0], heightAndWidth[1]) == null) {
            Assembler.addProblem(offenders, file.toString(), input(), sizeProblem(heightAndWidth));
        }
    }

    private @Nullable String typeProblem() {
        TensorType type = input().type();
        if (type == TensorType.FLOAT32 || EdgeQuantization.canQuantizeTo(type, input().quantization())) {
            return null;
        }
        if (type == TensorType.UINT8) {
            boolean plain = options.mean().equals(ImageOptions.DEFAULT.mean())
                    && options.std().equals(ImageOptions.DEFAULT.std());
            return plain ? null : "takes bytes without a scale: leave out --normalize";
        }
        return "is " + Fit.numpyName(type) + ", which images do not become";
    }

    private String sizeProblem(int[] heightAndWidth) {
        Shape declared = input().declaredShape();
        String resize = declared.rank() >= 2 && options.size() == null ? ": give --resize WxH" : "";
        return "the image has " + heightAndWidth[0] + " rows, " + heightAndWidth[1] + " columns and "
                + options.channels().count() + " channels where " + Fit.text(declared) + " is expected" + resize;
    }

    private @Nullable Layout layout(int height, int width) {
        int channels = options.channels().count();
        for (Layout layout : Layout.values()) {
            if (layout.holds(channels) && input().accepts(layout.shape(height, width, channels))) {
                return layout;
            }
        }
        return null;
    }

    @Override
    public Sample read(Path file, @Nullable Tensor label) {
        Pixels image = ImageFile.read(file, options.channels());
        Size size = options.size();
        if (size != null) {
            image = Resizer.resize(image, size.height(), size.width(), options.resizeMode(), options.interpolation());
        }
        Layout layout = layout(image.height(), image.width());
        if (layout == null) {
            throw DataErrors.image(
                    file.toString(),
                    sizeProblem(new int[] {image.height(), image.width()}),
                    "give images of the model's input size, or --resize WxH.");
        }
        Tensor tensor = tensor(image, layout);
        return assembler.assemble(Map.of(input().name(), tensor), label, file.toString());
    }

    private Tensor tensor(Pixels image, Layout layout) {
        Shape shape = layout.shape(image.height(), image.width(), image.channels());
        float[] values = normalized(image, layout.channelsFirst());
        if (input().type() != TensorType.UINT8
                || EdgeQuantization.canQuantizeTo(TensorType.UINT8, input().quantization())) {
            return Tensor.of(shape, values);
        }
        QuantizationParameters bytes = QuantizationParameters.perTensor(1, 0);
        return EdgeQuantization.toType(Tensor.of(shape, values), TensorType.UINT8, bytes);
    }

    private float[] normalized(Pixels image, boolean channelsFirst) {
        int channels = image.channels();
        int area = image.height() * image.width();
        float[] values = new float[area * channels];
        for (int c = 0; c < channels; c++) {
            float mean = options.mean().get(options.mean().size() == 1 ? 0 : c);
            float std = options.std().get(options.std().size() == 1 ? 0 : c);
            for (int i = 0; i < area; i++) {
                float value = (image.values()[i * channels + c] - mean) / std;
                values[channelsFirst ? c * area + i : i * channels + c] = value;
            }
        }
        return values;
    }

    @Override
    public String digestOptions() {
        return options.toString();
    }
}
