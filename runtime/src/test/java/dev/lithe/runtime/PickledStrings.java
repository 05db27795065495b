package dev.lithe.runtime;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Arrays of byte strings as NumPy saves them when they are Python objects: a pickle behind the header. Understands the
/// handful of opcodes that such arrays are made of.
final class PickledStrings {
    private static final Pattern SHAPE = Pattern.compile("'shape': \\(([^)]*)\\)");
    private final ByteBuffer in;
    private final Deque<Object> stack = new ArrayDeque<>();
    private final List<Object> memo = new ArrayList<>();
    private List<?> strings = List.of();

    /// Where a tuple or a list of arguments starts.
    private enum Mark {
        MARK
    }

    private PickledStrings(ByteBuffer in) {
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    /// All arrays of a `.npz` whose elements are Python objects.
    static Map<String, Tensor> read(Path npz) throws IOException {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        try (ZipFile archive = new ZipFile(npz.toFile())) {
            for (ZipEntry entry : archive.stream().toList()) {
                try (InputStream content = archive.getInputStream(entry)) {
                    byte[] bytes = content.readAllBytes();
                    int start = 10 + (bytes[8] & 0xFF) + ((bytes[9] & 0xFF) << 8);
                    String header = new String(bytes, 10, start - 10, StandardCharsets.US_ASCII);
                    if (header.contains("'|O'")) {
                        String name = entry.getName().replace(".npy", "");
                        arrays.put(name, tensor(header, ByteBuffer.wrap(bytes, start, bytes.length - start)));
                    }
                }
            }
        }
        return arrays;
    }

    private static Tensor tensor(String header, ByteBuffer pickle) {
        Matcher matcher = SHAPE.matcher(header);
        if (!matcher.find()) {
            throw new IllegalArgumentException(header);
        }
        int[] sizes = Arrays.stream(matcher.group(1).split(","))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
        PickledStrings reader = new PickledStrings(pickle);
        while (reader.step()) {}
        byte[][] values = reader.strings.stream().map(byte[].class::cast).toArray(byte[][]::new);
        return Tensor.wrap(TensorType.STRING, Shape.of(sizes), QuantizationParameters.NONE, values);
    }

    /// One opcode; false at the end.
    private boolean step() {
        char opcode = (char) (in.get() & 0xFF);
        switch (opcode) {
            case 0x80 -> in.get(); // protocol
            case 0x95 -> in.getLong(); // frame
            case 0x8c, 'C' -> stack.push(bytes(in.get() & 0xFF));
            case 'B' -> stack.push(bytes(in.getInt()));
            case 'K' -> stack.push((int) in.get());
            case 'M' -> stack.push((int) in.getShort());
            case 'J' -> stack.push(in.getInt());
            case 0x88, 0x89, 'N' -> stack.push(opcode); // True, False, None
            case '(' -> stack.push(Mark.MARK);
            case ')', ']' -> stack.push(new ArrayList<>());
            case 0x85 -> tuple(1);
            case 0x86 -> tuple(2);
            case 0x87 -> tuple(3);
            case 't' -> stack.push(sinceMark());
            case 'a' -> append(List.of(stack.pop()));
            case 'e' -> append(sinceMark());
            case 0x93, 'R', 'b' -> call(opcode);
            case 0x94 -> memo.add(stack.peek());
            case 'h' -> stack.push(memo.get(in.get() & 0xFF));
            case 'j' -> stack.push(memo.get(in.getInt()));
            case '.' -> {
                return false;
            }
            default -> throw new IllegalArgumentException("opcode " + (int) opcode);
        }
        return true;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /// A function by name, its call, or the state of an object: what comes of it is of no interest.
    private void call(char opcode) {
        Object arguments = stack.pop();
        stack.pop();
        stack.push(List.of(opcode, arguments));
    }

    private void tuple(int count) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.addFirst(stack.pop());
        }
        stack.push(values);
    }

    private List<Object> sinceMark() {
        List<Object> values = new ArrayList<>();
        for (Object value = stack.pop(); value != Mark.MARK; value = stack.pop()) {
            values.addFirst(value);
        }
        return values;
    }

    /// The only list in such a pickle is that of the elements.
    @SuppressWarnings("unchecked") // only lists are appended to
    private void append(List<Object> values) {
        List<Object> list = (List<Object>) stack.peek();
        list.addAll(values);
        strings = list;
    }
}
