package dev.lithe.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The fixtures are written by numpy (make_npy_fixtures.py); their elements follow from their index.
class NpyTest {
    @TempDir
    Path folder;

    private static double[] expected(double start, double step) {
        return IntStream.range(0, 24).mapToDouble(i -> start + step * i).toArray();
    }

    @ParameterizedTest
    @CsvSource({
        "f2, FLOAT16, -2.5, 0.5",
        "f4, FLOAT32, -2.5, 0.5",
        "f8, FLOAT64, -2.5, 0.5",
        "i1, INT8, -5, 1",
        "i2, INT16, -5, 1",
        "i4, INT32, -5, 1",
        "i8, INT64, -5, 1",
        "u1, UINT8, 0, 1",
        "u2, UINT16, 0, 1",
        "u4, UINT32, 0, 1",
        "u8, UINT64, 0, 1",
        "big_f4, FLOAT32, -2.5, 0.5",
        "big_i2, INT16, -5, 1",
        "fortran_f4, FLOAT32, -2.5, 0.5",
        "fortran_big_i8, INT64, -5, 1",
        "version2, FLOAT32, -2.5, 0.5",
        "version3, FLOAT32, -2.5, 0.5"
    })
    void readsWhatNumpyWrote(String name, TensorType type, double start, double step) {
        Tensor tensor = Npy.read(Fixtures.path("npy/" + name + ".npy"));

        assertThat(tensor.type()).isEqualTo(type);
        assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3, 4));
        assertThat(tensor.toDoubles()).containsExactly(expected(start, step));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f4", "big_i2", "fortran_f4", "fortran_big_i8"})
    void readsRowsAlone(String name) {
        NpyArray array = Npy.open(Fixtures.path("npy/" + name + ".npy"));

        Tensor second = array.rows(1, 1);

        assertThat(second.shape()).isEqualTo(Shape.of(1, 3, 4));
        assertThat(second.toDoubles())
                .containsExactly(Arrays.copyOfRange(array.tensor().toDoubles(), 12, 24));
        assertThatThrownBy(() -> array.rows(1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void readsBoolsAndComplexNumbers() {
        Tensor bools = Npy.read(Fixtures.path("npy/b1.npy"));
        Tensor complex = Npy.read(Fixtures.path("npy/c8.npy"));

        assertThat(bools.type()).isEqualTo(TensorType.BOOL);
        assertThat(bools.toDoubles())
                .containsExactly(IntStream.range(0, 24)
                        .mapToDouble(i -> i % 3 == 0 ? 1 : 0)
                        .toArray());
        assertThat(complex.floats()).hasSize(48).startsWith(-2.5f, 0f, -2f, 1f);
    }

    @Test
    void readsStrings() {
        assertThat(text("bytes")).containsExactly("a", "bcd", "", "e\0f");
        assertThat(text("unicode")).containsExactly("a", "Zürich", "\uD83D\uDE00!", "");
        assertThat(text("unicode_big")).containsExactly("a", "Zürich", "\uD83D\uDE00!", "");
    }

    private static String[] text(String name) {
        return Arrays.stream(Npy.read(Fixtures.path("npy/" + name + ".npy")).strings())
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toArray(String[]::new);
    }

    @Test
    void readsScalarsAndEmptyArrays() {
        assertThat(Npy.read(Fixtures.path("npy/scalar.npy")).shape()).isEqualTo(Shape.SCALAR);
        assertThat(Npy.read(Fixtures.path("npy/scalar.npy")).floats()).containsExactly(1.5f);
        assertThat(Npy.read(Fixtures.path("npy/empty.npy")).shape()).isEqualTo(Shape.of(0, 3));
        assertThat(Npy.open(Fixtures.path("npy/empty.npy")).rows(0, 0).elementCount())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"object, Python objects", "structured, structured array", "date, dtype"})
    void refusesWhatNoTensorHolds(String name, String reason) {
        assertThatThrownBy(() -> Npy.open(Fixtures.path("npy/" + name + ".npy")))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("LQ0503");
    }

    /// Cut anywhere, the file is an error; what is read is never longer than what is there.
    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.path("npy/f4.npy"));
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Npy.open(cut)).isInstanceOf(DatasetException.class);
        }
    }

    @Test
    void refusesBytesAfterTheArray() throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.path("npy/f4.npy"));
        Path longer = Files.write(folder.resolve("longer.npy"), Arrays.copyOf(whole, whole.length + 4));

        assertThatThrownBy(() -> Npy.open(longer))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("needs 96 bytes, 100 follow");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
                "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }",
                "{'descr': '<f4', 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 'x'}",
                "{'descr': '<f4",
                "[]",
                "{'descr': '|S0', 'fortran_order': False, 'shape': (2147483647,), }"
            })
    void refusesAbsurdHeaders(String header) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        byte[] file = new byte[10 + text.length + 4];
        System.arraycopy(
                new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0}, 0, file, 0, 10);
        System.arraycopy(text, 0, file, 10, text.length);
        Path path = Files.write(folder.resolve("absurd.npy"), file);

        assertThatThrownBy(() -> Npy.open(path)).isInstanceOf(DatasetException.class);
    }

    @Test
    void tellsOfAMissingFile() {
        assertThatThrownBy(() -> Npy.open(folder.resolve("none.npy")))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("none.npy")
                .hasMessageContaining("LQ0501");
    }

    /// numpy's own files are the yardstick: what is written must equal them byte for byte.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1", "c8", "scalar", "empty", "bytes"
            })
    void writesTheBytesThatNumpyWrites(String name) throws IOException {
        Path numpys = Fixtures.path("npy/" + name + ".npy");
        Path ours = folder.resolve("ours.npy");

        Npy.write(ours, Npy.read(numpys));

        assertThat(Files.readAllBytes(ours)).isEqualTo(Files.readAllBytes(numpys));
    }

    @Test
    void writesTypesThatNumpyLacksInWiderOnes() {
        short[] bits = {(short) (Float.floatToIntBits(1.5f) >>> 16)};
        Path path = folder.resolve("wide.npy");

        Npy.write(path, Tensor.wrap(TensorType.BFLOAT16, Shape.of(1), QuantizationParameters.NONE, bits));

        assertThat(Npy.read(path).floats()).containsExactly(1.5f);
    }

    @Test
    void refusesStringsThatNumpyWouldShorten() {
        Tensor strings =
                Tensor.wrap(TensorType.STRING, Shape.of(1), QuantizationParameters.NONE, new byte[][] {{'a', 0}});

        assertThatThrownBy(() -> Npy.write(folder.resolve("strings.npy"), strings))
                .isInstanceOf(DatasetException.class);
        assertThat(folder).isEmptyDirectory();
    }
}
