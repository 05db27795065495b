/// What tests of several modules share.
@org.jspecify.annotations.NullMarked
module dev.lithe.testkit {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.graph;

    exports dev.lithe.testkit;
}
