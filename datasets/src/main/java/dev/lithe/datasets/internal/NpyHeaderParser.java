package dev.lithe.datasets.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the Python literal in a `.npy` header: `{'descr': '<f4', 'fortran_order': False, 'shape': (200, 49), }`.
final class NpyHeaderParser {
    private static final int MOST_DIMENSIONS = 64;

    private final String location;
    private final String text;
    private final long dataOffset;
    private int at;

    NpyHeaderParser(String location, String text, long dataOffset) {
        this.location = location;
        this.text = text;
        this.dataOffset = dataOffset;
    }

    NpyHeader parse() {
        String descr = null;
        Boolean fortran = null;
        Shape shape = null;
        expect('{');
        while (!peek('}')) {
            String key = string();
            expect(':');
            switch (key) {
                case "descr" -> descr = descr();
                case "fortran_order" -> fortran = bool();
                case "shape" -> shape = shape();
                default -> throw damaged("the header has the unknown key '" + key + "'");
            }
            if (!peek('}')) {
                expect(',');
            }
        }
        return header(descr, fortran, shape);
    }

    private NpyHeader header(@Nullable String descr, @Nullable Boolean fortran, @Nullable Shape shape) {
        if (descr == null || fortran == null || shape == null) {
            throw damaged("the header lacks one of descr, fortran_order, shape");
        }
        return new NpyHeader(NpyType.of(location, descr), fortran, shape, dataOffset);
    }

    private String descr() {
        if (peek('[') || peek('(')) {
            throw DataErrors.notRead(
                    location,
                    "a structured array (records with fields) is no tensor",
                    "save each field as an array of its own.");
        }
        return string();
    }

    private String string() {
        skipBlanks();
        char quote = at < text.length() ? text.charAt(at) : 0;
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            throw damaged("a string is expected at position " + at + " of the header");
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    private boolean bool() {
        skipBlanks();
        for (boolean value : new boolean[] {false, true}) {
            String word = value ? "True" : "False";
            if (text.startsWith(word, at)) {
                at += word.length();
                return value;
            }
        }
        throw damaged("fortran_order is neither True nor False");
    }

    private Shape shape() {
        List<Integer> dimensions = new ArrayList<>();
        expect('(');
        while (!peek(')')) {
            if (dimensions.size() == MOST_DIMENSIONS) {
                throw damaged("the shape has more than " + MOST_DIMENSIONS + " dimensions");
            }
            dimensions.add(dimension());
            if (!peek(')')) {
                expect(',');
            }
        }
        expect(')');
        return Shape.of(dimensions.stream().mapToInt(Integer::intValue).toArray());
    }

    private int dimension() {
        skipBlanks();
        int start = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        try {
            int value = Integer.parseInt(text.substring(start, at));
            if (at < text.length() && text.charAt(at) == 'L') { // written by Python 2
                at++;
            }
            return value;
        } catch (NumberFormatException e) {
            throw damaged("the shape has a dimension that is no number from 0 to 2147483647");
        }
    }

    private boolean peek(char wanted) {
        skipBlanks();
        return at < text.length() && text.charAt(at) == wanted;
    }

    private void expect(char wanted) {
        if (!peek(wanted)) {
            throw damaged("'" + wanted + "' is expected at position " + at + " of the header");
        }
        at++;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private DatasetException damaged(String what) {
        return DataErrors.damaged(location, what);
    }
}
