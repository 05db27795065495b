package dev.lithe.operators.custom;

import dev.lithe.operators.CustomKernel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The custom operators that are known without being registered: those that TensorFlow's own tools write.
public final class CustomKernels {
    private static final Map<String, CustomKernel> BY_NAME = Map.of(
            "Roll", new Roll(),
            "MaxPoolWithArgmax", new MaxPoolWithArgmax(),
            "MaxPool3D", new Pool3D(true),
            "AvgPool3D", new Pool3D(false),
            "BroadcastGradientArgs", new BroadcastGradientArgs(),
            "IRFFT2D", new InverseFourier(),
            "TFLite_Detection_PostProcess", new DetectionPostProcess());

    private CustomKernels() {}

    public static Optional<CustomKernel> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /// Their names, in order.
    public static Set<String> names() {
        return new TreeSet<>(BY_NAME.keySet());
    }
}
