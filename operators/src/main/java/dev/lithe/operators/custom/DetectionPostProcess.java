package dev.lithe.operators.custom;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementFill;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.List;

/// TFLite_Detection_PostProcess: from encoded boxes, class scores and anchors to the best boxes, their classes and
/// scores, and how many there are. Boxes that overlap a better one by more than the threshold are dropped.
final class DetectionPostProcess implements CustomKernel {
    @Override
    public List<Shape> shapes(Bytes bytes, ShapeContext context) {
        if (context.inputCount() != 3 || context.outputCount() != 4) {
            throw new ShapeException("takes boxes, scores and anchors, and has four outputs");
        }
        DetectionOptions options = DetectionOptions.of(bytes);
        int detections = Math.multiplyExact(options.maxDetections(), options.maxClassesPerDetection());
        return List.of(Shape.of(1, detections, 4), Shape.of(1, detections), Shape.of(1, detections), Shape.of(1));
    }

    @Override
    public Kernel prepare(Bytes bytes, KernelSetup setup) {
        DetectionOptions options = DetectionOptions.of(bytes);
        for (int i = 0; i < 3; i++) {
            TensorType type = setup.input(i).type();
            if (type != TensorType.FLOAT32 && type != TensorType.UINT8 && type != TensorType.INT8) {
                throw new IllegalArgumentException("input " + i + " is " + type + ", may be FLOAT32, UINT8 or INT8");
            }
        }
        return context -> run(options, context);
    }

    private static void run(DetectionOptions options, KernelContext context) {
        Tensor boxes = reals(context.input(0));
        Tensor scores = reals(context.input(1));
        Tensor anchors = reals(context.input(2));
        boolean shaped = boxes.shape().rank() == 3
                && scores.shape().rank() == 3
                && anchors.shape().rank() == 2
                && boxes.shape().dimension(0) == 1
                && boxes.shape().dimension(2) >= 4
                && anchors.shape().dimension(1) == 4
                && anchors.shape().dimension(0) == boxes.shape().dimension(1)
                && scores.shape().dimension(1) == boxes.shape().dimension(1)
                && scores.shape().dimension(2) >= options.classes()
                && scores.shape().dimension(2) <= options.classes() + 1;
        if (!shaped) {
            throw new IllegalArgumentException("boxes " + boxes + ", scores " + scores + " and anchors " + anchors
                    + " do not belong to each other and " + options.classes() + " classes");
        }
        for (int i = 0; i < 4; i++) {
            ElementFill.zeros(context.output(i));
        }
        Detections found = new Detections(options, decode(options, boxes, anchors), scores);
        int count = options.regular() ? found.perClass(context) : found.bestClasses(context);
        context.output(3).floats()[0] = count;
    }

    private static Tensor reals(Tensor tensor) {
        return tensor.type() == TensorType.FLOAT32 ? tensor : QuantizationMath.dequantize(tensor);
    }

    /// Corners (y and x of the near one, y and x of the far one) of all boxes: each is encoded by its distance
    /// from an anchor's centre and the logarithm of its size in anchors. Products are in double, corners in single
    /// precision, as in LiteRT.
    private static float[] decode(DetectionOptions options, Tensor boxes, Tensor anchors) {
        int count = boxes.shape().dimension(1);
        int stride = boxes.shape().dimension(2);
        float[] corners = new float[count * 4];
        for (int i = 0; i < count; i++) {
            for (int axis = 0; axis < 2; axis++) {
                double centre = boxes.floats()[i * stride + axis];
                double size = boxes.floats()[i * stride + 2 + axis];
                double anchorCentre = anchors.floats()[i * 4 + axis];
                double anchorSize = anchors.floats()[i * 4 + 2 + axis];
                float middle = (float) (centre / options.centreScale(axis) * anchorSize + anchorCentre);
                float half = (float) (0.5 * Math.exp(size / options.sizeScale(axis)) * anchorSize);
                corners[i * 4 + axis] = middle - half;
                corners[i * 4 + 2 + axis] = middle + half;
            }
        }
        return corners;
    }
}
