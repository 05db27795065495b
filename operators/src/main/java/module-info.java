/// What each operator means: arity and types, shape rule, quantization constraint, versions, reference kernel.
@org.jspecify.annotations.NullMarked
module dev.lithe.operators {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.graph;

    exports dev.lithe.operators;
    exports dev.lithe.operators.activation;
    exports dev.lithe.operators.arithmetic;
    exports dev.lithe.operators.comparison;
    exports dev.lithe.operators.convolution;
    exports dev.lithe.operators.dense;
    exports dev.lithe.operators.detection;
    exports dev.lithe.operators.indexing;
    exports dev.lithe.operators.layout;
    exports dev.lithe.operators.math;
    exports dev.lithe.operators.pooling;
    exports dev.lithe.operators.quantization;
    exports dev.lithe.operators.random;
    exports dev.lithe.operators.recurrent;
    exports dev.lithe.operators.reduction;
    exports dev.lithe.operators.signal;
    exports dev.lithe.operators.spatial;
    exports dev.lithe.operators.stablehlo;
    exports dev.lithe.operators.structure;
    exports dev.lithe.operators.support;
    exports dev.lithe.operators.text;
    exports dev.lithe.operators.tflite;
}
