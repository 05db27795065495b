/// Passes over float graphs: fold, fuse, canonicalize, remove dead code.
@org.jspecify.annotations.NullMarked
module dev.lithe.transforms {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.operators;

    exports dev.lithe.transforms;
}
