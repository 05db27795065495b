package dev.lithe.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An array out of a `.npy` file (format versions 1 to 3, row-major, little-endian).
///
/// @param type NumPy's letter and item size without the byte order, such as `f4` or `i1`
/// @param shape the dimensions
/// @param data the elements
record Npy(String type, List<Integer> shape, byte[] data) {
    private static final Pattern TYPE = Pattern.compile("'descr': *'[<|]([a-z]\\d+)'");
    private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([^)]*)\\)");

    static Npy read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int start = bytes[6] == 1 ? 10 : 12;
        int header = Byte.toUnsignedInt(bytes[8]) | Byte.toUnsignedInt(bytes[9]) << 8;
        String text = new String(bytes, start, header, ISO_8859_1);
        if (!text.contains("'fortran_order': False")) {
            throw new IOException(file + " is not in row-major order");
        }
        return new Npy(
                find(TYPE, text, file),
                shape(find(SHAPE, text, file)),
                Arrays.copyOfRange(bytes, start + header, bytes.length));
    }

    /// The slices along the leading axis.
    List<byte[]> samples() {
        int size = data.length / shape.getFirst();
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < shape.getFirst(); i++) {
            samples.add(Arrays.copyOfRange(data, i * size, (i + 1) * size));
        }
        return samples;
    }

    private static String find(Pattern pattern, String header, Path file) throws IOException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new IOException(file + ": no " + pattern + " in " + header);
        }
        return matcher.group(1);
    }

    private static List<Integer> shape(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(dimension -> !dimension.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }
}
