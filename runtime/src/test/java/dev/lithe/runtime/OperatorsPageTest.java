package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OperatorsPageTest {
    /// Fails when docs/operators.md does not say what the registry says; `-Dlithe.update-docs=true` rewrites
    /// it first.
    @Test
    void thePageIsUpToDate() throws IOException {
        Path page = Path.of(System.getProperty("lithe.root"), "docs", "operators.md");
        if (Boolean.getBoolean("lithe.update-docs")) {
            Files.createDirectories(page.getParent());
            Files.writeString(page, OperatorsPage.text());
        }
        assertThat(page)
                .as("rewrite it: ./mvnw -pl runtime -am test -Dtest=OperatorsPageTest "
                        + "-Dsurefire.failIfNoSpecifiedTests=false -Dlithe.update-docs=true")
                .hasContent(OperatorsPage.text());
    }
}
