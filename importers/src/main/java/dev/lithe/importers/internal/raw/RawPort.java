package dev.lithe.importers.internal.raw;

/// Output `index` of a node.
public record RawPort(RawNode node, int index) {
    /// Where the value is made: identities are followed back.
    public RawPort source() {
        RawPort at = this;
        while (at.node.op().equals("Identity") && !at.node.inputs().isEmpty()) {
            at = at.node.input(0);
        }
        return at;
    }
}
