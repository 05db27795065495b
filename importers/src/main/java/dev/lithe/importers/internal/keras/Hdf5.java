package dev.lithe.importers.internal.keras;

import dev.lithe.graph.LitheException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Shape;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.schema.Bytes;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OrderedDataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An HDF5 file. What the library throws at damaged files becomes [MalformedModelException]; nothing
/// is allocated that the file could not hold.
final class Hdf5 {
    /// What compression can make of one byte at most.
    private static final long DEFLATE_LIMIT = 1032;

    private static final long MEMORY_LIMIT = Integer.MAX_VALUE;

    /// The size of the longest header, and where it says of which version it is.
    private static final int HEADER = 64;

    private static final int VERSION_AT = 8;
    private static final ValueLayout.OfLong ADDRESS =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String name;
    private final Bytes content;
    private final HdfFile file;

    private Hdf5(String name, Bytes content) {
        this.name = name;
        this.content = content;
        if (content.byteSize() > MEMORY_LIMIT) {
            throw new UnsupportedException(
                    "LQ0371",
                    Location.file(name),
                    "has " + content.byteSize() + " bytes of weights; files of Keras up to 2 GB can be read",
                    "export the model as a SavedModel (model.export).");
        }
        requireWhole();
        this.file = guarded(
                "it is no HDF5 file",
                () -> HdfFile.fromByteBuffer(content.segment().asByteBuffer()));
    }

    /// The library reads what is there; whether the file ends where it should, its header says.
    private void requireWhole() {
        MemorySegment bytes = content.segment();
        int version = bytes.byteSize() < HEADER ? -1 : bytes.get(ValueLayout.JAVA_BYTE, VERSION_AT);
        boolean wide = version >= 0 && bytes.get(ValueLayout.JAVA_BYTE, version < 2 ? 13 : 9) == Long.BYTES;
        if (!wide || version > 3) {
            return; // no such file, or one whose addresses are not of this size
        }
        int at = version == 0 ? 24 : version == 1 ? 28 : 12;
        long base = bytes.get(ADDRESS, at);
        long end = bytes.get(ADDRESS, at + 2 * Long.BYTES);
        if (base == 0 && (end < 0 || end > bytes.byteSize())) {
            throw damaged("it has " + bytes.byteSize() + " of its " + end + " bytes", null);
        }
    }

    /// @param name what messages call the file
    static Hdf5 open(String name, Bytes content) {
        return new Hdf5(name, content);
    }

    String name() {
        return name;
    }

    /// Whether there is a group or a dataset at `path`.
    boolean has(String path) {
        return node(path) != null;
    }

    /// The names within the group at `path`; none where there is no such group.
    List<String> children(String path) {
        return guarded(
                "group '" + path + "' cannot be read",
                () -> node(path) instanceof Group group
                        ? List.copyOf(group.getChildren().keySet())
                        : List.of());
    }

    /// The texts of an attribute, one or a list; null where there is none.
    @Nullable
    List<String> texts(String path, String attribute) {
        return guarded("attribute '" + attribute + "' of '" + path + "' cannot be read", () -> {
            Node node = node(path);
            Attribute found = node == null ? null : node.getAttribute(attribute);
            if (found == null) {
                return null;
            }
            if (found.getSizeInBytes() > content.byteSize()) {
                throw damaged("attribute '" + attribute + "' is larger than the file", null);
            }
            return found.isEmpty() ? List.of() : flat(found.getData());
        });
    }

    private static List<String> flat(Object data) {
        List<String> texts = new ArrayList<>();
        if (data instanceof Object[] array) {
            for (Object element : array) {
                texts.addAll(flat(element));
            }
        } else {
            texts.add(String.valueOf(data));
        }
        return texts;
    }

    private @Nullable Node node(String path) {
        return guarded("'" + path + "' cannot be read", () -> {
            Node at = file;
            for (String step : path.split("/", -1)) {
                if (!step.isEmpty()) {
                    at = at instanceof Group group ? group.getChild(step) : null;
                }
                if (at == null) {
                    return null;
                }
            }
            return at;
        });
    }

