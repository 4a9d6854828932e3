package io.elasticmemory.samples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A JSON object with its fields in the order in which they were put. */
public final class JsonObject {
  private static final Pattern FIELD =
      Pattern.compile("\"(\\w+)\"\\s*:\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(-?[\\w.+-]+))");

  private final Map<String, Object> fields = new LinkedHashMap<>();

  /** Puts a whole number. */
  public JsonObject put(String name, long value) {
    fields.put(name, value);
    return this;
  }

  /** Puts a number with six decimals. */
  public JsonObject put(String name, double value) {
    fields.put(name, String.format(Locale.ROOT, "%.6f", value));
    return this;
  }

  /** Puts a truth value. */
  public JsonObject put(String name, boolean value) {
    fields.put(name, value);
    return this;
  }

  /** Puts a text. */
  public JsonObject put(String name, String value) {
    fields.put(name, quote(value));
    return this;
  }

  /** Puts a field that is known to have no value. */
  public JsonObject putNull(String name) {
    fields.put(name, "null");
    return this;
  }

  /** Puts a list of texts. */
  public JsonObject put(String name, List<String> values) {
    fields.put(
        name, values.stream().map(JsonObject::quote).collect(Collectors.joining(", ", "[", "]")));
    return this;
  }

  /** Puts an object. */
  public JsonObject put(String name, JsonObject object) {
    fields.put(name, object.text(", ", "{", "}"));
    return this;
  }

  /** Puts a list of numbers with six decimals. */
  public JsonObject putNumbers(String name, List<Double> values) {
    fields.put(
        name,
        values.stream()
            .map(value -> String.format(Locale.ROOT, "%.6f", value))
            .collect(Collectors.joining(", ", "[", "]")));
    return this;
  }

  /** Puts a list of objects. */
  public JsonObject putObjects(String name, List<JsonObject> values) {
    fields.put(
        name,
        values.stream()
            .map(object -> object.text(", ", "{", "}"))
            .collect(Collectors.joining(",\n    ", "[\n    ", "\n  ]")));
    return this;
  }

  /**
   * The texts and numbers at the top of an object that this class has written, by name; lists are
   * left out.
   */
  public static Map<String, String> readFlat(String json) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher field = FIELD.matcher(json.replaceAll("\\[[^\\]]*\\]", "[]"));
    while (field.find()) {
      String text = field.group(2);
      values.put(field.group(1), text == null ? field.group(3) : text);
    }
    return values;
  }

  /** The object, a line for each field. */
  @Override
  public String toString() {
    return text(",\n  ", "{\n  ", "\n}");
  }

  private String text(String separator, String start, String end) {
    return fields.entrySet().stream()
        .map(field -> quote(field.getKey()) + ": " + field.getValue())
        .collect(Collectors.joining(separator, start, end));
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        default -> {
          if (c < ' ') {
            quoted.append(String.format("\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
