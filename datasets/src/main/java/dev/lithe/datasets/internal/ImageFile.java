package dev.lithe.datasets.internal;

import dev.lithe.datasets.ImageOptions.Channels;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Image files as pixels of 0 to 255. Transparency and colour profiles are ignored, as TensorFlow's decoder does.
final class ImageFile {
    /// A damaged header must not make us ask for all memory.
    private static final long MOST_PIXELS = 1 << 27;

    private static final String FIX = "give PNG, JPEG, BMP, GIF or TIFF images with gray or RGB pixels.";

    /// Reads something of an opened image.
    private interface Part<T> {
        T of(ImageReader reader) throws IOException;
    }

    private ImageFile() {}

    /// Height and width, from the header alone.
    static int[] size(Path path) {
        return open(path, ImageFile::checkedSize);
    }

    /// The first image of the file, in the order of `channels`.
    static Pixels read(Path path, Channels channels) {
        return open(path, reader -> {
            checkedSize(reader);
            return pixels(path, reader.read(0), channels);
        });
    }

    private static int[] checkedSize(ImageReader reader) throws IOException {
        int[] size = {reader.getHeight(0), reader.getWidth(0)};
        if ((long) size[0] * size[1] > MOST_PIXELS) {
            throw new IOException("its header claims " + size[1] + "x" + size[0] + " pixels");
        }
        return size;
    }

    private static <T> T open(Path path, Part<T> part) {
        try (ImageInputStream input =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(Files.readAllBytes(path)))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
            if (!readers.hasNext()) {
                throw DataErrors.image(path.toString(), "its content is no image of a known kind", FIX);
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(input, true, true);
                return part.of(reader);
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw Files.isReadable(path)
                    ? DataErrors.image(path.toString(), "it cannot be decoded (" + e.getMessage() + ")", FIX)
                    : DataErrors.unreadable(path, new IOException(e));
        }
    }

    private static Pixels pixels(Path path, BufferedImage image, Channels channels) {
        int height = image.getHeight();
        int width = image.getWidth();
        float[] rgb = image.getColorModel() instanceof IndexColorModel ? palette(image) : bands(path, image);
        int count = channels.count();
        float[] values = new float[height * width * count];
        for (int i = 0; i < height * width; i++) {
            float red = rgb[3 * i];
            float green = rgb[3 * i + 1];
            float blue = rgb[3 * i + 2];
            switch (channels) {
                case GRAY -> values[i] = luma(red, green, blue);
                case RGB -> set(values, 3 * i, red, green, blue);
                case BGR -> set(values, 3 * i, blue, green, red);
            }
        }
        return new Pixels(height, width, count, values);
    }

    /// ITU-R BT.601's weights, as tf.image.rgb_to_grayscale; a pixel that is gray already stays exactly what it
    /// is.
    private static float luma(float red, float green, float blue) {
        return red == green && green == blue ? red : 0.2989f * red + 0.587f * green + 0.114f * blue;
    }

    private static void set(float[] values, int at, float first, float second, float third) {
        values[at] = first;
        values[at + 1] = second;
        values[at + 2] = third;
    }

    /// The raw samples of gray and RGB images: going through [BufferedImage#getRGB] would bend gray values, which
    /// Java takes for linear light.
    private static float[] bands(Path path, BufferedImage image) {
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int bits = raster.getSampleModel().getSampleSize(0);
        if (bands > 4 || bits > 16) {
            throw DataErrors.image(path.toString(), "it has " + bands + " channels of " + bits + " bits", FIX);
        }
        boolean gray = bands <= 2;
        int width = image.getWidth();
        float[] rgb = new float[3 * width * image.getHeight()];
        int[] row = new int[bands * width];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[3 * (y * width + x) + c] = toByte(row[bands * x + (gray ? 0 : c)], bits);
                }
            }
        }
        return rgb;
    }

    /// 16-bit samples keep their upper byte, fewer than 8 bits are spread over 0 to 255, both as libpng does.
    private static float toByte(int sample, int bits) {
        return bits > 8 ? sample >> (bits - 8) : bits == 8 ? sample : sample * 255 / ((1 << bits) - 1);
    }

    private static float[] palette(BufferedImage image) {
        int width = image.getWidth();
        float[] rgb = new float[3 * width * image.getHeight()];
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < width; x++) {
                int color = image.getRGB(x, y);
                set(rgb, 3 * (y * width + x), color >> 16 & 255, color >> 8 & 255, color & 255);
            }
        }
        return rgb;
    }
}
