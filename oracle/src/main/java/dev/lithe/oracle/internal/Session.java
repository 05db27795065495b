package dev.lithe.oracle.internal;

import dev.lithe.oracle.OracleInput;
import dev.lithe.oracle.OracleInvocation;
import dev.lithe.oracle.OracleStage;
import dev.lithe.oracle.OracleTensorInfo;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.Allocation;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.InterpreterOptions;
import org.bytedeco.tensorflowlite.SignatureRunner;
import org.bytedeco.tensorflowlite.Subgraph;
import org.bytedeco.tensorflowlite.global.tensorflowlite;
import org.jspecify.annotations.Nullable;

/// One model in the runtime, from loading to the last invocation of a request.
final class Session implements AutoCloseable {
    private final LiteRt library;
    private final Wire.Job job;
    private final DataOutputStream out;

    private @Nullable FlatBufferModel model;
    private @Nullable Interpreter interpreter;
    private @Nullable SignatureRunner runner;
    private int subgraphIndex;
    private List<Integer> inputs = List.of();
    private List<Integer> outputs = List.of();

    Session(LiteRt library, Wire.Job job, DataOutputStream out) {
        this.library = library;
        this.job = job;
        this.out = out;
    }

    /// Carries the request out and sends what comes of it, except for the closing message.
    void run() throws IOException, RejectedException, RequestException {
        load();
        start(job.request().invocations().stream().findFirst());
        out.writeByte(Wire.INTERFACE);
        Wire.writeInfos(out, infos(inputs));
        Wire.writeInfos(out, infos(outputs));
        boolean fresh = true;
        for (OracleInvocation invocation : job.request().invocations()) {
            if (invocation.reset() && !fresh) {
                start(Optional.of(invocation));
            }
            fresh = false;
            invoke(invocation);
        }
    }

    /// Builds the interpreter and allocates its tensors. Inputs that the first invocation resizes are resized before:
    /// kernels that compute while tensors are allocated read beyond the recorded shape's end where an input has an
    /// unknown number of dimensions, which is recorded as none.
    private void start(Optional<OracleInvocation> first) throws IOException, RejectedException, RequestException {
        build();
        begin(OracleStage.ALLOCATE);
        if (first.isPresent()) {
            resize(first.get());
        }
        allocate();
    }

    private void load() throws IOException, RejectedException {
        begin(OracleStage.LOAD);
        String path = job.model().toString();
        model = job.request().verify()
                ? FlatBufferModel.VerifyAndBuildFromFile(path)
                : FlatBufferModel.BuildFromFile(path);
        if (model == null || model.isNull() || !model.initialized()) {
            throw new RejectedException("FlatBufferModel");
        }
    }

    private void build() throws IOException, RejectedException, RequestException {
        begin(OracleStage.BUILD);
        closeInterpreter();
        Interpreter built = new Interpreter((Pointer) null);
        try (InterpreterOptions options = new InterpreterOptions()) {
            options.SetPreserveAllTensors(job.request().preserveAll());
            try (InterpreterBuilder builder = new InterpreterBuilder(
                    Objects.requireNonNull(model),
                    library.resolver(job.request().kernels()),
                    options)) {
                check(builder.SetNumThreads(1), "SetNumThreads");
                check(builder.apply(built), "InterpreterBuilder");
            }
        }
        if (built.isNull()) {
            throw new RejectedException("InterpreterBuilder");
        }
        interpreter = built;
        subgraphIndex = 0;
        String signature = job.request().signature();
        if (signature != null) {
            subgraphIndex = built.GetSubgraphIndexFromSignature(signature);
            runner = subgraphIndex < 0 ? null : built.GetSignatureRunner(signature);
            if (runner == null || runner.isNull()) {
                throw new RequestException("the model has no signature '" + signature + "'");
            }
        }
        inputs = list(subgraph().inputs());
        outputs = list(subgraph().outputs());
    }

    private void allocate() throws IOException, RejectedException {
        begin(OracleStage.ALLOCATE);
        // Both go through the interpreter's own entry points, not the subgraph's: those also treat denormal numbers
        // as every other client of the runtime sees them treated.
        int status = runner == null ? interpreter().AllocateTensors() : runner.AllocateTensors();
        check(status, "AllocateTensors");
    }

