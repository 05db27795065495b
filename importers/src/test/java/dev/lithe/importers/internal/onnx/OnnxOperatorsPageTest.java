package dev.lithe.importers.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OnnxOperatorsPageTest {
    /// Fails when docs/onnx-operators.md does not say what the rules say; `-Dlithe.update-docs=true`
    /// rewrites it first.
    @Test
    void thePageIsUpToDate() throws IOException {
        Path page = Path.of(System.getProperty("lithe.root", ".."), "docs", "onnx-operators.md");
        if (Boolean.getBoolean("lithe.update-docs")) {
            Files.writeString(page, text());
        }
        assertThat(page)
                .as("rewrite it: ./mvnw -pl importers -am test -Dtest=OnnxOperatorsPageTest "
                        + "-Dsurefire.failIfNoSpecifiedTests=false -Dlithe.update-docs=true")
                .hasContent(text());
    }

    private static String text() {
        String rows = Rules.names().stream().map(n -> "- `" + n + "`\n").collect(Collectors.joining());
        return """
                # ONNX operators that can be imported

                Written from the importer's rules by `OnnxOperatorsPageTest`; run it with `-Dlithe.update-docs=true` \
                to rewrite this page. A name with `::` belongs to another domain than ONNX's own. Functions of the \
                model itself are inlined, so their operators count.

                - Images (NCHW) become channels last (NHWC) at the model's inputs and outputs too, as TensorFlow's \
                and onnx2tf's files have it; `--keep-layout` leaves them as they are, for a TRANSPOSE each. \
                `--input-shape` takes ONNX's own order.
                - Half and double precision become single precision, also where a `Cast` rounds to one of them; \
                integers of 4 bits are held in bytes. Sequences become the tensors in them, while their number is \
                known. Optionals, maps, strings, sparse tensors and floats of 8 bits are refused.
                - `If` whose condition is known becomes the branch that is taken, another an IF; `Loop`, `Scan`, \
                `RNN`, `GRU` and `LSTM` become a WHILE, of opset 9 and newer.
                - `QuantizeLinear` and `DequantizeLinear` with one scale become QUANTIZE and DEQUANTIZE, with other \
                scales arithmetic; a quantized constant becomes the floats that it stands for. Integer operators \
                (`QLinearConv`, `MatMulInteger`, ...) compute in floats between them: integer sums are exact up to \
                2^24. The quantizer uses the ranges of such a file.
                - A maximum or minimum over a dimension that turns out empty at run time is LiteRT's: the largest \
                finite number, not an infinity.
                - `Attention` has no sliding window; `GridSample` works on planes, by `linear` and `nearest`; `DFT` \
                and `STFT` on up to 4096 real or complex numbers.
                - `Resize` takes all modes but antialiasing while it shrinks, and fills what lies outside of a \
                cropped input only with 0.

                """ + rows + "\n" + Rules.names().size() + " operators.\n";
    }
}
