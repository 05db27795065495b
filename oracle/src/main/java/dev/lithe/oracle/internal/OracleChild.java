package dev.lithe.oracle.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The forked process: reads requests from standard input until it ends, answers on what was its standard output.
public final class OracleChild {
    /// The exit code that says that the fault is this module's, not the model's or the runtime's.
    static final int OWN_FAULT = 70;

    private OracleChild() {}

    /// @param args none
    public static void main(String[] args) {
        // A kernel may loop forever: go when the parent has gone, even if nobody was left to kill this process.
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        var unused =
                parent.map(p -> p.onExit().thenRun(() -> Runtime.getRuntime().halt(OWN_FAULT)));
        try {
            serve();
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(OWN_FAULT);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void serve() throws Throwable {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(claimStandardOutput(), 1 << 16));
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        LiteRt library = LiteRt.load();
        out.writeByte(Wire.READY);
        out.flush();
        while (true) {
            Wire.Job job;
            try {
                job = Wire.readJob(in);
            } catch (EOFException e) {
                return;
            }
            answer(library, job, out);
            out.flush();
        }
    }

    private static void answer(LiteRt library, Wire.Job job, DataOutputStream out) throws IOException {
        try (Session session = new Session(library, job, out)) {
            session.run();
            out.writeByte(Wire.END);
        } catch (RejectedException e) {
            out.writeByte(Wire.REJECTED);
        } catch (RequestException e) {
            out.writeByte(Wire.BAD_REQUEST);
            Wire.writeString(out, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // javacpp turns a C++ exception into exactly this class.
            if (e.getClass() != RuntimeException.class) {
                throw e;
            }
            note("C++ exception: " + e.getMessage());
            out.writeByte(Wire.REJECTED);
        }
    }

    private static void note(String text) throws IOException {
        System.err.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        System.err.flush();
    }

    /// Takes the pipe behind file descriptor 1 for the replies and points the descriptor to standard error,
    /// so that nothing that native code or the JVM prints can get in between.
    @SuppressWarnings("restricted")
    private static OutputStream claimStandardOutput() throws Throwable {
        Linker linker = Linker.nativeLinker();
        ValueLayout.OfInt fd = ValueLayout.JAVA_INT;
        MethodHandle dup =
                linker.downcallHandle(linker.defaultLookup().findOrThrow("dup"), FunctionDescriptor.of(fd, fd));
        MethodHandle dup2 =
                linker.downcallHandle(linker.defaultLookup().findOrThrow("dup2"), FunctionDescriptor.of(fd, fd, fd));
        int pipe = (int) dup.invokeExact(1);
        if (pipe < 0 || (int) dup2.invokeExact(2, 1) < 0) {
            throw new IOException("dup failed");
        }
        return new FileOutputStream("/proc/self/fd/" + pipe);
    }
}
