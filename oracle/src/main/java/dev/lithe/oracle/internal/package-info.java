/// The forked process, what it is told and what it answers.
@NullMarked
package dev.lithe.oracle.internal;

import org.jspecify.annotations.NullMarked;
