package dev.lithe.datasets;

import dev.lithe.graph.Model;
import java.util.List;

/// Data as somebody named them, before it is known which model they are for. The factories stand at [Dataset].
@FunctionalInterface
public interface DataSource {
    /// Fits the data to these entry points: finds out which array feeds which input and checks names, types,
    /// shapes and counts at once, without reading the values.
    ///
    /// @throws dev.lithe.graph.DatasetException listing everything that does not fit (LQ0506), or where there are
    ///     no samples (LQ0505) or files are missing (LQ0501) or damaged (LQ0502)
    Dataset bind(List<SignatureSpec> signatures);

    /// Fits the data to all entry points of `model`; errors as [#bind(List)].
    default Dataset bind(Model model) {
        return bind(SignatureSpec.of(model));
    }
}
