package dev.lithe.operators.structure;

import dev.lithe.operators.Operator;

/// Operators that run other subgraphs, or keep something from one run to the next.
public sealed interface StructureOperator extends Operator
        permits If,
                While,
                CallOnce,
                StablehloCase,
                StablehloComposite,
                VarHandle,
                ReadVariable,
                AssignVariable,
                Hashtable,
                HashtableFind,
                HashtableImport,
                HashtableSize {}
