package dev.lithe.operators;

import dev.lithe.graph.OperatorCode;

/// An operator that is carried along without being understood: read, printed and written losslessly, never run.
public record UnknownOperator(OperatorCode code) implements Operator {}