    private void invoke(OracleInvocation invocation) throws IOException, RejectedException, RequestException {
        begin(OracleStage.INVOKE);
        if (resize(invocation)) {
            allocate();
            begin(OracleStage.INVOKE);
        }
        feed(invocation);
        check(runner == null ? interpreter().Invoke() : runner.Invoke(), "Invoke");
        List<Integer> wanted = wanted();
        out.writeByte(Wire.RUN);
        Wire.writeInts(out, outputs);
        out.writeInt(wanted.size());
        for (int index : wanted) {
            tensor(index).send(out);
        }
    }

    private boolean resize(OracleInvocation invocation) throws IOException, RejectedException, RequestException {
        boolean resized = false;
        for (Map.Entry<Integer, OracleInput> entry : invocation.inputs().entrySet()) {
            int index = inputAt(entry.getKey());
            List<Integer> shape = entry.getValue().shape();
            if (shape != null && !shape.equals(tensor(index).shape())) {
                int[] dims = shape.stream().mapToInt(Integer::intValue).toArray();
                check(subgraph().ResizeInputTensor(index, dims), "ResizeInputTensor");
                resized = true;
            }
        }
        return resized;
    }

    private void feed(OracleInvocation invocation) throws RequestException {
        for (int i = 0; i < inputs.size(); i++) {
            NativeTensor target = tensor(inputs.get(i));
            OracleInput value = invocation.inputs().get(i);
            if (value != null) {
                target.write(value.data());
            } else if (invocation.zeroMissing()) {
                target.writeZeros();
            } else {
                throw new RequestException("input " + i + " " + target.info() + " is not given");
            }
        }
    }

    private int inputAt(int position) throws RequestException {
        if (position < 0 || position >= inputs.size()) {
            throw new RequestException("there is no input " + position + ", the model has " + infos(inputs));
        }
        return inputs.get(position);
    }

    private List<Integer> wanted() {
        if (!job.request().preserveAll()) {
            return outputs.stream().distinct().toList();
        }
        List<Integer> wanted = new ArrayList<>();
        int count = ModelTensors.count(file(), subgraphIndex);
        for (int i = 0; i < count; i++) {
            if (!tensor(i).isConstant() || outputs.contains(i)) {
                wanted.add(i);
            }
        }
        return wanted;
    }

    @SuppressWarnings("restricted")
    private MemorySegment file() {
        Allocation allocation = Objects.requireNonNull(model).allocation();
        return MemorySegment.ofAddress(allocation.base().address()).reinterpret(allocation.bytes());
    }

    private List<OracleTensorInfo> infos(List<Integer> indices) {
        return indices.stream().map(index -> tensor(index).info()).toList();
    }

    private NativeTensor tensor(int index) {
        return new NativeTensor(index, subgraph().tensor(index));
    }

    private Interpreter interpreter() {
        return Objects.requireNonNull(interpreter);
    }

    private Subgraph subgraph() {
        return interpreter().subgraph(subgraphIndex);
    }

    /// Tells the parent how far it went, at once: the process may be about to die.
    private void begin(OracleStage stage) throws IOException {
        out.writeByte(Wire.STAGE);
        Wire.writeString(out, stage.name());
        out.flush();
    }

    private static void check(int status, String where) throws RejectedException {
        if (status != tensorflowlite.kTfLiteOk) {
            throw new RejectedException(where);
        }
    }

    private static List<Integer> list(@Nullable IntPointer vector) {
        List<Integer> values = new ArrayList<>();
        for (long i = 0; vector != null && i < vector.limit(); i++) {
            values.add(vector.get(i));
        }
        return values;
    }

    private void closeInterpreter() {
        runner = null; // the interpreter owns it
        if (interpreter != null) {
            interpreter.deallocate();
            interpreter = null;
        }
    }

    /// The interpreter goes first: it refers to the model's memory.
    @Override
    public void close() {
        closeInterpreter();
        if (model != null) {
            model.deallocate();
            model = null;
        }
    }
}
