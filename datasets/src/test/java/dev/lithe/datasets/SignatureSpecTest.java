package dev.lithe.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignatureSpecTest {
    private static Model model(List<SignatureDef> signatures, String... inputNames) {
        Map<TensorId, TensorSpec> tensors = new LinkedHashMap<>();
        for (int i = 0; i < inputNames.length; i++) {
            TensorId id = new TensorId(i);
            tensors.put(id, TensorSpec.of(id, inputNames[i], TensorType.FLOAT32, Shape.of(-1, i)));
        }
        List<TensorId> ids = List.copyOf(tensors.keySet());
        Subgraph main = new Subgraph("main", tensors, List.of(), ids, ids);
        return new Model("model", "", List.of(main), signatures, List.of(), Bytes.EMPTY, ids.size(), 0);
    }

    @Test
    void namesInputsByTensorWithoutSignatures() {
        List<SignatureSpec> specs = SignatureSpec.of(model(List.of(), "b", "a", "b"));

        assertThat(specs).singleElement().extracting(SignatureSpec::key).isEqualTo("");
        assertThat(specs.getFirst().inputs()).extracting(InputSpec::name).containsExactly("b", "a", "b:1");
        assertThat(specs.getFirst().inputs().get(1).declaredShape()).isEqualTo(Shape.of(-1, 1));
    }

    /// Files list a signature's inputs by name; positional data go by the order of the model's inputs.
    @Test
    void ordersSignatureInputsAsTheModelDoes() {
        Map<String, TensorId> inputs = new LinkedHashMap<>();
        inputs.put("x", new TensorId(1));
        inputs.put("y", new TensorId(0));
        SignatureDef signature = new SignatureDef("serve", 0, inputs, Map.of("out", new TensorId(1)));
        Model model = model(List.of(signature), "first", "second");

        assertThat(SignatureSpec.of(model).getFirst().inputs())
                .extracting(InputSpec::name)
                .containsExactly("y", "x");
        assertThat(SignatureSpec.outputIds(model, "serve")).containsExactly(Map.entry("out", new TensorId(1)));
        assertThatThrownBy(() -> SignatureSpec.of(model, "other")).isInstanceOf(IllegalArgumentException.class);
    }
}
