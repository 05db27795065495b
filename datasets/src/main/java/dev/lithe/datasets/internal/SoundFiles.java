package dev.lithe.datasets.internal;

import dev.lithe.datasets.InputSpec;
import dev.lithe.datasets.Sample;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sound files, one a sample, for a model with a single input of raw sound. Nothing is resampled, cut or padded:
/// a model was trained on one rate and length, and only its user knows which part of a longer sound is meant.
record SoundFiles(Assembler assembler) implements FileSamples.Reader {
    private InputSpec input() {
        return assembler.signature().inputs().getFirst();
    }

    @Override
    public void check(Path file, List<Offender> offenders) {
        int inputs = assembler.signature().inputs().size();
        if (inputs != 1) {
            offenders.add(new Offender(
                    Location.file(file.toString()), "sound serves a model with one input, this one has " + inputs));
            return;
        }
        WavFile sound = WavFile.open(file);
        Assembler.addProblem(offenders, file.toString(), input(), Fit.typeProblem(input(), TensorType.FLOAT32));
        if (shape(sound) == null) {
            Assembler.addProblem(offenders, file.toString(), input(), shapeProblem(sound));
        }
    }

    private String shapeProblem(WavFile sound) {
        return "the sound has " + sound.length() / sound.channels() + " samples in " + sound.channels()
                + " channels where " + Fit.text(input().declaredShape()) + " is expected";
    }

    /// Samples alone, with the channels, or either with a batch dimension of 1; null where the input holds none
    /// of them.
    private @Nullable Shape shape(WavFile sound) {
        int length = Math.toIntExact(sound.length() / sound.channels());
        int channels = sound.channels();
        for (Shape shape : new Shape[] {
            Shape.of(1, length), Shape.of(length), Shape.of(1, length, channels), Shape.of(length, channels)
        }) {
            boolean whole = shape.elementCount() == sound.length();
            if (whole && input().accepts(shape)) {
                return shape;
            }
        }
        return null;
    }

    @Override
    public Sample read(Path file, @Nullable Tensor label) {
        WavFile sound = WavFile.open(file);
        Shape shape = shape(sound);
        if (shape == null) {
            throw DataErrors.sound(
                    file.toString(), shapeProblem(sound), "cut or pad every file to the model's input length.");
        }
        Tensor tensor = Tensor.of(shape, sound.samples());
        return assembler.assemble(Map.of(input().name(), tensor), label, file.toString());
    }

    @Override
    public String digestOptions() {
        return "sound";
    }
}
