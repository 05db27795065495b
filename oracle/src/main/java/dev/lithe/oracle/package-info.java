/// The official LiteRT runtime as an oracle for tests.
///
/// This module is for tests and CI only: nothing that ships depends on it, and the default build leaves it out
/// because it brings a native library (`org.bytedeco:tensorflow-lite`, LiteRT 2.21, Linux x86-64). Build it with
/// `./mvnw -Poracle -pl oracle -am verify`.
///
/// ```java
/// try (Oracle oracle = Oracle.open()) {
///     OracleRequest request = OracleRequest.of(OracleKernels.REFERENCE)
///             .withPreserveAll(true)
///             .withInvocation(OracleInvocation.of(inputBytes));
///     OracleRun run = oracle.run(Path.of("model.tflite"), request).orThrow().runs().getFirst();
///     byte[] output = run.output(0).data();
/// }
/// ```
///
/// A bad model can abort the process that runs it, therefore the runtime lives in a forked JVM. One such process
/// serves many models; after a crash or a timeout the next request gets a new one.
@NullMarked
package dev.lithe.oracle;

import org.jspecify.annotations.NullMarked;
