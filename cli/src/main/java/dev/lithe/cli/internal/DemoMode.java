package dev.lithe.cli.internal;

import dev.lithe.Quantization;
import dev.lithe.schema.TensorType;
import java.util.List;

/// One line of the demo's table.
///
/// @param name what it is called there
/// @param options what to give to `convert` for it
/// @param devices what the mode is for
record DemoMode(String name, String options, Quantization quantization, String devices) {
    static List<DemoMode> all() {
        Quantization int8 = Quantization.int8();
        return List.of(
                new DemoMode("float32", "--quantize none", Quantization.none(), "the reference: CPU, GPU"),
                new DemoMode("float16", "--quantize float16", Quantization.float16(), "GPU; CPU at half the size"),
                new DemoMode("dynamic", "--quantize dynamic", Quantization.dynamic(), "CPU, without any data"),
                new DemoMode("int8", "--quantize int8", int8, "CPU, phone accelerators"),
                new DemoMode(
                        "int8 only",
                        "--quantize int8 --integer-only --input-type int8 --output-type int8",
                        int8.integerOnly().inputType(TensorType.INT8).outputType(TensorType.INT8),
                        "microcontrollers, Edge TPU, NPU"),
                new DemoMode(
                        "uint8 only",
                        "--quantize int8 --integer-only --input-type uint8 --output-type uint8",
                        int8.integerOnly().inputType(TensorType.UINT8).outputType(TensorType.UINT8),
                        "the same, fed with camera bytes"),
                new DemoMode(
                        "int16x8", "--quantize int16x8", Quantization.int16x8(), "microcontrollers, in finer steps"));
    }
}
