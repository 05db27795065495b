package dev.lithe.graph;

/// One of the things that are wrong: where, and what about it.
public record Offender(Location location, String what) {
    @Override
    public String toString() {
        String where = location.toString();
        return where.isEmpty() ? what : where + ": " + what;
    }
}
