package dev.lithe.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.Converted;
import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.graph.LitheException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Operators and bytes of what Lithe makes of every float model, beside what TensorFlow's converter makes of
/// it; and the page that shows it.
class ConversionSizesTest {
    private static final Path PAGE =
            Path.of(System.getProperty("lithe.root", "..")).resolve("docs/conversion-sizes.md");

    @TempDir
    private Path scratch;

    @Test
    void nothing_is_larger_than_tensorflows_file_without_a_reason() throws IOException {
        assumeTrue(Files.isDirectory(SizeSources.shared()), "the shared folder");
        List<SizeRow> rows =
                SizeSources.all(scratch).stream().map(ConversionSizesTest::row).toList();
        SizesPage page = new SizesPage(rows, SizeSources.applications(), SizeSources.exceptions());
        assertThat(page.unexplained())
                .as("larger than TensorFlow's, without a line in size-exceptions.tsv")
                .isEmpty();
        if (Boolean.getBoolean("lithe.update-docs")) {
            Files.writeString(PAGE, page.text());
        }
        assertThat(PAGE)
                .as("stale: run the tests with -Dlithe.update-docs=true")
                .hasContent(page.text());
    }

    private static SizeRow row(SizeSources.Source source) {
        try {
            Converted converted = Converter.of(Models.open(source.model())).convert();
            return new SizeRow(
                    source.name(), source.theirs(), SizeRow.Size.of(converted.model(), converted.bytes().length));
        } catch (LitheException e) {
            return new SizeRow(source.name(), source.theirs(), null);
        }
    }
}
