package dev.lithe.datasets.internal;

import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/// Samples from Java objects. A collection is checked as a whole when it is bound; what can only be gone through
/// is checked sample by sample.
///
/// @param items maps from name to tensor, or lists of tensors
public record IterableSource(Iterable<?> items) implements DataSource {
    private static final String NAME = "samples";

    public static DataSource named(Iterable<? extends Map<String, Tensor>> samples) {
        return new IterableSource(samples);
    }

    public static DataSource positional(Iterable<? extends List<Tensor>> samples) {
        return new IterableSource(samples);
    }

    @Override
    public Dataset bind(List<SignatureSpec> signatures) {
        SignatureSpec signature = single(NAME, signatures);
        Assembler assembler = new Assembler(signature);
        if (items instanceof Collection<?> all) {
            checkAll(all, assembler);
        } else if (!items.iterator().hasNext()) {
            throw DataErrors.noSamples(NAME, "there are no samples");
        }
        return new Samples(items, assembler, Long.MAX_VALUE);
    }

    /// The only entry point of a model; data that do not tell entry points apart serve no other model.
    static SignatureSpec single(String location, List<SignatureSpec> signatures) {
        if (signatures.size() != 1) {
            List<String> keys = signatures.stream().map(SignatureSpec::key).toList();
            throw DataErrors.signatures(
                    location,
                    "the model has " + signatures.size() + " signatures, " + keys
                            + ", and the data do not tell them apart",
                    "give a folder with a sub-folder of data per signature key (Dataset.bySignature in Java), "
                            + "or choose one signature with --signature KEY.");
        }
        return signatures.getFirst();
    }

    private static void checkAll(Collection<?> all, Assembler assembler) {
        List<Offender> offenders = new ArrayList<>();
        int index = 0;
        for (Object item : all) {
            String location = location(index++);
            Map<String, Tensor> keyed = keyed(item, assembler.signature(), location, offenders);
            Map<String, Assembler.TensorShape> shapes = new LinkedHashMap<>();
            keyed.forEach((key, tensor) -> shapes.put(key, new Assembler.TensorShape(tensor.type(), tensor.shape())));
            if (!keyed.isEmpty()) {
                assembler.checkKeyed(shapes, location, offenders);
            }
        }
        if (!offenders.isEmpty()) {
            throw DataErrors.misfit(NAME, Assembler.FIX, offenders);
        }
        if (all.isEmpty()) {
            throw DataErrors.noSamples(NAME, "there are no samples");
        }
    }

    private static String location(long index) {
        return NAME + "[" + index + "]";
    }

    /// The sample's tensors by name; lists get the names of the inputs in order. Empty where something is wrong
    /// with it.
    private static Map<String, Tensor> keyed(
            Object item, SignatureSpec signature, String location, List<Offender> offenders) {
        Map<String, Tensor> keyed = new LinkedHashMap<>();
        if (item instanceof Map<?, ?> map) {
            map.forEach((name, tensor) -> keyed.put((String) name, (Tensor) tensor));
            if (map.isEmpty()) {
                offenders.add(new Offender(Location.file(location), "the sample holds no tensors"));
            }
            return keyed;
        }
        List<?> list = (List<?>) item;
        if (list.size() != signature.inputs().size()) {
            offenders.add(new Offender(
                    Location.file(location),
                    "the sample holds " + list.size() + " tensors, the model has "
                            + signature.inputs().size() + " inputs"));
            return Map.of();
        }
        for (int i = 0; i < list.size(); i++) {
            keyed.put(signature.inputs().get(i).name(), (Tensor) list.get(i));
        }
        return keyed;
    }

    /// @param most how many samples are taken, of what may go on for ever
    private record Samples(Iterable<?> items, Assembler assembler, long most) implements Dataset {
        @Override
        public Iterator<Sample> samples() {
            Iterator<?> source = items.iterator();
            return new Iterator<>() {
                private long index;

                @Override
                public boolean hasNext() {
                    return index < most && source.hasNext();
                }

                @Override
                public Sample next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    return sample(source.next(), location(index++));
                }
            };
        }

        private Sample sample(Object item, String location) {
            List<Offender> offenders = new ArrayList<>();
            Map<String, Tensor> keyed = keyed(item, assembler.signature(), location, offenders);
            if (!offenders.isEmpty()) {
                throw DataErrors.misfit(NAME, Assembler.FIX, offenders);
            }
            return assembler.assembleKeyed(keyed, location);
        }

        /// Over the samples' own tensors, for which they are gone through once more.
        @Override
        public String digest() {
            Digest digest = new Digest().text(NAME);
            for (Iterator<Sample> samples = samples(); samples.hasNext(); ) {
                Sample sample = samples.next();
                sample.inputs().forEach((name, tensor) -> digest.text(name).tensor(tensor));
                if (sample.label() != null) {
                    digest.text(KeyBinding.LABELS).tensor(sample.label());
                }
            }
            return digest.finish();
        }

        @Override
        public long size() {
            return items instanceof Collection<?> all ? Math.min(all.size(), most) : -1;
        }

        @Override
        public Dataset limit(long newMost) {
            return new Samples(items, assembler, Math.min(most, LimitedDataset.checked(newMost)));
        }
    }
}
