package dev.lithe.oracle;

import java.util.Map;
import java.util.TreeMap;

/// One run of the model. Successive invocations of a request go to the same interpreter, so that a stateful model
/// goes on from the state in which the previous one left it.
///
/// @param inputs values by position in the model's (or the signature's subgraph's) list of inputs, not by tensor
///     index. Every input must be given unless `zeroMissing`.
/// @param reset whether to start from the state after loading: the interpreter is built anew, so variable tensors,
///     resource variables and resized shapes are all as in the file
/// @param zeroMissing whether inputs that are not given are filled with zero bytes (STRING inputs with empty strings)
///     instead of being an error
public record OracleInvocation(Map<Integer, OracleInput> inputs, boolean reset, boolean zeroMissing) {
    public OracleInvocation {
        inputs = Map.copyOf(inputs);
    }

    /// An invocation that is given all inputs, in order, each as raw little-endian bytes in the shape it has.
    public static OracleInvocation of(byte[]... inputs) {
        OracleInput[] values = new OracleInput[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            values[i] = OracleInput.of(inputs[i]);
        }
        return of(values);
    }

    /// An invocation that is given all inputs, in order.
    public static OracleInvocation of(OracleInput... inputs) {
        Map<Integer, OracleInput> map = new TreeMap<>();
        for (int i = 0; i < inputs.length; i++) {
            map.put(i, inputs[i]);
        }
        return new OracleInvocation(map, false, false);
    }

    /// An invocation on zeros only, whatever inputs the model has.
    public static OracleInvocation zeros() {
        return new OracleInvocation(Map.of(), false, true);
    }

    /// The same invocation, from the state after loading.
    public OracleInvocation withReset() {
        return new OracleInvocation(inputs, true, zeroMissing);
    }
}
