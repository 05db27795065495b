package dev.lithe.operators.stablehlo;

import dev.lithe.operators.KernelSetup;
import dev.lithe.schema.TensorType;

/// Operands that have to be of one type.
final class Types {
    private Types() {}

    /// The type of these inputs and of the first output.
    ///
    /// @throws IllegalArgumentException where they differ
    static TensorType common(KernelSetup setup, int... inputs) {
        TensorType type = setup.output(0).type();
        for (int input : inputs) {
            if (setup.input(input).type() != type) {
                throw new IllegalArgumentException(
                        "input " + input + " is " + setup.input(input).type() + ", the output " + type);
            }
        }
        return type;
    }
}
