package dev.lithe.operators.custom;

import dev.lithe.schema.Bytes;

/// The options of TFLite_Detection_PostProcess.
///
/// @param maxDetections how many boxes come out at most
/// @param maxClassesPerDetection how many classes are named for each box
/// @param detectionsPerClass how many boxes each class keeps (regular suppression only)
/// @param regular whether boxes suppress each other class by class, otherwise by their best class
/// @param scoreThreshold boxes below it are left out
/// @param overlapThreshold boxes that overlap a better one by more are left out
/// @param classes the number of classes, the background not counted
record DetectionOptions(
        int maxDetections,
        int maxClassesPerDetection,
        int detectionsPerClass,
        boolean regular,
        float scoreThreshold,
        float overlapThreshold,
        int classes,
        float yScale,
        float xScale,
        float hScale,
        float wScale) {
    private static final int DETECTIONS_PER_CLASS = 100;

    DetectionOptions {
        if (maxDetections < 1 || maxClassesPerDetection < 1 || detectionsPerClass < 1 || classes < 1) {
            throw new IllegalArgumentException("numbers of detections and classes have to be above 0");
        }
    }

    static DetectionOptions of(Bytes bytes) {
        CustomOptions options = CustomOptions.of(bytes);
        return new DetectionOptions(
                options.integer("max_detections"),
                options.integer("max_classes_per_detection"),
                options.integer("detections_per_class", DETECTIONS_PER_CLASS),
                options.flag("use_regular_nms"),
                options.real("nms_score_threshold"),
                options.real("nms_iou_threshold"),
                options.integer("num_classes"),
                options.real("y_scale"),
                options.real("x_scale"),
                options.real("h_scale"),
                options.real("w_scale"));
    }

    double centreScale(int axis) {
        return axis == 0 ? yScale : xScale;
    }

    double sizeScale(int axis) {
        return axis == 0 ? hScale : wScale;
    }
}
