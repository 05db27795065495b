package dev.lithe.oracle;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// An oracle that answers what it was asked before from a folder of the build: the same runtime gives the same
/// model and values the same answer. Only answers are remembered, no failures.
final class RememberingOracle implements AutoCloseable {
    /// Part of every key: what answers depend on besides model and request.
    private static final String VERSION = "LiteRT 2.21.0-1.5.14, layout 1";

    private final Oracle oracle = Oracle.open();
    private final Path folder = Path.of("target", "answers");

    OracleResult run(Path model, OracleRequest request) {
        try {
            Path remembered = folder.resolve(key(model, request));
            if (Files.exists(remembered)) {
                return read(new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(remembered))));
            }
            OracleResult result = oracle.run(model, request);
            if (result instanceof OracleResult.Completed completed) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                write(new DataOutputStream(bytes), completed);
                Files.createDirectories(folder);
                Path fresh = Files.createTempFile(folder, "answer", ".part");
                Files.write(fresh, bytes.toByteArray());
                Files.move(fresh, remembered, StandardCopyOption.REPLACE_EXISTING);
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(Path model, OracleRequest request) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        digest.update(Files.readAllBytes(model));
        update(digest, VERSION, request.kernels(), request.preserveAll(), request.verify(), request.signature());
        for (OracleInvocation invocation : request.invocations()) {
            update(digest, "call", invocation.reset(), invocation.zeroMissing());
            for (Map.Entry<Integer, OracleInput> input : new TreeMap<>(invocation.inputs()).entrySet()) {
                update(
                        digest,
                        input.getKey(),
                        input.getValue().shape(),
                        input.getValue().data().length);
                digest.update(input.getValue().data());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, Object... parts) {
        for (Object part : parts) {
            digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void write(DataOutputStream out, OracleResult.Completed completed) throws IOException {
        writeInfos(out, completed.inputs());
        writeInfos(out, completed.outputs());
        out.writeInt(completed.runs().size());
        for (OracleRun run : completed.runs()) {
            writeInts(out, run.outputs());
            out.writeInt(run.tensors().size());
            for (OracleTensor tensor : run.tensors().values()) {
                writeInfo(out, tensor.info());
                out.writeInt(tensor.data().length);
                out.write(tensor.data());
            }
        }
    }

    private static OracleResult.Completed read(DataInputStream in) throws IOException {
        List<OracleTensorInfo> inputs = readInfos(in);
        List<OracleTensorInfo> outputs = readInfos(in);
        List<OracleRun> runs = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            List<Integer> indices = readInts(in);
            NavigableMap<Integer, OracleTensor> tensors = new TreeMap<>();
            for (int count = in.readInt(); count > 0; count--) {
                OracleTensorInfo info = readInfo(in);
                tensors.put(info.index(), new OracleTensor(info, in.readNBytes(in.readInt())));
            }
            runs.add(new OracleRun(tensors, indices));
        }
        return new OracleResult.Completed(inputs, outputs, runs, "");
    }

    private static void writeInfos(DataOutputStream out, List<OracleTensorInfo> infos) throws IOException {
        out.writeInt(infos.size());
        for (OracleTensorInfo info : infos) {
            writeInfo(out, info);
        }
    }

    private static List<OracleTensorInfo> readInfos(DataInputStream in) throws IOException {
        List<OracleTensorInfo> infos = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            infos.add(readInfo(in));
        }
        return infos;
    }

    private static void writeInfo(DataOutputStream out, OracleTensorInfo info) throws IOException {
        out.writeInt(info.index());
        out.writeUTF(info.name());
        out.writeInt(info.typeCode());
        writeInts(out, info.shape());
    }

    private static OracleTensorInfo readInfo(DataInputStream in) throws IOException {
        return new OracleTensorInfo(in.readInt(), in.readUTF(), in.readInt(), readInts(in));
    }

    private static void writeInts(DataOutputStream out, List<Integer> values) throws IOException {
        out.writeInt(values.size());
        for (int value : values) {
            out.writeInt(value);
        }
    }

    private static List<Integer> readInts(DataInputStream in) throws IOException {
        List<Integer> values = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            values.add(in.readInt());
        }
        return values;
    }

    @Override
    public void close() {
        oracle.close();
    }
}
