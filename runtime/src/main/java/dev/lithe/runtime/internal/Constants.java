package dev.lithe.runtime.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.support.SparseValues;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.HashMap;
import java.util.Map;

/// Unpacks constants to heap arrays, once for each content: kernels do not read mapped files.
final class Constants {
    private record Key(TensorType type, Bytes bytes) {}

    private final Model model;
    private final long limit;
    private final Map<Key, Object> arrays = new HashMap<>();
    private long total;

    Constants(Model model, long limit) {
        this.model = model;
        this.limit = limit;
    }

    /// The bytes of all arrays so far.
    long total() {
        return total;
    }

    /// Counts an array that is held beside those of this class.
    void reserve(long bytes, Location location) {
        total += bytes;
        Sizes.requireWithin(total, limit, location);
    }

    Tensor unpack(int subgraph, TensorSpec spec, Constant constant) {
        Location location = Location.tensor(model.source(), subgraph, spec.name());
        int units = Sizes.units(spec.type(), spec.shape(), location);
        try {
            Bytes bytes = constant.bytes();
            if (spec.sparsity() != null) {
                reserve(Sizes.bytes(spec.type(), units), location);
                return SparseValues.dense(spec, spec.sparsity(), bytes);
            }
            Key key = new Key(spec.type(), bytes);
            Object known = arrays.get(key);
            if (known == null) {
                reserve(Sizes.bytes(spec.type(), units), location);
                known = array(spec, bytes, units);
                if (!(constant instanceof Constant.Derived)) {
                    arrays.put(key, known);
                }
            }
            return Tensor.wrap(spec.type(), spec.shape(), spec.quantization(), known);
        } catch (InternalError e) {
            throw new MalformedModelException(
                    "LQ0110",
                    location,
                    "the mapped file could not be read",
                    "another program changed the file, or the disk failed: try again.",
                    e);
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(
                    "LQ0222", location, String.valueOf(e.getMessage()), "export the model again.", e);
        }
    }

    private static Object array(TensorSpec spec, Bytes bytes, int units) {
        return spec.type() == TensorType.STRING
                ? Strings.decode(bytes.segment(), units)
                : Tensor.fromLittleEndian(spec.type(), spec.shape(), QuantizationParameters.NONE, bytes.segment())
                        .array();
    }
}
