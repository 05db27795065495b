package dev.lithe.importers.internal.raw;

/// How a node names one of its inputs: `node`, `node:2`, in a function `node:output_name:0`, and
/// `^node` for one that must only have run before.
///
/// @param output the output's name, empty where it is not given
public record Reference(String node, String output, int index, boolean control) {
    /// @throws NumberFormatException where the index is no number
    public static Reference parse(String text) {
        if (text.startsWith("^")) {
            return new Reference(text.substring(1), "", 0, true);
        }
        String[] parts = text.split(":", -1);
        return switch (parts.length) {
            case 1 -> new Reference(parts[0], "", 0, false);
            case 2 ->
                isNumber(parts[1])
                        ? new Reference(parts[0], "", Integer.parseInt(parts[1]), false)
                        : new Reference(parts[0], parts[1], 0, false);
            default -> new Reference(parts[0], parts[1], Integer.parseInt(parts[2]), false);
        };
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
