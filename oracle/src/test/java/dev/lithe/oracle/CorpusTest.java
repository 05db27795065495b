package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every file of the corpus, loaded, allocated and run once on zeros in one process. Which files are refused was
/// found with TensorFlow 2.21's Python interpreter, each file in a process of its own.
class CorpusTest {
    /// Refused by both kernel sets: int16 by int8 batch matrix products.
    private static final List<String> NEWER_THAN_THE_RUNTIME = List.of(
            "LiteRT__static_w8_a16_quantized_attn_vec_einsum.tflite",
            "LiteRT__static_w8_a16_quantized_k_einsum.tflite",
            "LiteRT__static_w8_a16_quantized_q_einsum.tflite",
            "LiteRT__static_w8_a16_quantized_v_einsum.tflite");

    /// Refused by the reference kernels only: CEIL, ELU, ROUND, DEPTH_TO_SPACE 2 and TILE 3 are not registered there.
    private static final List<String> WITHOUT_REFERENCE_KERNEL = List.of(
            "LiteRT__simple_ceil_op.tflite",
            "LiteRT__simple_elu_op.tflite",
            "LiteRT__simple_round_op.tflite",
            "SR_Mobile_Quantization__base7_D4C28_bs16ps64_lr1e-3.tflite",
            "SR_Mobile_Quantization__base7_D4C28_bs16ps64_lr1e-3_qat.tflite",
            "SR_Mobile_Quantization__base7_D4C28_bs16ps64_lr1e-3_qat_time.tflite",
            "SR_Mobile_Quantization__base7_D4C28_bs16ps64_lr1e-3_time.tflite",
            "stm32ai-modelzoo__ssd_mobilenet_v1_025_192_int8.tflite",
            "stm32ai-modelzoo__ssd_mobilenet_v1_025_224_int8.tflite");

    @Test
    void builtinKernelsRunWhatTheyRunInPython() throws IOException {
        SortedMap<String, OracleResult> failures = failures(OracleKernels.BUILTIN);

        assertThat(failures.keySet()).containsExactlyElementsOf(NEWER_THAN_THE_RUNTIME);
        assertThat(failures.values()).allSatisfy(CorpusTest::isRefusedMatrixProduct);
    }

    @Test
    void referenceKernelsRunWhatTheyRunInPython() throws IOException {
        SortedMap<String, OracleResult> failures = failures(OracleKernels.REFERENCE);

        assertThat(failures.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(NEWER_THAN_THE_RUNTIME.stream(), WITHOUT_REFERENCE_KERNEL.stream())
                                .toList());
        assertThat(NEWER_THAN_THE_RUNTIME).allSatisfy(name -> isRefusedMatrixProduct(failures.get(name)));
        assertThat(WITHOUT_REFERENCE_KERNEL)
                .allSatisfy(name -> assertThat(failures.get(name))
                        .isInstanceOfSatisfying(OracleResult.Rejected.class, rejected -> {
                            assertThat(rejected.stage()).isEqualTo(OracleStage.BUILD);
                            assertThat(rejected.log()).contains("Didn't find op for builtin opcode");
                        }));
    }

    private static void isRefusedMatrixProduct(OracleResult result) {
        assertThat(result).isInstanceOfSatisfying(OracleResult.Rejected.class, rejected -> {
            assertThat(rejected.stage()).isEqualTo(OracleStage.ALLOCATE);
            assertThat(rejected.log()).contains("batch_matmul.cc");
        });
    }

    private static SortedMap<String, OracleResult> failures(OracleKernels kernels) throws IOException {
        OracleRequest request = OracleRequest.of(kernels).withInvocation(OracleInvocation.zeros());
        SortedMap<String, OracleResult> failures = new TreeMap<>();
        try (Oracle oracle = Oracle.open();
                Stream<Path> files = Files.list(Shared.path("corpus/quantized"))) {
            List<Path> models =
                    files.filter(file -> file.toString().endsWith(".tflite")).toList();
            assertThat(models).hasSizeGreaterThanOrEqualTo(282);
            for (Path model : models) {
                OracleResult result = oracle.run(model, request);
                if (!(result instanceof OracleResult.Completed)) {
                    failures.put(model.getFileName().toString(), result);
                }
            }
        }
        return failures;
    }
}
