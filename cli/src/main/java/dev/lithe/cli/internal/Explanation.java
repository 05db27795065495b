package dev.lithe.cli.internal;

import dev.lithe.Converted;
import dev.lithe.graph.Location;
import dev.lithe.quantizer.Decision;
import java.util.LinkedHashMap;
import java.util.Map;

/// What `--explain` writes: the precision of every operator of the source, and the reason.
final class Explanation {
    private Explanation() {}

    static Map<String, Object> of(Converted converted) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("mode", converted.mode().word());
        document.put(
                "operators",
                converted.decisions().stream().map(Explanation::operator).toList());
        document.put("warnings", converted.warnings());
        return document;
    }

    private static Map<String, Object> operator(Decision decision) {
        Location location = decision.location();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("subgraph", location.subgraph());
        map.put("index", location.operatorIndex());
        map.put("operator", decision.code().toString());
        map.put("tensor", location.tensor());
        map.put("precision", ConvertCommand.word(decision.precision()));
        map.put("reason", decision.reason());
        return map;
    }
}
