/// The `lithe` command.
@org.jspecify.annotations.NullMarked
module dev.lithe.cli {
    requires static transitive org.jspecify;
    requires dev.lithe.converter;
    requires info.picocli;
    requires tools.jackson.core;

    exports dev.lithe.cli;

    opens dev.lithe.cli.internal to
            info.picocli;
}
