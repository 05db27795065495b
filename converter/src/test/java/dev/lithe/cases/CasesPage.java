package dev.lithe.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Writes docs/tensorflow-operators.md.
final class CasesPage {
    private static final String HEAD = """
            # TensorFlow's operators

            What becomes of the SavedModels of TensorFlow's own operator tests (`shared/conformance/tensorflow-ops`), one row for
            each test. TensorFlow's converter was allowed custom operators; Lithe is not, so that what it converts runs on
            every runtime. The last part lists what is refused, and what converts with `--allow-custom-ops`.

            *Right* in mode float is within 1e-5 of the range of what TensorFlow answers, random numbers in shape, bounds and
            mean; in the quantized modes (int8, int16x8, dynamic) no farther from TensorFlow than its own file on
            LiteRT's reference kernels, or within one step (a 255th of the range, a 32767th of it in int16x8). Lithe's
            reference kernels compute here; that the official runtime answers the same for the same files is what
            `ConvertedCasesTest` of the profile `oracle` checks.

            This page is generated; `OperatorCasesTest` fails while it is out of date
            (`-Dlithe.update-docs=true` rewrites it), and where an operator converts less than with TensorFlow or answers wrong.
            """;

    private CasesPage() {}

    static String text(List<Outcome> outcomes) {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("\n| operator test | float | TensorFlow converts | Lithe converts | right")
                .append(" | quantized | TensorFlow converts | Lithe converts | right |\n")
                .append("|---|---|---|---|---|---|---|---|---|\n");
        page.append(row("**all**", outcomes));
        outcomes.stream()
                .collect(Collectors.groupingBy(o -> o.of().operator(), TreeMap::new, Collectors.toList()))
                .forEach((operator, some) -> page.append(row(operator, some)));
        page.append(rest(outcomes, Outcome.Kind.CUSTOM, "Only with `--allow-custom-ops`"));
        page.append(rest(outcomes, Outcome.Kind.REFUSED, "Refused"));
        page.append(rest(outcomes, Outcome.Kind.WRONG, "Wrong"));
        page.append(rest(
                outcomes.stream().filter(o -> !o.why().isEmpty()).toList(),
                Outcome.Kind.RIGHT,
                "Farther than 1e-5, as TensorFlow's own file is"));
        return page.toString();
    }

    private static String row(String name, List<Outcome> outcomes) {
        List<String> cells = new ArrayList<>(List.of(name));
        for (boolean quantized : new boolean[] {false, true}) {
            List<Outcome> some =
                    outcomes.stream().filter(o -> o.of().isFloat() != quantized).toList();
            cells.add(count(some, _ -> true));
            cells.add(count(some, o -> o.of().peerConverts()));
            cells.add(count(some, Outcome::converts));
            cells.add(count(some, Outcome::isRight));
        }
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String count(List<Outcome> outcomes, Predicate<Outcome> condition) {
        return outcomes.isEmpty()
                ? ""
                : String.valueOf(outcomes.stream().filter(condition).count());
    }

    private static String rest(List<Outcome> outcomes, Outcome.Kind kind, String title) {
        Map<String, List<Outcome>> byReason = outcomes.stream()
                .filter(o -> o.kind() == kind)
                .collect(Collectors.groupingBy(
                        o -> o.of().operator() + " | " + o.of().mode() + " | " + reason(o),
                        TreeMap::new,
                        Collectors.toList()));
        if (byReason.isEmpty()) {
            return "";
        }
        StringBuilder table = new StringBuilder("\n## " + title + "\n\n")
                .append(
                        "| operator test | mode | why | cases | of these TensorFlow converts |\n|---|---|---|---|---|\n");
        byReason.forEach((key, some) -> table.append("| ")
                .append(key)
                .append(" | ")
                .append(some.size())
                .append(" | ")
                .append(count(some, o -> o.of().peerConverts()))
                .append(" |\n"));
        return table.toString();
    }

    private static String reason(Outcome outcome) {
        return outcome.why().replace("|", "\\|").replace("\n", " ");
    }
}
