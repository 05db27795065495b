package dev.lithe.cli.frompython;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A line of the page `docs/from-python.md`. The annotated method is the Java side: the page shows its lines up to
/// the first blank one or the `return`; what follows checks that they did what the Python side does.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Python {
    /// What people write in Python.
    String[] value();

    /// The same on the command line; empty where there is no such thing. It is run, and a file that it writes has
    /// to equal what the Java side gave.
    String shell() default "";

    /// A sentence for the page.
    String note() default "";
}
