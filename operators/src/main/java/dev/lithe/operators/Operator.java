package dev.lithe.operators;

import dev.lithe.operators.activation.ActivationOperator;
import dev.lithe.operators.arithmetic.ArithmeticOperator;
import dev.lithe.operators.comparison.ComparisonOperator;
import dev.lithe.operators.convolution.ConvolutionOperator;
import dev.lithe.operators.dense.DenseOperator;
import dev.lithe.operators.detection.DetectionOperator;
import dev.lithe.operators.indexing.IndexingOperator;
import dev.lithe.operators.layout.LayoutOperator;
import dev.lithe.operators.math.MathOperator;
import dev.lithe.operators.pooling.PoolingOperator;
import dev.lithe.operators.quantization.QuantizationOperator;
import dev.lithe.operators.random.RandomOperator;
import dev.lithe.operators.recurrent.RecurrentOperator;
import dev.lithe.operators.reduction.ReductionOperator;
import dev.lithe.operators.signal.SignalOperator;
import dev.lithe.operators.spatial.SpatialOperator;
import dev.lithe.operators.stablehlo.StablehloOperator;
import dev.lithe.operators.structure.StructureOperator;
import dev.lithe.operators.text.TextOperator;

/// What a node means: a record of its options, and the [Definition] of its kind.
///
/// Every concrete operator is a record with a `public static final Definition<…> DEFINITION`, permitted by its family's
/// sealed interface; [Operators] finds it there.
public sealed interface Operator
        permits ActivationOperator,
                ArithmeticOperator,
                ComparisonOperator,
                ConvolutionOperator,
                CustomOperator,
                DenseOperator,
                DetectionOperator,
                IndexingOperator,
                LayoutOperator,
                MathOperator,
                PoolingOperator,
                QuantizationOperator,
                RandomOperator,
                RecurrentOperator,
                ReductionOperator,
                SignalOperator,
                SpatialOperator,
                StablehloOperator,
                StructureOperator,
                TextOperator,
                UnknownOperator {}
