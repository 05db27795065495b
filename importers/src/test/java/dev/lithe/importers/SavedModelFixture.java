package dev.lithe.importers;

import com.google.protobuf.ByteString;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.FunctionDef;
import dev.lithe.importers.internal.proto.GraphDef;
import dev.lithe.importers.internal.proto.MetaGraphDef;
import dev.lithe.importers.internal.proto.NodeDef;
import dev.lithe.importers.internal.proto.SavedModel;
import dev.lithe.importers.internal.proto.SignatureProto;
import dev.lithe.importers.internal.proto.TensorInfo;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.proto.TensorShapeProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes small SavedModels node by node.
final class SavedModelFixture {
    private final GraphDef.Builder graph = GraphDef.newBuilder();
    private final MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();

    static NodeDef node(String name, String op, Map<String, AttrValue> attributes, String... inputs) {
        return NodeDef.newBuilder()
                .setName(name)
                .setOp(op)
                .addAllInput(List.of(inputs))
                .putAllAttr(attributes)
                .build();
    }

    SavedModelFixture add(String name, String op, Map<String, AttrValue> attributes, String... inputs) {
        graph.addNode(node(name, op, attributes, inputs));
        return this;
    }

    SavedModelFixture add(String name, String op, String... inputs) {
        return add(name, op, Map.of(), inputs);
    }

    SavedModelFixture ints(String name, int... values) {
        return add(name, "Const", Map.of("value", tensor(ints(new int[] {values.length}, values))));
    }

    SavedModelFixture scalar(String name, int value) {
        return add(name, "Const", Map.of("value", tensor(ints(new int[0], value))));
    }

    SavedModelFixture floats(String name, int[] shape, float... values) {
        TensorProto.Builder proto =
                TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).setTensorShape(shape(shape));
        for (float value : values) {
            proto.addFloatVal(value);
        }
        return add(name, "Const", Map.of("value", tensor(proto.build())));
    }

    SavedModelFixture function(FunctionDef function) {
        graph.getLibraryBuilder().addFunction(function);
        return this;
    }

    SavedModelFixture signature(String key, Map<String, int[]> inputs, Map<String, String> outputs) {
        SignatureProto.Builder signature = SignatureProto.newBuilder();
        inputs.forEach((name, shape) -> {
            graph.addNode(node(key + "_" + name, "Placeholder", Map.of()));
            signature.putInputs(
                    name,
                    TensorInfo.newBuilder()
                            .setName(key + "_" + name + ":0")
                            .setDtype(DataType.DT_FLOAT)
                            .setTensorShape(shape(shape))
                            .build());
        });
        outputs.forEach((name, tensor) -> signature.putOutputs(
                name,
                TensorInfo.newBuilder()
                        .setName(tensor)
                        .setDtype(DataType.DT_FLOAT)
                        .build()));
        meta.putSignatureDef(key, signature.build());
        return this;
    }

    Path write(Path folder) throws IOException {
        meta.setGraphDef(graph).getMetaInfoDefBuilder().addTags("serve");
        SavedModel model = SavedModel.newBuilder()
                .setSavedModelSchemaVersion(1)
                .addMetaGraphs(meta)
                .build();
        Files.createDirectories(folder);
        Files.write(folder.resolve("saved_model.pb"), model.toByteArray());
        return folder;
    }

    static AttrValue tensor(TensorProto value) {
        return AttrValue.newBuilder().setTensor(value).build();
    }

    static AttrValue integer(long value) {
        return AttrValue.newBuilder().setI(value).build();
    }

    static AttrValue text(String value) {
        return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
    }

    static AttrValue call(String function) {
        AttrValue.Builder value = AttrValue.newBuilder();
        value.getFuncBuilder().setName(function);
        return value.build();
    }

    static TensorProto ints(int[] shape, int... values) {
        TensorProto.Builder proto =
                TensorProto.newBuilder().setDtype(DataType.DT_INT32).setTensorShape(shape(shape));
        for (int value : values) {
            proto.addIntVal(value);
        }
        return proto.build();
    }

    static TensorShapeProto shape(int... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int dimension : dimensions) {
            shape.addDimBuilder().setSize(dimension);
        }
        return shape.build();
    }
}
