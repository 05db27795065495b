package dev.lithe.schema.generator;

import dev.lithe.schema.generator.Schema.EnumType;
import dev.lithe.schema.generator.Schema.Field;
import dev.lithe.schema.generator.Schema.Scalar;
import dev.lithe.schema.generator.Schema.StringType;
import dev.lithe.schema.generator.Schema.TableType;
import dev.lithe.schema.generator.Schema.Type;
import dev.lithe.schema.generator.Schema.UnionType;
import dev.lithe.schema.generator.Schema.VectorType;

/// The Java type and default value of each field.
final class JavaTypes {

    private JavaTypes() {}

    static String of(Field field) {
        return switch (field.type()) {
            case Scalar s -> scalar(s, field.index());
            case StringType() -> "String";
            case EnumType(var definition) -> definition.name();
            case TableType(var table) -> "@Nullable " + Names.record(table);
            case UnionType(var union) -> "@Nullable " + union;
            case VectorType(var element) -> (field.optional() ? "@Nullable " : "") + vector(element);
        };
    }

    private static String scalar(Scalar scalar, boolean index) {
        return switch (scalar) {
            case BYTE, UBYTE, USHORT, INT -> "int";
            case UINT -> index ? "int" : "long";
            case LONG, ULONG -> "long";
            case BOOL -> "boolean";
            case FLOAT -> "float";
        };
    }

    static String vector(Type element) {
        return switch (element) {
            case Scalar s ->
                switch (s) {
                    case UBYTE -> "Bytes";
                    case USHORT, INT -> "Ints";
                    case LONG -> "Longs";
                    case FLOAT -> "Floats";
                    case BOOL -> "List<Boolean>";
                    case BYTE, UINT, ULONG -> throw new IllegalArgumentException("no vector of " + s);
                };
            case EnumType(var definition) -> "List<" + definition.name() + ">";
            case TableType(var table) -> "List<" + Names.record(table) + ">";
            case StringType(), UnionType(var _), VectorType(var _) ->
                throw new IllegalArgumentException("no vector of " + element);
        };
    }

    /// The name that the hand-written reader and writer give to a vector of these elements.
    static String vectorMethod(Type element) {
        return switch (element) {
            case Scalar.UBYTE -> "bytes";
            case Scalar.USHORT -> "ushorts";
            case Scalar.INT -> "ints";
            case Scalar.LONG -> "longs";
            case Scalar.FLOAT -> "floats";
            case Scalar.BOOL -> "bools";
            default -> throw new IllegalArgumentException("no vector of " + element);
        };
    }

    static boolean isList(Field field) {
        return of(field).startsWith("List<");
    }

    static boolean isNullable(Field field) {
        return of(field).startsWith("@Nullable");
    }

    /// The value that an absent field stands for, as a Java expression.
    static String defaultValue(Field field) {
        String given = field.defaultValue();
        return switch (field.type()) {
            case Scalar s ->
                switch (s) {
                    case BOOL -> given.isEmpty() ? "false" : given;
                    case FLOAT -> (given.isEmpty() ? "0" : given) + "f";
                    case LONG, ULONG -> (given.isEmpty() ? "0" : given) + "L";
                    case UINT -> (given.isEmpty() ? "0" : given) + (field.index() ? "" : "L");
                    case BYTE, UBYTE, USHORT, INT -> given.isEmpty() ? "0" : given;
                };
            case StringType() -> "\"\"";
            case EnumType(var definition) ->
                definition.name() + "."
                        + (given.isEmpty() ? definition.constants().getFirst() : given);
            case TableType(var _), UnionType(var _) -> "null";
            case VectorType(var element) -> field.optional() ? "null" : emptyVector(element);
        };
    }

    private static String emptyVector(Type element) {
        String type = vector(element);
        return type.startsWith("List<") ? "List.of()" : type + ".EMPTY";
    }
}
