package io.elasticmemory.samples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value that has been read, with its place in the text, so that whoever looks for what is
 * not there is told where it should have been. Immutable.
 */
public final class JsonTree {
  private final String place;
  private final @Nullable Object value;

  private JsonTree(String place, @Nullable Object value) {
    this.place = place;
    this.value = value;
  }

  /**
   * Reads one value, which must be all of the text.
   *
   * @throws IllegalArgumentException if it is no JSON
   */
  public static JsonTree parse(String text) {
    return new JsonTree("the JSON", new Reader(text).readAll());
  }

  /** The value of a field of an object. */
  public JsonTree get(String name) {
    return find(name).orElseThrow(() -> wrong("has no field '" + name + "'"));
  }

  /** The value of a field that may be missing. */
  public Optional<JsonTree> find(String name) {
    if (!(value instanceof Map<?, ?> fields)) {
      throw wrong("is no object");
    }
    return fields.containsKey(name)
        ? Optional.of(new JsonTree(place + "." + name, fields.get(name)))
        : Optional.empty();
  }

  /** The elements of a list. */
  public List<JsonTree> each() {
    if (!(value instanceof List<?> elements)) {
      throw wrong("is no list");
    }
    List<JsonTree> trees = new ArrayList<>();
    for (Object element : elements) {
      trees.add(new JsonTree(place + "[" + trees.size() + "]", element));
    }
    return trees;
  }

  /** A number. */
  public double number() {
    if (value instanceof Double number) {
      return number;
    }
    throw wrong("is no number");
  }

  /** The number of a field. */
  public double number(String name) {
    return get(name).number();
  }

  /** A text. */
  public String text() {
    if (value instanceof String text) {
      return text;
    }
    throw wrong("is no text");
  }

  /** The text of a field. */
  public String text(String name) {
    return get(name).text();
  }

  /** A truth value. */
  public boolean isTrue() {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw wrong("is neither true nor false");
  }

  /** Whether it is {@code null}. */
  public boolean isNull() {
    return value == null;
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(place + " " + what);
  }

  /** Descends through the text once. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    @Nullable Object readAll() {
      Object value = read();
      skipBlanks();
      if (at < text.length()) {
        throw wrong("more than one value");
      }
      return value;
    }

    private @Nullable Object read() {
      skipBlanks();
      return switch (peek()) {
        case '{' -> readObject();
        case '[' -> readList();
        case '"' -> readText();
        default -> readWord();
      };
    }

    private Map<String, @Nullable Object> readObject() {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      at++;
      if (take('}')) {
        return fields;
      }
      do {
        skipBlanks();
        String name = readText();
        require(':');
        fields.put(name, read());
      } while (take(','));
      require('}');
      return fields;
    }

    private List<@Nullable Object> readList() {
      List<@Nullable Object> elements = new ArrayList<>();
      at++;
      if (take(']')) {
        return elements;
      }
      do {
        elements.add(read());
      } while (take(','));
      require(']');
      return elements;
    }

    private String readText() {
      require('"');
      StringBuilder chars = new StringBuilder();
      while (peek() != '"') {
        char c = text.charAt(at++);
        chars.append(c == '\\' ? readEscaped() : c);
      }
      at++;
      return chars.toString();
    }

    private char readEscaped() {
      char c = peek();
      at++;
      return switch (c) {
        case 'n' -> '\n';
        case 't' -> '\t';
        case 'r' -> '\r';
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'u' -> readHex();
        case '"', '\\', '/' -> c;
        default -> throw wrong("the escape \\" + c);
      };
    }

    private char readHex() {
      int end = at + 4;
      if (end > text.length()) {
        throw wrong("an end within an escape");
      }
      int code = Integer.parseInt(text, at, end, 16);
      at = end;
      return (char) code;
    }

    private @Nullable Object readWord() {
      int start = at;
      while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      String word = text.substring(start, at);
      return switch (word) {
        case "null" -> null;
        case "true" -> Boolean.TRUE;
        case "false" -> Boolean.FALSE;
        default -> readNumber(word);
      };
    }

    private Double readNumber(String word) {
      try {
        return Double.valueOf(word);
      } catch (NumberFormatException e) {
        throw wrong("'" + word + "'");
      }
    }

    private boolean take(char wanted) {
      skipBlanks();
      if (peek() != wanted) {
        return false;
      }
      at++;
      return true;
    }

    private void require(char wanted) {
      if (!take(wanted)) {
        throw wrong("'" + peek() + "' instead of '" + wanted + "'");
      }
    }

    private char peek() {
      if (at >= text.length()) {
        throw wrong("an early end");
      }
      return text.charAt(at);
    }

    private void skipBlanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private IllegalArgumentException wrong(String what) {
      return new IllegalArgumentException("no JSON: " + what + " at character " + at);
    }
  }
}
