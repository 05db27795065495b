package dev.lithe.schema.generator;

/// How names of the format become names in Java.
final class Names {

    private Names() {}

    /// `fused_activation_function` becomes `fusedActivationFunction`; `builtin_options_2` becomes `builtinOptions2`.
    static String camelCase(String name) {
        StringBuilder out = new StringBuilder();
        boolean upper = false;
        for (char c : name.toCharArray()) {
            if (c == '_') {
                upper = true;
            } else {
                out.append(upper ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        return out.toString();
    }

    /// Tables of operator options keep their name, all others end in `Table`.
    static String record(String table) {
        return table.endsWith("Options") ? table : table + "Table";
    }

    static String capitalized(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    static String uncapitalized(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
