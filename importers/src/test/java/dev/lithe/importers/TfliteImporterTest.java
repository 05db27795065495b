package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `.tflite` files as sources.
class TfliteImporterTest {
    private static Path golden(String mode) {
        return TestModels.shared("golden/kws/" + mode + "/model.tflite");
    }

    @Test
    void aFloatModelComesInAsItIs() {
        assertThat(Importers.load(golden("none"), ImportOptions.DEFAULT)).isEqualTo(TfliteReader.read(golden("none")));
    }

    @Test
    void aModelIsKnownByItsContentToo(@TempDir Path folder) throws IOException {
        Path renamed = Files.write(folder.resolve("model.bin"), new byte[] {0, 0, 0, 0, 'T', 'F', 'L', '3', 0});
        assertThat(new TfliteImporter().recognizes(renamed)).isTrue();
        Path other = Files.write(folder.resolve("other.bin"), new byte[] {'T', 'F', 'L', '3'});
        assertThat(new TfliteImporter().recognizes(other)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "int8, int8",
        "full, int8",
        "16x8_strict, int16x8",
        "dynamic, dynamic range (int8 weights)",
        "aeq_weight_only_wi4_afp32, dynamic range (int4 weights)"
    })
    void aQuantizedModelIsRefusedWithWhatItIs(String mode, String what) {
        Path file = golden(mode);
        assertThatThrownBy(() -> Importers.load(file, ImportOptions.DEFAULT))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("model.tflite")
                .hasMessageContaining("already quantized: " + what)
                .hasMessageContaining("LQ0450");
    }

    @Test
    void constantsInHalfPrecisionAreWidened() {
        Model widened = Importers.load(golden("float16"), ImportOptions.DEFAULT);
        Model original = TfliteReader.read(golden("none"));
        assertThat(operators(widened)).isEqualTo(operators(original));
        assertThat(widened.main().tensors().values()).noneMatch(spec -> spec.type() == TensorType.FLOAT16);
        for (int i = 0; i < original.main().nodes().size(); i++) {
            Node node = original.main().nodes().get(i);
            if (node.inputs().size() < 3) {
                continue;
            }
            float[] wide = floats(widened.tensor(widened.main().nodes().get(i).input(1)));
            float[] exact = floats(original.tensor(node.input(1)));
            for (int k = 0; k < exact.length; k++) {
                assertThat(wide[k]).isEqualTo(Float.float16ToFloat(Float.floatToFloat16(exact[k])));
            }
        }
    }

    private static List<String> operators(Model model) {
        return model.main().nodes().stream().map(n -> n.code().toString()).toList();
    }

    private static float[] floats(TensorSpec spec) {
        return spec.constant()
                .bytes()
                .segment()
                .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    @Test
    void anUnknownSignature() {
        ImportOptions options = ImportOptions.DEFAULT.withSignatures(List.of("train"));
        Path file = golden("none");
        assertThatThrownBy(() -> Importers.load(file, options))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("'train'")
                .hasMessageContaining("serving_default");
    }
}
