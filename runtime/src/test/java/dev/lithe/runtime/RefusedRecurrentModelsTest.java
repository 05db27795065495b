package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.Model;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.tflite.TfliteReader;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Integer LSTMs that LiteRT's kernels do not take, which `fixtures/make_recurrent_fixtures.py` made sure of (but
/// for `lstm_older_plain`, on which LiteRT crashes): they can be read, and are refused when kernels are chosen.
class RefusedRecurrentModelsTest {
    @ParameterizedTest
    @ValueSource(strings = {"lstm_words", "sequence_lstm_words"})
    void refusesSixteenBitActivations(String name) throws URISyntaxException {
        assertThatThrownBy(() -> compile(name))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LQ0323")
                .hasMessageContaining("input INT16, weights INT8 and output INT16")
                .hasMessageContaining("LiteRT's CPU kernels take no 16-bit activations");
    }

    @Test
    void refusesTheOlderArithmeticOnSequences() throws URISyntaxException {
        assertThatThrownBy(() -> compile("sequence_lstm_older"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LQ0323")
                .hasMessageContaining("only LSTM may have 12");
    }

    @Test
    void refusesTheOlderArithmeticOnOtherCellsAllReasonsAtOnce() throws URISyntaxException {
        assertThatThrownBy(() -> compile("lstm_older_plain"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LQ0323")
                .hasMessageContaining("an input gate")
                .hasMessageContaining("peepholes")
                .hasMessageContaining("no layer normalization")
                .hasMessageContaining("no projection with bias");
    }

    private static void compile(String name) throws URISyntaxException {
        Path file = Path.of(
                Objects.requireNonNull(RefusedRecurrentModelsTest.class.getResource("/refused/" + name + ".tflite"))
                        .toURI());
        Model model = TfliteReader.read(file);
        Runtime.compile(model, PlanOptions.DEFAULT.kernels(Kernels.REFERENCE));
    }
}
