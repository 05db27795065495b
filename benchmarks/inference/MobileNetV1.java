import dev.lithe.graph.Constant;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteWriter;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.SoftmaxOptions;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Writes MobileNet v1 (Howard et al. 2017, table 1) in float32 with seeded random weights, batch normalization
/// folded, as a converter leaves it: a model of the real size and cost that needs no download.
///
///     java -cp CLASSPATH MobileNetV1.java OUT.tflite [WIDTH=1.0] [SIZE=224]
final class MobileNetV1 {
    /// Stride and output channels of each depthwise separable block.
    private static final int[][] BLOCKS = {
        {1, 64}, {2, 128}, {1, 128}, {2, 256}, {1, 256}, {2, 512}, {1, 512}, {1, 512}, {1, 512}, {1, 512}, {1, 512},
        {2, 1024}, {1, 1024}
    };

    private static final int CLASSES = 1000;

    private final Random random = new Random(1);
    private final Map<TensorId, TensorSpec> tensors = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();

    public static void main(String[] args) {
        double width = args.length > 1 ? Double.parseDouble(args[1]) : 1;
        int size = args.length > 2 ? Integer.parseInt(args[2]) : 224;
        TfliteWriter.write(new MobileNetV1().model(width, size), Path.of(args[0]));
    }

    private Model model(double width, int size) {
        TensorId input = floats("input", Shape.of(1, size, size, 3));
        int channels = (int) (32 * width);
        TensorId x = conv(input, 3, 3, channels, 2, ActivationFunctionType.RELU6);
        for (int[] block : BLOCKS) {
            x = depthwise(x, channels, block[0]);
            int outputs = (int) (block[1] * width);
            x = conv(x, channels, 1, outputs, 1, ActivationFunctionType.RELU6);
            channels = outputs;
        }
        TensorId axes = constant("axes", Tensor.of(Shape.of(2), 1, 2));
        TensorId mean = floats("mean", Shape.of(1, 1, 1, channels));
        node(BuiltinOperator.MEAN, ReducerOptions.DEFAULT.withKeepDims(true), List.of(x, axes), mean);
        TensorId logits = conv(mean, channels, 1, CLASSES, 1, ActivationFunctionType.NONE);
        TensorId flat = floats("logits", Shape.of(1, CLASSES));
        TensorId shape = constant("shape", Tensor.of(Shape.of(2), 1, CLASSES));
        node(BuiltinOperator.RESHAPE, null, List.of(logits, shape), flat);
        TensorId output = floats("output", Shape.of(1, CLASSES));
        node(BuiltinOperator.SOFTMAX, SoftmaxOptions.DEFAULT.withBeta(1f), List.of(flat), output);
        Subgraph main = new Subgraph("main", tensors, nodes, List.of(input), List.of(output));
        return new Model(
                "mobilenet", "", List.of(main), List.of(), List.of(), Bytes.EMPTY, tensors.size(), nodes.size());
    }

    private TensorId conv(
            TensorId x, int channels, int filter, int outputs, int stride, ActivationFunctionType activation) {
        String name = "conv" + nodes.size();
        TensorId weights = weights(name, Shape.of(outputs, filter, filter, channels), filter * filter * channels);
        TensorId y = floats(name, shape(x, stride, outputs));
        Conv2DOptions options = Conv2DOptions.DEFAULT
                .withPadding(Padding.SAME)
                .withStrideH(stride)
                .withStrideW(stride)
                .withFusedActivationFunction(activation);
        node(BuiltinOperator.CONV_2D, options, List.of(x, weights, bias(name, outputs)), y);
        return y;
    }

    private TensorId depthwise(TensorId x, int channels, int stride) {
        String name = "depthwise" + nodes.size();
        TensorId weights = weights(name, Shape.of(1, 3, 3, channels), 9);
        TensorId y = floats(name, shape(x, stride, channels));
        DepthwiseConv2DOptions options = DepthwiseConv2DOptions.DEFAULT
                .withPadding(Padding.SAME)
                .withStrideH(stride)
                .withStrideW(stride)
                .withDepthMultiplier(1)
                .withFusedActivationFunction(ActivationFunctionType.RELU6);
        node(BuiltinOperator.DEPTHWISE_CONV_2D, options, List.of(x, weights, bias(name, channels)), y);
        return y;
    }

    private Shape shape(TensorId x, int stride, int channels) {
        int size = tensors.get(x).shape().dimension(1);
        int out = (size + stride - 1) / stride;
        return Shape.of(1, out, out, channels);
    }

    private TensorId floats(String name, Shape shape) {
        return add(TensorSpec.of(new TensorId(tensors.size()), name, TensorType.FLOAT32, shape));
    }

    /// Normal, with the variance that keeps activations in range through rectifiers (He et al. 2015).
    private TensorId weights(String name, Shape shape, int inputs) {
        float[] values = new float[shape.flatSize()];
        double scale = Math.sqrt(2.0 / inputs);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return constant(name + "/weights", Tensor.of(shape, values));
    }

    private TensorId bias(String name, int channels) {
        float[] values = new float[channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 0.1f;
        }
        return constant(name + "/bias", Tensor.of(Shape.of(channels), values));
    }

    private TensorId constant(String name, Tensor value) {
        return add(TensorSpec.of(new TensorId(tensors.size()), name, value.type(), value.shape())
                .withConstant(Constant.of(value.toLittleEndian())));
    }

    private TensorId add(TensorSpec spec) {
        tensors.put(spec.id(), spec);
        return spec.id();
    }

    private void node(BuiltinOperator code, OperatorOptions options, List<TensorId> inputs, TensorId output) {
        Options wrapped = options == null ? Options.NONE : Options.of(options);
        nodes.add(new Node(new NodeId(nodes.size()), OperatorCode.of(code), wrapped, inputs, List.of(output)));
    }
}
