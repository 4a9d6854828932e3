package io.elasticmemory.agent;

import io.elasticmemory.MemPath;
import io.elasticmemory.MemPath.Dram;
import io.elasticmemory.MemPath.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What follows {@code -javaagent:emp-agent.jar=}: {@code key=value}, separated by commas. A path
 * may hold commas itself: it is in quotes, or last.
 *
 * @param path empty for the path of the environment
 * @param minBytes smaller allocations are left alone
 * @param callers whose allocations are redirected
 * @param strict refuse to start, and to allocate elsewhere, rather than go on without the space
 * @param usermode as if the path said so; if not, what it says counts
 * @param verbose say how long it took to begin
 */
record AgentOptions(
    String path,
    long minBytes,
    Callers callers,
    boolean strict,
    boolean usermode,
    boolean verbose) {
  /** Below this, what a program allocates is rarely worth a place of its own. */
  static final long MIN_BYTES = 1L << 20;

  private static final int SIZE_DIGITS_MAX = 18;

  private static final String KEYS = "path, min, include, exclude, strict, usermode, verbose";

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException that names what is wrong and what is allowed
   */
  static AgentOptions parse(String text) {
    String path = "";
    long minBytes = MIN_BYTES;
    List<String> include = List.of();
    List<String> exclude = List.of();
    boolean strict = false;
    boolean usermode = false;
    boolean verbose = false;
    for (String option : split(text)) {
      int equals = option.indexOf('=');
      String key = equals < 0 ? option : option.substring(0, equals).strip();
      String value = equals < 0 ? "" : option.substring(equals + 1).strip();
      switch (key) {
        case "path" -> path = value;
        case "min" -> minBytes = bytes(value);
        case "include" -> include = names(value);
        case "exclude" -> exclude = names(value);
        case "strict" -> strict = flag(key, value);
        case "usermode" -> usermode = flag(key, value);
        case "verbose" -> verbose = flag(key, value);
        default ->
            throw new IllegalArgumentException(
                "agent option '%s' is not known; there are %s".formatted(option, KEYS));
      }
    }
    return new AgentOptions(
        path, minBytes, new Callers(include, exclude), strict, usermode, verbose);
  }

  /**
   * The path of the space: the one given, or else that of the environment.
   *
   * @throws io.elasticmemory.EmpException of kind PATH if there is none, or it is malformed
   */
  MemPath memPath(Map<String, String> environment) {
    MemPath memPath = path.isEmpty() ? MemPath.fromEnvironment(environment) : MemPath.parse(path);
    return usermode
        ? new MemPath(memPath.entries().stream().map(AgentOptions::withUsermode).toList())
        : memPath;
  }

  private static Entry withUsermode(Entry entry) {
    return entry instanceof Dram dram
        ? new Dram(dram.mib(), dram.options().withUsermode(true))
        : entry;
  }

  private static List<String> split(String text) {
    List<String> options = new ArrayList<>();
    String rest = text.strip();
    while (!rest.isEmpty()) {
      int end = end(rest);
      options.add(rest.substring(0, end).strip());
      rest = end == rest.length() ? "" : rest.substring(end + 1).strip();
    }
    return options;
  }

  /** Where the first option ends. */
  private static int end(String rest) {
    int comma = rest.indexOf(',');
    if (!rest.startsWith("path=")) {
      return comma < 0 ? rest.length() : comma;
    }
    char quote = rest.length() > 5 ? rest.charAt(5) : ' ';
    if (quote != '\'' && quote != '"') {
      return rest.length();
    }
    int close = rest.indexOf(quote, 6);
    int after = close < 0 ? -1 : rest.indexOf(',', close);
    return after < 0 ? rest.length() : after;
  }

  private static long bytes(String value) {
    int digits = 0;
    while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
      digits++;
    }
    int shift =
        switch (value.substring(digits)) {
          case "" -> 0;
          case "k", "K" -> 10;
          case "m", "M" -> 20;
          case "g", "G" -> 30;
          default -> -1;
        };
    boolean isSize =
        shift >= 0 && digits > 0 && digits <= SIZE_DIGITS_MAX && !value.startsWith("0");
    long units = isSize ? Long.parseLong(value.substring(0, digits)) : 0;
    if (units == 0 || units > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException(
          "agent option min=%s is no size; write for example min=64k or min=1m".formatted(value));
    }
    return units << shift;
  }

  private static List<String> names(String value) {
    List<String> names = new ArrayList<>();
    for (String name : value.split(":", -1)) {
      if (!name.matches("[\\p{L}_$][\\p{L}\\p{N}_$.]*(\\.\\*)?")) {
        throw new IllegalArgumentException(
            ("'%s' is no class or package; write for example include=org.acme.Table:org.acme.io.*")
                .formatted(name));
      }
      names.add(name);
    }
    return names;
  }

  private static boolean flag(String key, String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "agent option %s=%s is neither true nor false".formatted(key, value));
    };
  }
}
