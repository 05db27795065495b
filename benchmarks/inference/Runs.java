import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.CompiledModel;
import dev.lithe.runtime.ExecutionContext;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.TensorType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Lithe's side of `inference.py`: for each line with a number of milliseconds on standard input it runs the model for
/// that long and writes the nanoseconds of each run on a line. The inputs are `FOLDER/0.bin`, `FOLDER/1.bin`, ...
///
///     java --add-modules jdk.incubator.vector -cp CLASSPATH Runs.java MODEL.tflite FOLDER KERNELS THREADS
final class Runs {
    public static void main(String[] args) throws IOException {
        PlanOptions options = PlanOptions.DEFAULT
                .kernels(Kernels.valueOf(args[2].toUpperCase(Locale.ROOT)))
                .threads(Integer.parseInt(args[3]));
        CompiledModel model = Runtime.compile(TfliteReader.read(Path.of(args[0])), options);
        ExecutionContext context = model.newContext();
        for (int i = 0; i < context.inputs().size(); i++) {
            TensorSpec spec = context.inputs().get(i);
            byte[] bytes = Files.readAllBytes(Path.of(args[1], i + ".bin"));
            context.setInput(i, Tensor.fromLittleEndian(
                    spec.type(), spec.shape(), spec.quantization(), java.lang.foreign.MemorySegment.ofArray(bytes)));
        }
        context.run();
        for (int i = 0; i < context.outputs().size(); i++) {
            Files.write(Path.of(args[1], "lithe-" + i + ".bin"), context.output(i).copy().toLittleEndian());
        }
        System.out.println("ready " + model.kernels() + " " + context.arenaBytes());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(measure(context, Long.parseLong(line) * 1_000_000));
        }
    }

    private static String measure(ExecutionContext context, long nanos) {
        StringBuilder times = new StringBuilder();
        long end = System.nanoTime() + nanos;
        for (long before = System.nanoTime(); before < end; ) {
            context.run();
            long after = System.nanoTime();
            times.append(after - before).append(' ');
            before = after;
        }
        return times.toString();
    }
}