    /// The dataset at `path`; null where there is none.
    @Nullable
    StoredValue value(String path) {
        return guarded("'" + path + "' cannot be read", () -> {
            if (!(node(path) instanceof Dataset dataset)) {
                return null;
            }
            long[] dimensions = dataset.getDimensionsAsLong();
            int[] sizes = new int[dimensions.length];
            long count = 1;
            for (int i = 0; i < sizes.length; i++) {
                count = Math.multiplyExact(count, dimensions[i]);
                sizes[i] = Math.toIntExact(dimensions[i]);
            }
            requireSane(path, dataset, count);
            return value(path, dataset, Shape.of(sizes), count);
        });
    }

    private void requireSane(String path, Dataset dataset, long count) {
        long bytes = Math.multiplyExact(
                count, (long) Math.max(1, dataset.getDataType().getSize()));
        long most = dataset instanceof ContiguousDataset ? content.byteSize() : content.byteSize() * DEFLATE_LIMIT;
        if (count < 0 || bytes > most) {
            throw damaged("'" + path + "' claims " + count + " elements, more than the file can hold", null);
        }
    }

    private StoredValue value(String path, Dataset dataset, Shape shape, long count) {
        io.jhdf.object.datatype.DataType type = dataset.getDataType();
        DataType as = switch (type) {
            case FloatingPoint _ -> DataType.DT_FLOAT;
            case FixedPoint fixed when fixed.getSize() == 8 -> DataType.DT_INT64;
            case FixedPoint _ -> DataType.DT_INT32;
            default ->
                throw new UnsupportedException(
                        "LQ0371",
                        Location.tensor(name, -1, path),
                        "holds values of the type " + type.getJavaType().getSimpleName() + ", not numbers",
                        "export the model as a SavedModel (model.export).");
        };
        int width = as == DataType.DT_INT64 ? 8 : 4;
        boolean raw = dataset instanceof ContiguousDataset
                && type.getSize() == width
                && ((OrderedDataType) type).getByteOrder() == ByteOrder.LITTLE_ENDIAN;
        Bytes bytes = raw && count > 0
                ? slice(path, (ContiguousDataset) dataset, count * width)
                : Bytes.lazy(
                        count * width, () -> guarded("'" + path + "' cannot be read", () -> converted(dataset, as)));
        return new StoredValue(path, as, shape, bytes);
    }

    private Bytes slice(String path, ContiguousDataset dataset, long size) {
        long at = dataset.getDataAddress();
        long start = file.getUserBlockSize() + at;
        if (at < 0 || start < 0 || start > content.byteSize() - size) {
            throw damaged("the values of '" + path + "' lie outside of the file", null);
        }
        return content.slice(start, size);
    }

    private static MemorySegment converted(Dataset dataset, DataType as) {
        double[] numbers = numbers(dataset.isScalar() ? dataset.getData() : dataset.getDataFlat());
        int width = as == DataType.DT_INT64 ? 8 : 4;
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(numbers.length, width)).order(ByteOrder.LITTLE_ENDIAN);
        for (double number : numbers) {
            switch (as) {
                case DT_INT64 -> bytes.putLong((long) number);
                case DT_INT32 -> bytes.putInt((int) number);
                default -> bytes.putFloat((float) number);
            }
        }
        return MemorySegment.ofBuffer(bytes.flip());
    }

    private static double[] numbers(Object data) {
        return switch (data) {
            case float[] array -> {
                double[] result = new double[array.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = array[i];
                }
                yield result;
            }
            case double[] array -> array;
            case int[] array -> java.util.Arrays.stream(array).asDoubleStream().toArray();
            case long[] array -> java.util.Arrays.stream(array).asDoubleStream().toArray();
            case Number number -> new double[] {number.doubleValue()};
            case short[] array -> {
                double[] result = new double[array.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = array[i];
                }
                yield result;
            }
            case byte[] array -> {
                double[] result = new double[array.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = array[i];
                }
                yield result;
            }
            default -> throw new IllegalArgumentException("values of " + data.getClass());
        };
    }

    /// The library throws many things at damaged files, and recurses where they point to themselves.
    private <T extends @Nullable Object> T guarded(String what, Supplier<T> action) {
        try {
            return action.get();
        } catch (LitheException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw damaged(what + " (" + reason(e) + ")", e);
        }
    }

    private static String reason(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
    }

    private MalformedModelException damaged(String how, @Nullable Throwable cause) {
        String what = "is cut off or damaged: " + how;
        String fix = "copy or save the model again.";
        return cause == null
                ? new MalformedModelException("LQ0171", Location.file(name), what, fix)
                : new MalformedModelException("LQ0171", Location.file(name), what, fix, cause);
    }
}
