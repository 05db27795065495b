package dev.lithe.datasets.internal;

import dev.lithe.datasets.Npy;
import dev.lithe.datasets.NpyArray;
import dev.lithe.datasets.Npz;
import dev.lithe.datasets.Sample;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `.npz` and `.npy` files that hold one sample each. Labels in a file win over those of its folder.
record ArrayFiles(Assembler assembler) implements FileSamples.Reader {
    /// The arrays of a file by key; that of an `.npy` file has the key of numpy's first nameless array.
    static Map<String, NpyArray> open(Path file) {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
            arrays.put("arr_0", Npy.open(file));
        } else {
            Npz npz = Npz.open(file);
            npz.names().forEach(name -> arrays.put(name, npz.array(name)));
        }
        return arrays;
    }

    @Override
    public void check(Path file, List<Offender> offenders) {
        Map<String, Assembler.TensorShape> shapes = new LinkedHashMap<>();
        open(file).forEach((key, array) -> shapes.put(key, new Assembler.TensorShape(array.type(), array.shape())));
        assembler.checkKeyed(shapes, file.toString(), offenders);
    }

    @Override
    public Sample read(Path file, @Nullable Tensor label) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        open(file).forEach((key, array) -> tensors.put(key, array.tensor()));
        Sample sample = assembler.assembleKeyed(tensors, file.toString());
        return sample.label() != null || label == null
                ? sample
                : new Sample(sample.signature(), sample.inputs(), label, sample.location());
    }

    @Override
    public String digestOptions() {
        return "arrays";
    }
}
