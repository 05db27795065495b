package dev.lithe.operators.custom;

import dev.lithe.operators.CustomKernel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The custom operators that are known without being registered: those that TensorFlow's and LiteRT's own tools write.
public final class CustomKernels {
    private static final Map<String, CustomKernel> BY_NAME = Map.ofEntries(
            Map.entry("Roll", new Roll()),
            Map.entry("MaxPoolWithArgmax", new MaxPoolWithArgmax()),
            Map.entry("MaxPool3D", new Pool3D(true)),
            Map.entry("AvgPool3D", new Pool3D(false)),
            Map.entry("BroadcastGradientArgs", new BroadcastGradientArgs()),
            Map.entry("IRFFT2D", new InverseFourier()),
            Map.entry("TFLite_Detection_PostProcess", new DetectionPostProcess()),
            Map.entry("Mfcc", new Mfcc()),
            Map.entry("AudioSpectrogram", new AudioSpectrogram()),
            Map.entry("NumericVerify", new NumericVerify()),
            Map.entry("aeq.hadamard_rotation", new HadamardRotation()));

    private CustomKernels() {}

    public static Optional<CustomKernel> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /// Their names, in order.
    public static Set<String> names() {
        return new TreeSet<>(BY_NAME.keySet());
    }
}
