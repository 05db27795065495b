/// Recipe and ranges to a quantized graph. Never sees the runtime.
@org.jspecify.annotations.NullMarked
module dev.lithe.quantizer {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.operators;
    requires dev.lithe.transforms;

    exports dev.lithe.quantizer;
}
