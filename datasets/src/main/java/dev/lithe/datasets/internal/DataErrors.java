package dev.lithe.datasets.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The errors that data can cause, with their stable codes in one place.
///
/// | code | meaning |
/// |---|---|
/// | LQ0501 | a file or folder is missing or cannot be read |
/// | LQ0502 | a `.npy` or `.npz` file is damaged |
/// | LQ0503 | an array or archive of a kind that is not read |
/// | LQ0504 | DATA of an unknown kind |
/// | LQ0505 | no samples |
/// | LQ0506 | names, types, shapes or counts do not fit the model |
/// | LQ0507 | NaN or infinity in a sample |
/// | LQ0513, LQ0514, LQ0515 | a damaged or unfit image, table or sound file |
/// | LQ0516 | an option about data has no meaning |
/// | LQ0517 | the data do not tell the model's signatures apart |
///
/// LQ0508 to LQ0512 and LQ0518 on belong to calibration and evaluation.
public final class DataErrors {
    private static final int LISTED = 20;

    private DataErrors() {}

    public static DatasetException unreadable(Path path, IOException cause) {
        String what = cause instanceof NoSuchFileException ? "there is no such file or folder" : "it cannot be read";
        return new DatasetException(
                "LQ0501",
                Location.file(path.toString()),
                what + " (" + cause.getClass().getSimpleName() + ")",
                "check the path and its permissions.",
                cause);
    }

    public static DatasetException damaged(String location, String what) {
        return new DatasetException(
                "LQ0502",
                Location.file(location),
                what,
                "the file is truncated or damaged: write it again, with numpy.save, numpy.savez or numpy.savez_compressed.");
    }

    public static DatasetException notRead(String location, String what, String fix) {
        return new DatasetException("LQ0503", Location.file(location), what, fix);
    }

    public static DatasetException unknownKind(String location, String what, String fix) {
        return new DatasetException("LQ0504", Location.file(location), what, fix);
    }

    public static DatasetException noSamples(String location, String what) {
        return new DatasetException(
                "LQ0505",
                Location.file(location),
                what,
                "give at least one sample; 100 to 500 are advised to calibrate.");
    }

    public static DatasetException image(String location, String what, String fix) {
        return new DatasetException("LQ0513", Location.file(location), what, fix);
    }

    public static DatasetException table(String location, String what, String fix) {
        return new DatasetException("LQ0514", Location.file(location), what, fix);
    }

    public static DatasetException sound(String location, String what, String fix) {
        return new DatasetException("LQ0515", Location.file(location), what, fix);
    }

    public static DatasetException option(String what, String fix) {
        return new DatasetException("LQ0516", Location.NOWHERE, what, fix);
    }

    public static DatasetException signatures(String location, String what, String fix) {
        return new DatasetException("LQ0517", Location.file(location), what, fix);
    }

    /// Everything that does not fit, in one error; a very long list is cut and its length told.
    public static DatasetException misfit(String source, String fix, List<Offender> offenders) {
        List<Offender> listed = offenders;
        if (offenders.size() > LISTED) {
            listed = new ArrayList<>(offenders.subList(0, LISTED));
            listed.add(new Offender(Location.NOWHERE, "and " + (offenders.size() - LISTED) + " more"));
        }
        return new DatasetException("LQ0506", source + ": the data do not fit the model", fix, listed);
    }
}
