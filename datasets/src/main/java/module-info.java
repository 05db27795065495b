/// Representative and labelled data: arrays, folders of files, images, sound, tables, and what fits them to a
/// model.
@org.jspecify.annotations.NullMarked
module dev.lithe.datasets {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.graph;
    requires java.desktop; // ImageIO, only for folders of images

    exports dev.lithe.datasets;
}
