/// How well and how fast a model does its work: accuracy, agreement with another model, latency, memory.
@org.jspecify.annotations.NullMarked
module dev.lithe.evaluation {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.datasets;
    requires transitive dev.lithe.runtime;

    exports dev.lithe.evaluation;
}
