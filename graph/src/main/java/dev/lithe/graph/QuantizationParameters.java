package dev.lithe.graph;

import dev.lithe.schema.BlockwiseQuantizationTable;
import dev.lithe.schema.Floats;
import dev.lithe.schema.Longs;
import dev.lithe.schema.MultiAxisQuantizationTable;
import dev.lithe.schema.QuantizationDetails;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How stored integers stand for real numbers: `real = scale * (stored - zeroPoint)`.
///
/// One scale is per tensor; several are per channel along `quantizedDimension`. `min` and `max` are the
/// recorded range where a file carries one. `details` holds blockwise or custom parameters; the tensors that
/// it refers to stand there by the value of their [TensorId] (in a file by position: reading and writing
/// translate).
public record QuantizationParameters(
        Floats scales,
        Longs zeroPoints,
        int quantizedDimension,
        Floats min,
        Floats max,
        @Nullable QuantizationDetails details) {
    public static final QuantizationParameters NONE =
            new QuantizationParameters(Floats.EMPTY, Longs.EMPTY, 0, Floats.EMPTY, Floats.EMPTY, null);

    public static QuantizationParameters perTensor(float scale, long zeroPoint) {
        return new QuantizationParameters(Floats.of(scale), Longs.of(zeroPoint), 0, Floats.EMPTY, Floats.EMPTY, null);
    }

    /// Symmetric per-channel parameters: all zero points are 0.
    public static QuantizationParameters perChannel(float[] scales, int quantizedDimension) {
        return new QuantizationParameters(
                Floats.of(scales),
                Longs.of(new long[scales.length]),
                quantizedDimension,
                Floats.EMPTY,
                Floats.EMPTY,
                null);
    }

    public boolean isPresent() {
        return scales.size() > 0 || details != null;
    }

    public boolean isPerChannel() {
        return scales.size() > 1;
    }

    /// The scale of a per-tensor quantization.
    public float scale() {
        return scales.get(0);
    }

    /// The zero point of a per-tensor quantization (0 where the file leaves it out).
    public int zeroPoint() {
        return zeroPoints.size() == 0 ? 0 : Math.toIntExact(zeroPoints.get(0));
    }

    /// Whether the two map integers to the same real numbers: exact float equality of scales and zero points.
    public boolean sameMapping(QuantizationParameters other) {
        return scales.equals(other.scales) && zeroPoints.equals(other.zeroPoints);
    }

    /// The tensors that `details` refers to: scales and zero points of blocks.
    public List<TensorId> detailTensors() {
        IntStream ids = switch (details) {
            case BlockwiseQuantizationTable table -> IntStream.of(table.scales(), table.zeroPoints());
            case MultiAxisQuantizationTable table -> IntStream.of(table.scales(), table.zeroPoints());
            case null, default -> IntStream.empty();
        };
        return ids.filter(id -> id >= 0).mapToObj(TensorId::new).toList();
    }

    /// The same parameters with `details` referring to other tensors. Absent ones (-1) stay absent.
    public QuantizationParameters mapDetailTensors(IntUnaryOperator mapping) {
        if (detailTensors().isEmpty()) {
            return this;
        }
        IntUnaryOperator present = id -> id < 0 ? id : mapping.applyAsInt(id);
        QuantizationDetails mapped = switch (details) {
            case BlockwiseQuantizationTable table ->
                table.withScales(present.applyAsInt(table.scales()))
                        .withZeroPoints(present.applyAsInt(table.zeroPoints()));
            case MultiAxisQuantizationTable table ->
                table.withScales(present.applyAsInt(table.scales()))
                        .withZeroPoints(present.applyAsInt(table.zeroPoints()));
            case null, default -> details;
        };
        return new QuantizationParameters(scales, zeroPoints, quantizedDimension, min, max, mapped);
    }
}
