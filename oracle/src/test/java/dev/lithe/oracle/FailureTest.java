package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureTest {
    private static final OracleRequest ZEROS =
            OracleRequest.of(OracleKernels.REFERENCE).withInvocation(OracleInvocation.zeros());

    /// Minutes of work.
    private static final OracleRequest ENDLESS =
            ZEROS.withInvocations(Collections.nCopies(100_000, OracleInvocation.zeros()));

    @TempDir
    Path folder;

    private Path good;
    private Oracle oracle;

    @BeforeEach
    void open() {
        good = Shared.path("golden/kws/int8/model.tflite");
        oracle = Oracle.open();
    }

    @AfterEach
    void theOracleStillWorks() {
        if (oracle == null) {
            return; // skipped
        }
        try (Oracle used = oracle) {
            assertThat(used.run(good, ZEROS).orThrow().runs()).hasSize(1);
        }
    }

    @Test
    void aTruncatedFileIsRejectedInTheRuntimesWords() throws IOException {
        Path truncated = write("truncated.tflite", Arrays.copyOf(Files.readAllBytes(good), 20_000));

        assertThat(oracle.run(truncated, ZEROS))
                .isEqualTo(new OracleResult.Rejected(
                        OracleStage.LOAD, "ERROR: The model is not a valid Flatbuffer buffer"));
    }

    @Test
    void anEmptyAndAMissingFileAreRejected() throws IOException {
        assertThat(oracle.run(write("empty.tflite", new byte[0]), ZEROS))
                .isInstanceOfSatisfying(
                        OracleResult.Rejected.class,
                        rejected -> assertThat(rejected.stage()).isEqualTo(OracleStage.LOAD));
        assertThat(oracle.run(folder.resolve("none.tflite"), ZEROS))
                .isInstanceOfSatisfying(
                        OracleResult.Rejected.class,
                        rejected -> assertThat(rejected.log()).contains("Could not open"));
    }

    /// Unverified, the runtime follows a root offset that points far behind the file. Where it ends up depends on the
    /// random layout of the process's memory: nearly always in unmapped memory, which kills it, else in other data,
    /// which it rejects. Hence several offsets.
    @Test
    void aFileThatBringsTheProcessDownIsACrash() throws IOException {
        byte[] bytes = Files.readAllBytes(good);
        List<OracleResult.Crashed> crashes = new ArrayList<>();
        for (int highByte = 0x40; highByte < 0x100; highByte += 0x20) {
            bytes[3] = (byte) highByte; // 1 to 3.5 GB behind the start
            Path malformed = write("root.tflite", bytes);

            assertThat(oracle.run(malformed, ZEROS)).isInstanceOf(OracleResult.Rejected.class);
            switch (oracle.run(malformed, ZEROS.withVerify(false))) {
                case OracleResult.Crashed crashed -> crashes.add(crashed);
                case OracleResult other -> assertThat(other).isInstanceOf(OracleResult.Rejected.class);
            }
        }
        assertThat(crashes).isNotEmpty().allSatisfy(crashed -> {
            assertThat(crashed.signal()).isIn("SIGSEGV", "SIGBUS");
            assertThat(crashed.log()).contains("libjnitensorflowlite");
        });
    }

    @Test
    void aProcessThatIsKilledIsACrash() throws InterruptedException {
        assertThat(oracle.run(good, ZEROS)).isInstanceOf(OracleResult.Completed.class);
        Thread killer = Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(300_000_000);
            ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
        });

        OracleResult result = oracle.run(Shared.path("golden/vww96/none/model.tflite"), ENDLESS);

        killer.join();
        assertThat(result).isInstanceOfSatisfying(OracleResult.Crashed.class, crashed -> {
            assertThat(crashed.signal()).isEqualTo("SIGKILL");
            assertThat(crashed.exitCode()).isEqualTo(137);
        });
    }

    @Test
    void aRequestThatTakesTooLongTimesOut() {
        Duration limit = Duration.ofMillis(500);

        assertThat(oracle.run(Shared.path("golden/vww96/none/model.tflite"), ENDLESS.withTimeout(limit)))
                .isInstanceOfSatisfying(
                        OracleResult.TimedOut.class,
                        late -> assertThat(late.limit()).isEqualTo(limit));
    }

    @Test
    void anInputOfTheWrongSizeIsTheCallersFault() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> oracle.run(
                        good, OracleRequest.of(OracleKernels.BUILTIN).withInvocation(OracleInvocation.of(new byte[3]))))
                .withMessageContaining("takes 490 bytes, got 3")
                .withMessageContaining("[1, 49, 10, 1]");
    }

    @Test
    void anInputThatIsMissingOrTooManyIsTheCallersFault() {
        OracleRequest request = OracleRequest.of(OracleKernels.BUILTIN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> oracle.run(good, request.withInvocation(OracleInvocation.of(new byte[0][]))))
                .withMessageContaining("input 0")
                .withMessageContaining("not given");
        OracleInvocation two = OracleInvocation.of(new byte[490], new byte[490]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> oracle.run(good, request.withInvocation(two)))
                .withMessageContaining("there is no input 1");
    }

    @Test
    void aSignatureThatTheModelLacksIsTheCallersFault() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> oracle.run(good, ZEROS.withSignature("nonesuch")))
                .withMessageContaining("no signature 'nonesuch'");
    }

    @Test
    void aClosedOracleSaysSo() {
        Oracle closed = Oracle.open();
        closed.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> closed.run(good, ZEROS))
                .withMessageContaining("closed");
    }

    @Test
    void orThrowTellsWhatTheRuntimeSaid() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> oracle.run(folder.resolve("none.tflite"), ZEROS).orThrow())
                .withMessageContaining("rejected the model at LOAD")
                .withMessageContaining("Could not open");
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }
}
