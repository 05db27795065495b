package dev.lithe.importers.internal.keras;

import com.google.protobuf.ByteString;
import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.NameAttrList;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.proto.TensorShapeProto;
import java.util.List;

/// Makes attributes of nodes.
final class Attr {
    private Attr() {}

    static AttrValue type(DataType value) {
        return AttrValue.newBuilder().setType(value).build();
    }

    static AttrValue integer(long value) {
        return AttrValue.newBuilder().setI(value).build();
    }

    static AttrValue real(float value) {
        return AttrValue.newBuilder().setF(value).build();
    }

    static AttrValue flag(boolean value) {
        return AttrValue.newBuilder().setB(value).build();
    }

    static AttrValue text(String value) {
        return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
    }

    static AttrValue integers(int... values) {
        AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
        for (int value : values) {
            list.addI(value);
        }
        return AttrValue.newBuilder().setList(list).build();
    }

    static AttrValue types(List<DataType> values) {
        return AttrValue.newBuilder()
                .setList(AttrValue.ListValue.newBuilder().addAllType(values))
                .build();
    }

    static AttrValue shapes(List<Shape> values) {
        AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
        values.forEach(value -> list.addShape(shapeProto(value)));
        return AttrValue.newBuilder().setList(list).build();
    }

    static AttrValue shape(Shape value) {
        return AttrValue.newBuilder().setShape(shapeProto(value)).build();
    }

    static AttrValue tensor(TensorProto value) {
        return AttrValue.newBuilder().setTensor(value).build();
    }

    static AttrValue function(String name) {
        return AttrValue.newBuilder()
                .setFunc(NameAttrList.newBuilder().setName(name))
                .build();
    }

    static TensorShapeProto shapeProto(Shape shape) {
        TensorShapeProto.Builder builder = TensorShapeProto.newBuilder();
        for (int i = 0; i < shape.rank(); i++) {
            builder.addDim(TensorShapeProto.Dim.newBuilder().setSize(shape.dimension(i)));
        }
        return builder.build();
    }
}
