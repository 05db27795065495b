/// Execution: plans, arenas, kernels, the interpreter.
@org.jspecify.annotations.NullMarked
module dev.lithe.runtime {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.operators;
    requires static jdk.incubator.vector;

    exports dev.lithe.runtime;
}
