package dev.lithe.oracle.internal;

import dev.lithe.oracle.OracleResult;
import dev.lithe.oracle.OracleRun;
import dev.lithe.oracle.OracleStage;
import dev.lithe.oracle.OracleTensor;
import dev.lithe.oracle.OracleTensorInfo;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Collects the messages that answer one request.
final class Replies {
    private final DataInputStream in;
    private final List<OracleRun> runs = new ArrayList<>();
    private List<OracleTensorInfo> inputs = List.of();
    private List<OracleTensorInfo> outputs = List.of();
    private OracleStage stage = OracleStage.LOAD;

    Replies(DataInputStream in) {
        this.in = in;
    }

    /// The last stage that was begun.
    OracleStage stage() {
        return stage;
    }

    /// Reads up to the closing message.
    ///
    /// @param log gives the process's standard error for this request
    /// @throws IOException if the process ends before that
    /// @throws IllegalArgumentException if the request does not fit the model
    OracleResult readAll(Supplier<String> log) throws IOException {
        while (true) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case Wire.STAGE -> stage = OracleStage.valueOf(Wire.readString(in));
                case Wire.INTERFACE -> {
                    inputs = Wire.readInfos(in);
                    outputs = Wire.readInfos(in);
                }
                case Wire.RUN -> runs.add(readRun());
                case Wire.END -> {
                    return new OracleResult.Completed(inputs, outputs, runs, log.get());
                }
                case Wire.REJECTED -> {
                    return new OracleResult.Rejected(stage, log.get());
                }
                case Wire.BAD_REQUEST -> throw new IllegalArgumentException(Wire.readString(in));
                default -> throw new IllegalStateException("message " + tag + " out of LiteRT's process");
            }
        }
    }

    private OracleRun readRun() throws IOException {
        List<Integer> outputIndices = Wire.readInts(in);
        int count = in.readInt();
        NavigableMap<Integer, OracleTensor> tensors = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            OracleTensorInfo info = Wire.readInfo(in);
            tensors.put(info.index(), new OracleTensor(info, Wire.readBytes(in)));
        }
        return new OracleRun(tensors, outputIndices);
    }
}
