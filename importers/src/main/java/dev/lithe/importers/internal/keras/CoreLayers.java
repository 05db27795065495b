package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Dense layers, embeddings, masks, and what does nothing at inference.
final class CoreLayers {
    private static final List<String> NOTHING = List.of(
            "InputLayer",
            "Identity",
            "Dropout",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
            "AlphaDropout",
            "GaussianDropout",
            "GaussianNoise",
            "ActivityRegularization",
            "StochasticDepth");

    private CoreLayers() {}

    static Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>(Map.of(
                "Dense", CoreLayers::dense,
                "EinsumDense", CoreLayers::einsumDense,
                "Embedding", CoreLayers::embedding,
                "ReversibleEmbedding", CoreLayers::embedding,
                "LayerScale", CoreLayers::layerScale,
                "Masking", CoreLayers::masking,
                "SpectralNormalization", CoreLayers::wrapped,
                "Lambda", CoreLayers::lambda));
        NOTHING.forEach(kind -> rules.put(kind, call -> List.of(call.input())));
        return rules;
    }

    private static List<Symbol> dense(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = ops.toFloat(call.input());
        int units = call.config().integer("units");
        Symbol kernel = call.weight("kernel", x.size(-1), units);
        Symbol product = x.rank() > 2 ? ops.tensordot(x, kernel) : ops.product(x, kernel);
        boolean biased = call.config().flag("use_bias", true);
        return List.of(call.activate(biased ? ops.biasAdd(product, call.weight("bias", units)) : product));
    }

    private static List<Symbol> einsumDense(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = ops.toFloat(call.input());
        String equation = call.config().text("equation", "");
        int[] shape = kernelShape(equation, x, call.config().integers("output_shape"));
        Symbol kernel = call.weight("kernel", shape);
        Symbol product = new Einsum(ops).apply(equation, List.of(x, kernel));
        String axes = call.config().text("bias_axes", "");
        Symbol biased = product;
        if (!axes.isEmpty()) {
            Symbol bias = call.weight("bias", biasShape(equation, axes, product));
            biased = bias.rank() == 1 && axes.charAt(0) == lastLetter(equation)
                    ? ops.biasAdd(product, bias)
                    : ops.add(product, bias);
        }
        return List.of(call.activate(biased));
    }

    private static char lastLetter(String equation) {
        return equation.charAt(equation.length() - 1);
    }

    /// @param output the sizes of the result without the batch, -1 where they are those of the input
    private static int[] kernelShape(String equation, Symbol x, int[] output) {
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (sides.length != 2 || terms.length != 2) {
            throw new NotLowerable("its equation '" + equation + "' is none of an input and a kernel");
        }
        int[] shape = new int[terms[1].length()];
        for (int i = 0; i < shape.length; i++) {
            char letter = terms[1].charAt(i);
            int inInput = fromEnd(terms[0], letter);
            int inOutput = fromEnd(sides[1], letter);
            if (inInput < 0 && -inInput <= x.rank()) {
                shape[i] = x.size(inInput);
            } else if (inOutput < 0 && -inOutput <= output.length) {
                shape[i] = output[output.length + inOutput];
            } else {
                shape[i] = -1;
            }
        }
        return shape;
    }

    private static int fromEnd(String term, char letter) {
        int at = term.indexOf(letter);
        return at < 0 ? 0 : at - term.length();
    }

    private static int[] biasShape(String equation, String axes, Symbol product) {
        String result = equation.substring(equation.indexOf("->") + 2);
        int first = product.rank();
        for (char axis : axes.toCharArray()) {
            int at = fromEnd(result, axis);
            if (at == 0) {
                throw new NotLowerable("its bias goes along '" + axis + "', which its result does not have");
            }
            first = Math.min(first, product.rank() + at);
        }
        int[] shape = new int[product.rank() - first];
        for (int i = 0; i < shape.length; i++) {
            char letter = result.charAt(result.length() - shape.length + i);
            shape[i] = axes.indexOf(letter) >= 0 ? product.size(first + i) : 1;
        }
        return shape;
    }

    private static List<Symbol> embedding(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = call.input();
        boolean integers = x.type() == DataType.DT_INT32 || x.type() == DataType.DT_INT64;
        Symbol indices = integers ? x : ops.cast(x, DataType.DT_INT32);
        int rows = call.config().integer("input_dim");
        Symbol table = call.weight("embeddings", rows, call.config().integer("output_dim"));
        Symbol negative = ops.compare("Less", indices, ops.scalar(0, indices));
        Symbol wrapped = ops.select(negative, ops.add(indices, ops.scalar(rows, indices)), indices);
        Symbol result = ops.gather(table, wrapped, 0);
        boolean masks = call.config().flag("mask_zero", false);
        return List.of(result.withMask(masks ? ops.compare("NotEqual", x, ops.scalar(0, x)) : null));
    }

    /// Of the ConvNeXt models among Keras' applications: a factor for each channel.
    private static List<Symbol> layerScale(LayerCall call) {
        Symbol x = call.ops().toFloat(call.input());
        return List.of(call.ops().mul(x, call.weight("gamma", call.config().integer("projection_dim"))));
    }

    private static List<Symbol> masking(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = call.input();
        Symbol counts = ops.compare("NotEqual", x, ops.real(call.config().real("mask_value", 0)));
        Symbol any = ops.reduce("Any", counts, true, -1);
        Symbol result = ops.mul(x, ops.cast(any, x.type()));
        return List.of(result.withMask(ops.squeeze(any, -1)));
    }

    /// Spectral normalization changes its layer's weights in training only.
    private static List<Symbol> wrapped(LayerCall call) {
        Layer inner = call.layer().child("layer", call.config().get("layer"));
        return List.of(call.call(inner, call.input()));
    }

    private static List<Symbol> lambda(LayerCall call) {
        throw new NotLowerable("it is a function of Python, which only Python can run");
    }

    /// All of `masks` joined by `op`; null where there is none.
    static @Nullable Symbol joined(Ops ops, String op, @Nullable Symbol a, @Nullable Symbol b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return ops.compare(op, a, b);
    }
}
