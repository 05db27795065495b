package dev.lithe.schema.generator;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parsed description of the file format. Names are those of the format, unchanged.
record Schema(
        Map<String, EnumDef> enums,
        Map<String, UnionDef> unions,
        Map<String, TableDef> tables,
        String root,
        String identifier) {

    /// A named list of constants, stored with `bytes` bytes; code `i` is the constant at position `i`.
    record EnumDef(String name, int bytes, List<String> constants) {}

    /// One of several tables; member `i` of the list has code `i + 1`, code 0 says that there is none.
    record UnionDef(String name, List<String> members) {}

    /// A table. `fields` stand in the order of their slots.
    record TableDef(String name, List<Field> fields) {

        /// The fields that become components of the record: all but those that only tell where bytes lie.
        List<Field> components() {
            return fields.stream().filter(f -> f.locates().isEmpty()).toList();
        }

        /// The number of slots that the format knows for this table.
        int slots() {
            return fields.isEmpty() ? 0 : fields.getLast().slot() + 1;
        }

        /// The fields that say where the bytes of `field` lie when they lie outside the FlatBuffer: offset, then size.
        List<Field> locatorsOf(Field field) {
            return fields.stream()
                    .filter(f -> f.locates().equals(Optional.of(field.name())))
                    .toList();
        }
    }

    /// A field of a table.
    ///
    /// @param typeSlot the slot of a union's type code, -1 for other types
    /// @param defaultValue as written in the description, empty for the zero of the type
    /// @param keep whether the field is written even when it is empty
    /// @param optional whether an absent vector differs from an empty one
    /// @param index whether an unsigned number fits into an int
    /// @param alignment what a vector's first element must be aligned to, 0 for no more than its type asks
    /// @param locates the field whose place in the file this one gives
    record Field(
            String name,
            Type type,
            int typeSlot,
            int slot,
            String defaultValue,
            boolean keep,
            boolean optional,
            boolean index,
            int alignment,
            Optional<String> locates,
            boolean deprecated) {

        String javaName() {
            return Names.camelCase(name);
        }
    }

    /// The type of a field.
    sealed interface Type {}

    enum Scalar implements Type {
        BYTE,
        BOOL,
        UBYTE,
        USHORT,
        INT,
        UINT,
        LONG,
        ULONG,
        FLOAT
    }

    record StringType() implements Type {}

    record EnumType(EnumDef definition) implements Type {}

    record TableType(String table) implements Type {}

    record UnionType(String union) implements Type {}

    record VectorType(Type element) implements Type {}
}
