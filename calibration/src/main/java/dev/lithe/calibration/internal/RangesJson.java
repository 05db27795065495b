package dev.lithe.calibration.internal;

import dev.lithe.calibration.RangesFile;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.TensorStatistics;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Reads and writes range files. Numbers are read as their text says, in one rounding to float32.
public final class RangesJson {
    static final String FORMAT = "lithe-ranges/1";
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes NaN and Infinity
            .build();

    private final String source;
    private final JsonParser parser;
    private final Map<String, TensorStatistics> ranges = new LinkedHashMap<>();
    private final List<Offender> offenders = new ArrayList<>();
    private String model = "";

    private RangesJson(String source, JsonParser parser) {
        this.source = source;
        this.parser = parser;
    }

    public static RangesFile read(Path path) {
        String source = path.toString();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), Files.readAllBytes(path))) {
            RangesJson json = new RangesJson(source, parser);
            json.document();
            return json.finish();
        } catch (IOException e) {
            throw new DatasetException(
                    "LQ0501",
                    Location.file(source),
                    "it cannot be read (" + e.getClass().getSimpleName() + ")",
                    "check the path and its permissions.",
                    e);
        } catch (JacksonException e) {
            throw malformed(source, e.getOriginalMessage());
        }
    }

    private RangesFile finish() {
        if (!offenders.isEmpty()) {
            throw new DatasetException(
                    "LQ0512",
                    source + ": not every range is one",
                    "give a finite min and max for each tensor, min not above max.",
                    offenders);
        }
        return new RangesFile(source, model, ranges);
    }

    /// Either kind of document: the plain map has no key whose value is no array.
    private void document() {
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_ARRAY) {
                pair(name);
            } else if (name.equals("format") && value == JsonToken.VALUE_STRING) {
                format(parser.getString());
            } else if (name.equals("model") && value == JsonToken.VALUE_STRING) {
                model = parser.getString();
            } else if (name.equals("tensors") && value == JsonToken.START_OBJECT) {
                tensors();
            } else if (!ranges.isEmpty()
                    || !value.isScalarValue()) { // a field that this version does not know may stay
                throw malformed(source, "'" + name + "' is no range [min, max]");
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT);
        if (parser.nextToken() != null) {
            throw malformed(source, "the document goes on after its end");
        }
    }

    private void format(String format) {
        if (!format.equals(FORMAT)) {
            throw malformed(source, "its format is '" + format + "', known is '" + FORMAT + "'");
        }
    }

    /// `[min, max]`, after the bracket.
    private void pair(String name) {
        parser.nextToken();
        float min = number(name);
        parser.nextToken();
        float max = number(name);
        expect(parser.nextToken(), JsonToken.END_ARRAY);
        put(name, min, max, 0);
    }

    /// `{"NAME":{"min":…,"max":…,"samples":…},…}`, after the brace.
    private void tensors() {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            range(name);
        }
    }

    private void range(String name) {
        float min = Float.NaN;
        float max = Float.NaN;
        long samples = 0;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "min" -> min = number(name);
                case "max" -> max = number(name);
                case "samples" -> samples = count(name);
                default -> parser.skipChildren();
            }
        }
        put(name, min, max, samples);
    }

    private void put(String name, float min, float max, long samples) {
        if (!Float.isFinite(min) || !Float.isFinite(max) || min > max) {
            offenders.add(new Offender(Location.NOWHERE, "'" + name + "' has the range " + min + " to " + max));
        } else {
            ranges.put(name, new TensorStatistics(min, max, samples));
        }
    }

    private float number(String name) {
        if (!parser.currentToken().isNumeric()) {
            throw malformed(source, "'" + name + "' has a bound that is no number");
        }
        return Float.parseFloat(parser.getString());
    }

    private long count(String name) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
            throw malformed(source, "'" + name + "' has no number of samples");
        }
        return parser.getLongValue();
    }

    private void expect(@org.jspecify.annotations.Nullable JsonToken token, JsonToken wanted) {
        if (token != wanted) {
            throw malformed(source, wanted + " is expected, there is " + token);
        }
    }

    private static DatasetException malformed(String source, String what) {
        return new DatasetException(
                "LQ0511",
                Location.file(source),
                "this is no file of ranges: " + what,
                "give {\"format\":\"" + FORMAT + "\",\"tensors\":{\"NAME\":{\"min\":-1.0,\"max\":2.0}}}, or a plain map"
                        + " from NAME to [min, max].");
    }

    public static String write(RangesFile file) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("format", FORMAT);
            if (!file.modelDigest().isEmpty()) {
                json.writeStringProperty("model", file.modelDigest());
            }
            json.writeObjectPropertyStart("tensors");
            file.byName().forEach((name, statistics) -> {
                json.writeObjectPropertyStart(name);
                json.writeNumberProperty("min", statistics.min());
                json.writeNumberProperty("max", statistics.max());
                json.writeNumberProperty("samples", statistics.samples());
                json.writeEndObject();
            });
            json.writeEndObject();
            json.writeEndObject();
        }
        return text + "\n";
    }
}
