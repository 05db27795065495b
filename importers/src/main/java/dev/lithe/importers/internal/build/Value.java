package dev.lithe.importers.internal.build;

import dev.lithe.graph.Constant;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.schema.TensorType;
import java.util.function.Supplier;

/// What is known of one value of a TensorFlow graph while it is lowered.
public sealed interface Value {
    /// A value that is known now. Identity counts: the same object becomes the same tensor.
    final class Known implements Value {
        private final String name;
        private final TensorType type;
        private final Shape shape;
        private final Constant constant;

        public Known(String name, TensorType type, Shape shape, Constant constant) {
            this.name = name;
            this.type = type;
            this.shape = shape;
            this.constant = constant;
        }

        /// A vector of INT32.
        public static Known ints(String name, int... values) {
            return of(name, Tensor.of(Shape.of(values.length), values));
        }

        public static Known of(String name, Tensor tensor) {
            return new Known(name, tensor.type(), tensor.shape(), new Constant.Inline(tensor.toBytes()));
        }

        /// What the tensor will be called.
        public String name() {
            return name;
        }

        public TensorType type() {
            return type;
        }

        public Shape shape() {
            return shape;
        }

        public Constant constant() {
            return constant;
        }

        /// The unpacked elements.
        public Tensor tensor() {
            return Tensor.fromLittleEndian(
                    type, shape, QuantizationParameters.NONE, constant.bytes().segment());
        }

        public Known withName(String newName) {
            return new Known(newName, type, shape, constant);
        }

        /// The same bytes under another shape of as many elements.
        public Known withShape(String newName, Shape newShape) {
            return new Known(newName, type, newShape, constant);
        }
    }

    /// A vector of sizes, some of which depend on an unknown dimension. Where an operator has to read it
    /// after all, `tensor` adds the operators that compute it.
    record Partial(Numbers numbers, Supplier<Value> tensor) implements Value {
        Partial(Numbers numbers) {
            this(numbers, () -> {
                throw new NotLowerable("it computes with a dimension that is unknown; give the inputs fixed shapes");
            });
        }
    }

    /// A tensor of the graph. One that is not `ranked` has a number of dimensions that is only known at
    /// run time; its shape stands as `[]`.
    record Dynamic(TensorId id, TensorType type, Shape shape, boolean ranked) implements Value {
        public Dynamic(TensorId id, TensorType type, Shape shape) {
            this(id, type, shape, true);
        }
    }

    /// What is no tensor of ours but a means to one: a list of tensors, the handle of a table.
    non-sealed interface Opaque extends Value {}

    /// A variable that is only referred to; reading it gives its value.
    record Variable(RawNode handle) implements Value {}

    /// An optional input that is left out.
    record Absent() implements Value {}

    /// A value that could not be computed, for a reason that has been noted.
    record Missing() implements Value {}

    Absent ABSENT = new Absent();
    Missing MISSING = new Missing();
}
