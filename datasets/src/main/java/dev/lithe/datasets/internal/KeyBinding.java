package dev.lithe.datasets.internal;

import dev.lithe.datasets.InputSpec;
import dev.lithe.datasets.SignatureSpec;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which of the named arrays of some data feeds which input.
///
/// @param keys input name to the data's key; inputs that nothing feeds are absent
/// @param labelKey the key of the labels, if any
record KeyBinding(Map<String, String> keys, @Nullable String labelKey) {
    static final String LABELS = "labels";
    private static final Pattern POSITIONAL = Pattern.compile("arr_(0|[1-9]\\d{0,5})");

    /// Resolves `keys`; names that are too many or too few are added to `offenders`.
    static KeyBinding of(SignatureSpec signature, Collection<String> keys, String location, List<Offender> offenders) {
        List<String> inputs = signature.inputs().stream().map(InputSpec::name).toList();
        Set<String> dataKeys = new LinkedHashSet<>(keys);
        String labelKey = !inputs.contains(LABELS) && dataKeys.remove(LABELS) ? LABELS : null;
        Map<String, String> bound = new LinkedHashMap<>();
        if (inputs.size() == 1 && dataKeys.size() == 1) {
            bound.put(inputs.getFirst(), dataKeys.iterator().next());
            return new KeyBinding(bound, labelKey);
        }
        boolean positional = !dataKeys.isEmpty()
                && dataKeys.stream().allMatch(key -> POSITIONAL.matcher(key).matches())
                && inputs.stream().noneMatch(dataKeys::contains);
        Set<String> unused = new LinkedHashSet<>(dataKeys);
        for (int i = 0; i < inputs.size(); i++) {
            String key = positional ? "arr_" + i : find(inputs.get(i), dataKeys);
            if (key != null && unused.remove(key)) {
                bound.put(inputs.get(i), key);
            }
        }
        report(inputs, bound, unused, location, offenders);
        return new KeyBinding(bound, labelKey);
    }

    private static @Nullable String find(String input, Set<String> keys) {
        if (keys.contains(input)) {
            return input;
        }
        String escaped = input.replace("/", "__");
        return keys.contains(escaped) ? escaped : null;
    }

    private static void report(
            List<String> inputs,
            Map<String, String> bound,
            Set<String> unused,
            String location,
            List<Offender> offenders) {
        String expected = inputs.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        for (String key : unused) {
            offenders.add(new Offender(Location.file(location), describe(key, inputs.size(), expected)));
        }
        List<String> missing = new ArrayList<>(inputs);
        missing.removeAll(bound.keySet());
        for (String name : missing) {
            offenders.add(new Offender(Location.file(location), "input '" + name + "' is missing"));
        }
    }

    private static String describe(String key, int inputs, String expected) {
        Matcher position = POSITIONAL.matcher(key);
        if (position.matches() && Integer.parseInt(position.group(1)) >= inputs) {
            return "'" + key + "' is one too many: the model has " + inputs + " inputs, " + expected;
        }
        return "'" + key + "' is no input of the model: expected are " + expected + " (and 'labels')";
    }
}
