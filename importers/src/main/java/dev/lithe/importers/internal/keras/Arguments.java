package dev.lithe.importers.internal.keras;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a layer is called with.
///
/// @param positional in order
/// @param named by keyword
record Arguments(List<Argument> positional, Map<String, Argument> named) {
    /// One argument.
    sealed interface Argument {}

    /// A value of the graph.
    record Value(Symbol symbol) implements Argument {}

    /// Several arguments in one.
    record Group(List<Argument> members) implements Argument {}

    /// A number, a text, null, or a list of such.
    record Plain(JsonNode json) implements Argument {}

    Arguments {
        positional = List.copyOf(positional);
        named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
    }

    static Arguments of(Symbol... symbols) {
        List<Argument> values = new ArrayList<>();
        for (Symbol symbol : symbols) {
            values.add(new Value(symbol));
        }
        return new Arguments(values, Map.of());
    }

    /// The argument in place `index`, or called `name`; null where it is left out.
    @Nullable
    Argument get(int index, String name) {
        return index < positional.size() ? positional.get(index) : named.get(name);
    }

    /// The value in that place; null where there is none.
    @Nullable
    Symbol symbol(int index, String name) {
        return get(index, name) instanceof Value value ? value.symbol : null;
    }

    /// All values, in order.
    List<Symbol> symbols() {
        List<Symbol> all = new ArrayList<>();
        positional.forEach(argument -> collect(argument, all));
        named.values().forEach(argument -> collect(argument, all));
        return all;
    }

    /// The values of one argument.
    static List<Symbol> symbols(@Nullable Argument argument) {
        List<Symbol> all = new ArrayList<>();
        if (argument != null) {
            collect(argument, all);
        }
        return all;
    }

    private static void collect(Argument argument, List<Symbol> into) {
        switch (argument) {
            case Value value -> into.add(value.symbol);
            case Group group -> group.members.forEach(member -> collect(member, into));
            case Plain _ -> {}
        }
    }

    boolean flag(String name) {
        return named.get(name) instanceof Plain plain && plain.json.isBoolean() && plain.json.booleanValue();
    }
}
