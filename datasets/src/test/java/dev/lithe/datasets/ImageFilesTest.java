package dev.lithe.datasets;

import static dev.lithe.datasets.Samples.all;
import static dev.lithe.datasets.Samples.floats;
import static dev.lithe.datasets.Samples.int8;
import static dev.lithe.datasets.Samples.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.ImageOptions.Channels;
import dev.lithe.datasets.ImageOptions.Interpolation;
import dev.lithe.datasets.ImageOptions.ResizeMode;
import dev.lithe.datasets.ImageOptions.Size;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.Floats;
import dev.lithe.schema.TensorType;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TensorFlow's decoders and tf.image.resize are the yardstick (make_image_fixtures.py).
class ImageFilesTest {
    private static final Map<String, Tensor> ANSWERS = Npz.read(Fixtures.path("images/answers.npz"));

    @TempDir
    Path folder;

    private Tensor read(String file, ImageOptions options, InputSpec input) throws IOException {
        Files.copy(Fixtures.path("images/" + file), folder.resolve(file));
        return all(Dataset.of(folder, DataOptions.DEFAULT.withImages(options)).bind(signature(input)))
                .getFirst()
                .inputs()
                .get("x");
    }

    private static Tensor answer(String name) {
        return Objects.requireNonNull(ANSWERS.get(name), name);
    }

