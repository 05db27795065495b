package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.LitheException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.UnsupportedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Files of Keras that are damaged, contradict themselves or are made to do harm: each gives a typed error or, where
/// the damage changes nothing that is read, a model; in the small heap that the tests have.
class KerasBadInputTest {
    private static final Path FILES = Path.of("src/test/keras");
    private static final int ROUNDS = Integer.getInteger("lithe.keras.rounds", 40);

    @TempDir
    private Path folder;

    private int attempts;

    private void loads(byte[] content, String ending) throws IOException {
        Path file = Files.write(folder.resolve("broken" + attempts++ + "." + ending), content);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            try {
                TestModels.raw(file);
            } catch (LitheException e) {
                assertThat(e.code()).startsWith("LQ0");
                assertThat(e.getMessage()).contains("Fix: ");
            }
        });
        Files.delete(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"older_recurrent.h5", "older_shared.keras", "newer_functions1.keras", "first_functional.h5"})
    void bytesThatChange(String name) throws IOException {
        byte[] whole = Files.readAllBytes(FILES.resolve(name));
        Random random = new Random(11);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] broken = whole.clone();
            int flips = 1 << random.nextInt(6);
            for (int i = 0; i < flips; i++) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            loads(broken, name.substring(name.lastIndexOf('.') + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"older_recurrent.h5", "older_shared.keras"})
    void filesThatAreCutOff(String name) throws IOException {
        byte[] whole = Files.readAllBytes(FILES.resolve(name));
        Random random = new Random(12);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] broken = Arrays.copyOf(whole, random.nextInt(whole.length));
            Path file = Files.write(folder.resolve("cut" + round + name.substring(name.lastIndexOf('.'))), broken);
            assertThatThrownBy(() -> TestModels.raw(file)).isInstanceOf(LitheException.class);
        }
    }

    /// The checksum of the archive is right, so that the reader of HDF5 gets to see the damage.
    @Test
    void weightsWithinAnArchiveThatChange() throws IOException {
        Map<String, byte[]> entries = unzip("older_shared.keras");
        byte[] whole = entries.get("model.weights.h5");
        Random random = new Random(13);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] broken = random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int i = 0; i < 12 && broken.length > 0; i++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            entries.put("model.weights.h5", broken);
            loads(zip(entries), "keras");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "older_shared.keras",
                "older_recurrent.keras",
                "older_attention.keras",
                "older_functions1.keras",
                "older_functions2.keras",
                "newer_functions1.keras",
                "newer_functions3.keras",
                "older_conv_lstm.keras"
            })
    void settingsThatAreAbsurd(String name) throws IOException {
        Map<String, byte[]> entries = unzip(name);
        JsonMapper json = JsonMapper.shared();
        JsonNode whole = json.readTree(entries.get("config.json"));
        List<String> values = List.of(
                "-1",
                "0",
                "-7",
                "2147483647",
                "1e300",
                "4000000000",
                "\"x\"",
                "null",
                "[]",
                "{}",
                "true",
                "[2,2,2,2,2]",
                "[2147483647,2147483647]");
        Random random = new Random(14);
        for (int round = 0; round < 2 * ROUNDS; round++) {
            JsonNode copy = whole.deepCopy();
            List<Runnable> places = new ArrayList<>();
            JsonNode value = json.readTree(values.get(random.nextInt(values.size())));
            collect(copy, value, places);
            places.get(random.nextInt(places.size())).run();
            entries.put("config.json", json.writeValueAsBytes(copy));
            loads(zip(entries), "keras");
        }
    }

    /// All places where `value` can stand.
    private static void collect(JsonNode json, JsonNode value, List<Runnable> places) {
        if (json instanceof ObjectNode object) {
            for (String key : List.copyOf(object.propertyNames())) {
                places.add(() -> object.set(key, value));
                collect(object.get(key), value, places);
            }
        } else if (json instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                places.add(() -> array.set(index, value));
                collect(array.get(i), value, places);
            }
        }
    }

    @Test
    void anEntryThatPointsOutside() throws IOException {
        for (String name : List.of("../config.json", "/etc/x", "a/../../x", "C:\\x")) {
            Map<String, byte[]> entries = unzip("older_shared.keras");
            entries.put(name, new byte[] {1});
            Path file = Files.write(folder.resolve("outside.keras"), zip(entries));
            assertThatThrownBy(() -> TestModels.raw(file))
                    .isInstanceOf(MalformedModelException.class)
                    .hasMessageContaining("points outside")
                    .hasMessageContaining("LQ0170");
        }
    }

    @Test
    void anEntryThatUnpacksToFarTooMuch() throws IOException {
        Map<String, byte[]> entries = unzip("older_shared.keras");
        // 300 MB of blanks, packed to 300 kB: more than any configuration has.
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(packed)) {
            zip.putNextEntry(new ZipEntry("config.json"));
            byte[] blanks = new byte[1 << 20];
            Arrays.fill(blanks, (byte) ' ');
            for (int i = 0; i < 300; i++) {
                zip.write(blanks);
            }
            zip.closeEntry();
            zip.putNextEntry(new ZipEntry("model.weights.h5"));
            zip.write(entries.get("model.weights.h5"));
        }
        Path file = Files.write(folder.resolve("bomb.keras"), packed.toByteArray());
        assertThatThrownBy(() -> TestModels.raw(file))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("claims to unpack to 314572800 bytes");
    }

    @Test
    void aConfigurationThatIsNestedWithoutEnd() throws IOException {
        Map<String, byte[]> entries = unzip("older_shared.keras");
        String deep = "{\"class_name\":\"Sequential\",\"config\":{\"layers\":[".repeat(20_000);
        entries.put("config.json", deep.getBytes(StandardCharsets.UTF_8));
        Path file = Files.write(folder.resolve("deep.keras"), zip(entries));
        assertThatThrownBy(() -> TestModels.raw(file)).isInstanceOf(LitheException.class);
        // Deep enough for a stack to end, and complete.
        String closed = "{\"class_name\":\"Sequential\",\"config\":{\"name\":\"a\",\"layers\":[".repeat(300)
                + "]}}".repeat(300);
        entries.put("config.json", closed.getBytes(StandardCharsets.UTF_8));
        Path complete = Files.write(folder.resolve("closed.keras"), zip(entries));
        assertThatThrownBy(() -> TestModels.raw(complete)).isInstanceOf(LitheException.class);
    }

    @Test
    void customAndSubclassedLayersAreNamedAllAtOnce() throws IOException {
        Map<String, byte[]> entries = unzip("newer_functions1.keras");
        String config = """
                {"module": "keras", "class_name": "Sequential", "config": {"name": "outer", "layers": [
                  {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "x"}},
                  {"module": "my_code", "class_name": "Spline", "registered_name": "my_code>Spline", "config": {"name": "s1"}},
                  {"module": "keras", "class_name": "Sequential", "config": {"name": "inner", "layers": [
                    {"module": "keras.layers", "class_name": "Lambda", "config": {"name": "python"}}]}},
                  {"module": "my_code", "class_name": "MyModel", "config": {"name": "whole"}}]}}""";
        entries.put("config.json", config.getBytes(StandardCharsets.UTF_8));
        Path file = Files.write(folder.resolve("custom.keras"), zip(entries));
        assertThatThrownBy(() -> TestModels.raw(file))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("Spline 's1'")
                .hasMessageContaining("Lambda 'python'")
                .hasMessageContaining("in Sequential 'inner'")
                .hasMessageContaining("MyModel 'whole'")
                .hasMessageContaining("export the model as a SavedModel")
                .hasMessageContaining("LQ0374");
    }

    private static Map<String, byte[]> unzip(String name) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(FILES.resolve(name)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(packed)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return packed.toByteArray();
    }
}
