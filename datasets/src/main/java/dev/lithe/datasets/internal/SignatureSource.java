package dev.lithe.datasets.internal;

import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Data of their own for each signature.
public record SignatureSource(Map<String, DataSource> sources) implements DataSource {
    public SignatureSource {
        sources = new LinkedHashMap<>(sources);
    }

    @Override
    public Dataset bind(List<SignatureSpec> signatures) {
        List<String> wanted = signatures.stream().map(SignatureSpec::key).toList();
        List<Offender> offenders = new ArrayList<>();
        for (String key : sources.keySet()) {
            if (!wanted.contains(key)) {
                offenders.add(
                        new Offender(Location.NOWHERE, "there are data for '" + key + "', which is no signature"));
            }
        }
        for (String key : wanted) {
            if (!sources.containsKey(key)) {
                offenders.add(new Offender(Location.NOWHERE, "there are no data for signature '" + key + "'"));
            }
        }
        if (!offenders.isEmpty()) {
            String keys = wanted.stream().map(key -> "'" + key + "'").collect(Collectors.joining(", "));
            throw new DatasetException(
                    "LQ0517",
                    "the data do not match the model's signatures",
                    "give data for each of " + keys + ", or choose one signature with --signature KEY.",
                    offenders);
        }
        List<Dataset> parts = new ArrayList<>();
        for (SignatureSpec signature : signatures) {
            parts.add(Objects.requireNonNull(sources.get(signature.key())).bind(List.of(signature)));
        }
        return parts.size() == 1 ? parts.getFirst() : new UnionDataset(parts);
    }
}
