package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call of a layer.
///
/// @param caller calls the layers within it
/// @param ops where its nodes go
record LayerCall(Caller caller, Layer layer, Ops ops, Arguments arguments) {
    KerasConfig config() {
        return layer.config();
    }

    /// The values of the first argument.
    List<Symbol> inputs() {
        List<Symbol> values = Arguments.symbols(arguments.get(0, "inputs"));
        return values.isEmpty() ? arguments.symbols() : values;
    }

    /// The first value.
    ///
    /// @throws NotLowerable where there is none
    Symbol input() {
        List<Symbol> values = inputs();
        if (values.isEmpty()) {
            throw new NotLowerable("it is called without an input");
        }
        return values.getFirst();
    }

    Symbol input(int index) {
        List<Symbol> values = inputs();
        if (index >= values.size()) {
            throw new NotLowerable("it has " + values.size() + " inputs, too few");
        }
        return values.get(index);
    }

    /// The mask of the first input, or the one that the call gives.
    @Nullable
    Symbol mask() {
        Symbol given = arguments.symbol(Integer.MAX_VALUE, "mask");
        return given != null ? given : input().mask();
    }

    /// The value of a weight.
    Symbol weight(String name, int... shape) {
        return caller.variables().read(layer.variable(name, caller.variables(), shape), ops);
    }

    /// `x` after the activation that the settings name.
    Symbol activate(Symbol x) {
        return activate(x, "activation", "linear");
    }

    Symbol activate(Symbol x, String key, String missing) {
        return Activations.apply(this, x, key, missing);
    }

    /// Calls a layer within this one.
    Symbol call(Layer inner, Symbol... values) {
        return caller.call(inner, ops, Arguments.of(values)).getFirst();
    }

    /// This call, with nodes and values of another graph.
    LayerCall in(Ops other, Layer inner, Arguments values) {
        return new LayerCall(caller, inner, other, values);
    }
}
