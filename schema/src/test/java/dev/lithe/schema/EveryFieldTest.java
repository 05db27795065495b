package dev.lithe.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A file in which every field of every table occurs, written by the official Python classes, beside a text that tells
/// what they put into it (`make_every_field.py` in the resources).
class EveryFieldTest {

    @Test
    void reads_each_field_of_each_table_as_the_official_classes_wrote_it() {
        assertThat(lines(official().model())).isEqualTo(expected());
    }

    @Test
    void writes_what_it_has_read() {
        TfliteFile official = official();
        byte[] written = TfliteFormat.toByteArray(official.model(), official.trailing());
        TfliteFile again = TfliteFormat.read(MemorySegment.ofArray(written));
        assertThat(again).isEqualTo(official);
        assertThat(lines(again.model())).isEqualTo(expected());
    }

    @Test
    void every_builtin_operator_options_table_occurs() {
        List<Class<?>> found = official().model().subgraphs().getFirst().operators().stream()
                .flatMap(o -> Stream.of(o.builtinOptions(), o.builtinOptions2()))
                .filter(o -> o != null)
                .<Class<?>>map(Object::getClass)
                .toList();
        assertThat(found)
                .contains(BuiltinOptions.class.getPermittedSubclasses())
                .contains(BuiltinOptions2.class.getPermittedSubclasses());
    }

    static byte[] bytes() {
        return resource("every_field.tflite");
    }

    private static TfliteFile official() {
        return TfliteFormat.read(MemorySegment.ofArray(bytes()));
    }

    private static List<String> expected() {
        return new String(resource("every_field.txt"), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static List<String> lines(ModelTable model) {
        SubGraphTable subgraph = model.subgraphs().getFirst();
        return Stream.of(
                        subgraph.operators(),
                        subgraph.tensors(),
                        model.operatorCodes(),
                        model.buffers(),
                        model.metadata(),
                        model.signatureDefs(),
                        model.externalBufferGroups(),
                        model.externalBuffers())
                .flatMap(List::stream)
                .map(Object::toString)
                .toList();
    }

    private static byte[] resource(String name) {
        try (InputStream in = EveryFieldTest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
