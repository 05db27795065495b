package dev.lithe.oracle.internal;

import dev.lithe.oracle.OracleInput;
import dev.lithe.oracle.OracleInvocation;
import dev.lithe.oracle.OracleKernels;
import dev.lithe.oracle.OracleRequest;
import dev.lithe.oracle.OracleTensorInfo;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The encoding of what goes between the two processes: requests on the child's standard input, replies on what was
/// its standard output. A request is one message; the reply is a sequence of messages, each opened by one of the
/// tags.
final class Wire {
    /// The child has loaded the native library and waits for a request.
    static final int READY = 'Y';
    /// A stage begins: its name.
    static final int STAGE = 'S';
    /// The tensors of the interface: inputs, outputs.
    static final int INTERFACE = 'I';
    /// One invocation is done: output indices, number of tensors, tensors (information, length, bytes).
    static final int RUN = 'O';
    /// The request is done.
    static final int END = 'E';
    /// The runtime refused; why stands on standard error.
    static final int REJECTED = 'R';
    /// The request does not fit the model: why.
    static final int BAD_REQUEST = 'B';

    private Wire() {}

    /// A request on its way: the model's file and what to do with it.
    record Job(Path model, OracleRequest request) {}

    static void writeJob(DataOutputStream out, Job job) throws IOException {
        OracleRequest request = job.request();
        writeString(out, job.model().toString());
        writeString(out, request.kernels().name());
        out.writeBoolean(request.preserveAll());
        out.writeBoolean(request.verify());
        String signature = request.signature();
        out.writeBoolean(signature != null);
        if (signature != null) {
            writeString(out, signature);
        }
        out.writeInt(request.invocations().size());
        for (OracleInvocation invocation : request.invocations()) {
            writeInvocation(out, invocation);
        }
        out.flush();
    }

    static Job readJob(DataInputStream in) throws IOException {
        Path model = Path.of(readString(in));
        OracleRequest request = OracleRequest.of(OracleKernels.valueOf(readString(in)))
                .withPreserveAll(in.readBoolean())
                .withVerify(in.readBoolean())
                .withSignature(in.readBoolean() ? readString(in) : null)
                .withTimeout(Duration.ofDays(1)); // the parent keeps the time
        int count = in.readInt();
        List<OracleInvocation> invocations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            invocations.add(readInvocation(in));
        }
        return new Job(model, request.withInvocations(invocations));
    }

    private static void writeInvocation(DataOutputStream out, OracleInvocation invocation) throws IOException {
        out.writeBoolean(invocation.reset());
        out.writeBoolean(invocation.zeroMissing());
        out.writeInt(invocation.inputs().size());
        for (Map.Entry<Integer, OracleInput> entry : invocation.inputs().entrySet()) {
            out.writeInt(entry.getKey());
            List<Integer> shape = entry.getValue().shape();
            out.writeBoolean(shape != null);
            if (shape != null) {
                writeInts(out, shape);
            }
            out.writeInt(entry.getValue().data().length);
            out.write(entry.getValue().data());
        }
    }

    private static OracleInvocation readInvocation(DataInputStream in) throws IOException {
        boolean reset = in.readBoolean();
        boolean zeroMissing = in.readBoolean();
        int count = in.readInt();
        Map<Integer, OracleInput> inputs = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            int position = in.readInt();
            List<Integer> shape = in.readBoolean() ? readInts(in) : null;
            inputs.put(position, new OracleInput(readBytes(in), shape));
        }
        return new OracleInvocation(inputs, reset, zeroMissing);
    }

    static void writeInfos(DataOutputStream out, List<OracleTensorInfo> infos) throws IOException {
        out.writeInt(infos.size());
        for (OracleTensorInfo info : infos) {
            writeInfo(out, info);
        }
    }

    static List<OracleTensorInfo> readInfos(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<OracleTensorInfo> infos = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            infos.add(readInfo(in));
        }
        return infos;
    }

    static void writeInfo(DataOutputStream out, OracleTensorInfo info) throws IOException {
        out.writeInt(info.index());
        writeString(out, info.name());
        out.writeInt(info.typeCode());
        writeInts(out, info.shape());
    }

    static OracleTensorInfo readInfo(DataInputStream in) throws IOException {
        return new OracleTensorInfo(in.readInt(), readString(in), in.readInt(), readInts(in));
    }

    static void writeInts(DataOutputStream out, List<Integer> values) throws IOException {
        out.writeInt(values.size());
        for (int value : values) {
            out.writeInt(value);
        }
    }

    static List<Integer> readInts(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(in.readInt());
        }
        return values;
    }

    static void writeString(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readString(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    /// Reads a length and that many bytes.
    ///
    /// @throws java.io.EOFException if the stream ends before
    static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
