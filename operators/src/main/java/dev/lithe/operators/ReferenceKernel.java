package dev.lithe.operators;

/// The scalar kernel of an operator, equal to LiteRT's reference kernel: integers bit for bit, floats accumulated one
/// element at a time in the same order.
@FunctionalInterface
public interface ReferenceKernel<O extends Operator> {
    Kernel prepare(O operator, KernelSetup setup);
}
