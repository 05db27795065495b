package dev.lithe.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Dataset;
import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.Model;
import dev.lithe.graph.TensorKey;
import dev.lithe.graph.TensorStatistics;
import dev.lithe.operators.tflite.TfliteReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// TensorFlow's calibrator ran the same models on the same samples and recorded these ranges.
class GoldenRangesTest {
    private static final double RELATIVE = 1e-5;

    /// `tooWide` tensors are read by TensorFlow only after an ADD has written its sum over them: their recorded
    /// range holds the true one.
    @ParameterizedTest
    @CsvSource({"kws, 200, 0", "resnet8, 200, 3", "ad01, 98, 0", "sww, 45, 0", "vww96, 200, 0"})
    void agreesWithTensorFlow(String name, int samples, int tooWide) {
        Model model = TfliteReader.read(Shared.path("golden/" + name + "/none/model.tflite"));
        Dataset dataset =
                Dataset.npz(Shared.path("golden/calibration/" + name + ".npz")).bind(model);
        CalibrationTable recorded =
                RangesFile.read(Shared.path("golden/" + name + "/ranges.json")).toTable(model, Set.of());

        Calibration ours = Calibrator.calibrate(model, dataset, CalibrationOptions.DEFAULT.withThreads(2));

        assertThat(ours.samples()).isEqualTo(samples);
        List<TensorKey> wider = new ArrayList<>();
        recorded.byTensor().forEach((key, theirs) -> {
            TensorStatistics found = ours.table().byTensor().get(key);
            assertThat(found).as("%s", key).isNotNull();
            if (!agrees(theirs, Objects.requireNonNull(found))) {
                wider.add(key);
                assertThat(found.min()).isGreaterThanOrEqualTo(theirs.min());
                assertThat(found.max()).isLessThanOrEqualTo(theirs.max());
            }
        });
        assertThat(wider).hasSize(tooWide);
    }

    /// TensorFlow starts a maximum at the smallest positive float, which stays where all values are negative.
    private static boolean agrees(TensorStatistics theirs, TensorStatistics ours) {
        double tolerance = RELATIVE * ((double) theirs.max() - theirs.min());
        boolean sameMax =
                theirs.max() == Float.MIN_NORMAL ? ours.max() < 0 : Math.abs(ours.max() - theirs.max()) <= tolerance;
        return sameMax && Math.abs(ours.min() - theirs.min()) <= tolerance;
    }
}