    private static InputSpec open(int channels) {
        return floats("x", -1, -1, -1, channels);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb.png", "rgba.png"})
    void decodesLosslessColours(String file) throws IOException {
        Tensor image = read(file, ImageOptions.DEFAULT, open(3));

        assertThat(image.shape()).isEqualTo(Shape.of(1, 13, 10, 3));
        assertThat(image.toDoubles()).containsExactly(answer("rgb").toDoubles());
    }

    @Test
    void swapsChannels() throws IOException {
        double[] rgb = answer("rgb").toDoubles();

        double[] bgr = read("rgb.png", ImageOptions.DEFAULT.withChannels(Channels.BGR), open(3))
                .toDoubles();

        assertThat(Arrays.copyOf(bgr, 3)).containsExactly(rgb[2], rgb[1], rgb[0]);
    }

    @Test
    void decodesGrayAsItIs() throws IOException {
        double[] rgb = answer("rgb").toDoubles();

        double[] gray = read("gray.png", ImageOptions.DEFAULT.withChannels(Channels.GRAY), open(1))
                .toDoubles();

        for (int i = 0; i < gray.length; i++) {
            assertThat(gray[i]).isEqualTo(rgb[3 * i]);
        }
    }

    @Test
    void decodesSixteenBits() throws IOException {
        ImageOptions options = ImageOptions.DEFAULT.withChannels(Channels.GRAY);

        assertThat(read("gray16.png", options, open(1)).toDoubles())
                .containsExactly(answer("gray16").toDoubles());
    }

    @Test
    void decodesPalettes() throws IOException {
        byte[] ramp = {10, 120, (byte) 250};
        IndexColorModel palette = new IndexColorModel(2, 3, ramp, new byte[] {1, 2, 3}, new byte[] {4, 5, 6});
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
        image.getRaster().setPixel(0, 0, new int[] {2});
        image.getRaster().setPixel(1, 0, new int[] {1});
        ImageIO.write(image, "png", folder.resolve("palette.png").toFile());

        assertThat(all(Dataset.of(folder).bind(signature(open(3))))
                        .getFirst()
                        .inputs()
                        .get("x")
                        .floats())
                .containsExactly(250, 3, 6, 120, 2, 5);
    }

    /// With TensorFlow's accurate transform; its default one is off by up to 5 steps.
    @Test
    void decodesJpegAsTensorFlow() throws IOException {
        assertThat(read("photo.jpg", ImageOptions.DEFAULT, open(3)).toDoubles())
                .containsExactly(answer("photo").toDoubles());
    }

    @Test
    void weighsColoursIntoGray() throws IOException {
        Tensor gray = read("rgb.png", ImageOptions.DEFAULT.withChannels(Channels.GRAY), open(1));

        assertClose(gray, answer("luma"), 1e-3);
    }

    @ParameterizedTest
    @CsvSource({
        "BILINEAR, 5, 7", "BILINEAR, 26, 31", "BILINEAR, 13, 3", "BILINEAR, 1, 1",
        "NEAREST, 5, 7", "NEAREST, 26, 31", "NEAREST, 13, 3", "NEAREST, 1, 1",
        "BICUBIC, 5, 7", "BICUBIC, 26, 31", "BICUBIC, 13, 3", "BICUBIC, 1, 1",
        "AREA, 5, 7", "AREA, 26, 31", "AREA, 13, 3", "AREA, 1, 1"
    })
    void interpolatesAsTensorFlow(Interpolation interpolation, int height, int width) throws IOException {
        ImageOptions options =
                ImageOptions.DEFAULT.withSize(new Size(width, height)).withInterpolation(interpolation);

        Tensor image = read("rgb.png", options, floats("x", 1, height, width, 3));

        assertClose(
                image,
                answer(interpolation.name().toLowerCase(java.util.Locale.ROOT) + "_" + height + "_" + width),
                2e-3);
    }

    @ParameterizedTest
    @CsvSource({"CROP, 8, 8", "CROP, 6, 20", "CROP, 40, 10", "PAD, 8, 8", "PAD, 6, 20", "PAD, 40, 10"})
    void keepsProportionsAsTensorFlow(ResizeMode mode, int height, int width) throws IOException {
        ImageOptions options =
                ImageOptions.DEFAULT.withSize(new Size(width, height)).withResizeMode(mode);

        Tensor image = read("rgb.png", options, floats("x", 1, height, width, 3));

        assertClose(image, answer(mode.name().toLowerCase(java.util.Locale.ROOT) + "_" + height + "_" + width), 2e-3);
    }

    private static void assertClose(Tensor ours, Tensor theirs, double tolerance) {
        assertThat(ours.elementCount()).isEqualTo(theirs.elementCount());
        for (int i = 0; i < ours.elementCount(); i++) {
            assertThat(ours.elementAsDouble(i)).isCloseTo(theirs.elementAsDouble(i), within(tolerance));
        }
    }

    @Test
    void normalizesAndPutsChannelsFirst() throws IOException {
        ImageOptions options = ImageOptions.DEFAULT.withNormalization(Floats.of(10, 20, 30), Floats.of(2, 4, 8));
        double[] rgb = answer("rgb").toDoubles();

        Tensor image = read("rgb.png", options, floats("x", 1, 3, 13, 10));

        assertThat(image.elementAsDouble(0)).isCloseTo((rgb[0] - 10) / 2, within(1e-5));
        assertThat(image.elementAsDouble(130)).isCloseTo((rgb[1] - 20) / 4, within(1e-5));
        assertThat(image.elementAsDouble(261)).isCloseTo((rgb[5] - 30) / 8, within(1e-5));
    }

    @Test
    void feedsBytesAndQuantizedInputs() throws IOException {
        Files.copy(Fixtures.path("images/rgb.png"), folder.resolve("rgb.png"));
        double[] rgb = answer("rgb").toDoubles();
        InputSpec bytes = InputSpec.of("x", TensorType.UINT8, Shape.of(1, 13, 10, 3));
        InputSpec quantized = int8("x", 1, -128, 1, 13, 10, 3);

        assertThat(first(bytes).toDoubles()).containsExactly(rgb);
        assertThat(first(quantized).toDoubles())
                .containsExactly(Arrays.stream(rgb).map(v -> v - 128).toArray());
        DataSource normalized = Dataset.of(
                folder,
                DataOptions.DEFAULT.withImages(ImageOptions.DEFAULT.withNormalization(Floats.of(0), Floats.of(255))));
        assertThatThrownBy(() -> normalized.bind(signature(bytes))).hasMessageContaining("leave out --normalize");
    }

    private Tensor first(InputSpec input) {
        return Objects.requireNonNull(all(Dataset.of(folder).bind(signature(input)))
                .getFirst()
                .inputs()
                .get("x"));
    }

    @Test
    void takesClassesFromSubFolders() throws IOException {
        for (String name : List.of("b", "a")) {
            Files.createDirectory(folder.resolve(name));
            Files.copy(Fixtures.path("images/rgb.png"), folder.resolve(name).resolve("1.PNG"));
        }

        assertThat(all(Dataset.of(folder).bind(signature(open(3)))))
                .extracting(sample -> Objects.requireNonNull(sample.label()).longs()[0])
                .containsExactly(0L, 1L);
    }

    @Test
    void saysHowToMakeImagesFit() throws IOException {
        Files.copy(Fixtures.path("images/rgb.png"), folder.resolve("rgb.png"));

        assertThatThrownBy(() -> Dataset.of(folder).bind(signature(floats("x", 1, 96, 96, 3))))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(
                        "13 rows, 10 columns and 3 channels where (1, 96, 96, 3) is expected: give --resize");
        assertThatThrownBy(() -> Dataset.of(folder).bind(signature(open(3), floats("y", 1))))
                .hasMessageContaining("images serve a model with one input");
    }

    @Test
    void refusesDamagedImages() throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.path("images/rgb.png"));
        Path file = folder.resolve("cut.png");
        for (int length : new int[] {0, 4, 20, 60, whole.length / 2}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> all(Dataset.of(folder).bind(signature(open(3)))))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("cut.png")
                    .hasMessageContaining("LQ0513");
        }
    }

    @Test
    void refusesAHeaderThatClaimsAbsurdSizes() throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.path("images/rgb.png"));
        whole[16] = 0x7f; // width: two thousand million
        Files.write(folder.resolve("bomb.png"), whole);

        assertThatThrownBy(() -> all(Dataset.of(folder).bind(signature(open(3)))))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("LQ0513");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "96", "96x", "0x5", "5x-1", "axb", "99999999999x1", "1x2x3"})
    void refusesSizesThatAreNone(String text) {
        assertThatThrownBy(() -> Size.parse(text)).hasMessageContaining("LQ0516");
    }

    @Test
    void refusesNormalizationWithoutMeaning() {
        assertThat(Size.parse("96x48")).isEqualTo(new Size(96, 48));
        assertThatThrownBy(() -> ImageOptions.DEFAULT.withNormalization(Floats.of(0), Floats.of(0)))
                .hasMessageContaining("divides by zero");
        assertThatThrownBy(() -> ImageOptions.DEFAULT.withNormalization(Floats.of(1, 2), Floats.of(1)))
                .hasMessageContaining("2 values for 3 channels");
        assertThatThrownBy(() -> ImageOptions.DEFAULT.withNormalization(Floats.of(Float.NaN), Floats.of(1)))
                .hasMessageContaining("NaN");
    }
}
