package io.elasticmemory;

import static io.elasticmemory.PathRules.mistake;
import static io.elasticmemory.PathRules.shown;

import io.elasticmemory.PathOption.Scope;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What follows the {@code ?} of one entry: {@code name=value} pairs joined by {@code &}. */
final class PathOptions {

  private final List<String> unknown = new ArrayList<>();
  private final Map<PathOption, String> values = new EnumMap<>(PathOption.class);

  private PathOptions() {}

  static PathOptions none() {
    return new PathOptions();
  }

  static PathOptions parse(String text) {
    PathOptions options = new PathOptions();
    for (String option : text.split("&", -1)) {
      options.add(option.strip());
    }
    return options;
  }

  private void add(String option) {
    int equals = option.indexOf('=');
    String name = (equals < 0 ? option : option.substring(0, equals)).strip();
    String value = equals < 0 ? "" : option.substring(equals + 1).strip();
    if (name.isEmpty()) {
      throw mistake("an option is empty; write ?name=value&name=value");
    }
    PathOption known = PathOption.named(name).orElse(null);
    if (known == null) {
      // Judged later, when the kind of the entry says which names are possible.
      unknown.add(name);
      return;
    }
    if (value.isEmpty()) {
      throw mistake("option '%s' has no value; write %s=<value>".formatted(known.text, known.text));
    }
    if (values.put(known, value) != null) {
      throw mistake("option '%s' is there twice; keep one of them".formatted(known.text));
    }
  }

  /** Refuses every option that does not belong to this kind of entry. */
  void requireScope(Scope scope) {
    if (!unknown.isEmpty()) {
      throw mistake(unknownOption(unknown.getFirst(), scope));
    }
    for (PathOption option : values.keySet()) {
      if (!option.isOf(scope)) {
        throw mistake(
            "option '%s' belongs to %s; move it there or remove it"
                .formatted(option.text, option.owner()));
      }
    }
  }

  private static String unknownOption(String name, Scope scope) {
    List<String> known = PathOption.names(scope);
    if (known.isEmpty()) {
      return "unknown option '%s', this entry takes none; remove it".formatted(shown(name));
    }
    return NearestName.of(name, known)
        .map(near -> "unknown option '%s'; did you mean '%s'?".formatted(shown(name), near))
        .orElseGet(
            () ->
                "unknown option '%s'; remove it or use one of %s"
                    .formatted(shown(name), String.join(", ", known)));
  }

  SpaceOptions ofSpace() {
    SpaceOptions defaults = SpaceOptions.DEFAULTS;
    return new SpaceOptions(
        bytes(PathOption.BLOCK, defaults.blockBytes()),
        bytes(PathOption.SUBBLOCK, defaults.subblockBytes()),
        shards(),
        integer(PathOption.MIN, SpaceOptions.MIN_MIB_AUTO),
        choice(PathOption.ON_LOSS, SpaceOptions.OnLoss.class, defaults.onLoss()),
        either(PathOption.USERMODE, "true", "false", defaults.usermode()),
        integer(PathOption.FAULT_TIMEOUT_MILLIS, defaults.faultTimeoutMillis()),
        either(PathOption.PROMOTE, "on", "off", defaults.promote()),
        either(PathOption.ELASTIC, "on", "off", defaults.elastic()),
        either(PathOption.SAMPLING, "on", "off", defaults.sampling()),
        either(PathOption.STANDBY, "on", "off", defaults.standby()),
        choice(PathOption.ENCRYPT, SpaceOptions.Encryption.class, defaults.encrypt()));
  }

  private int shards() {
    int shards = integer(PathOption.SHARDS, SpaceOptions.SHARDS_AUTO);
    if (values.containsKey(PathOption.SHARDS)) {
      PathRules.requireBetween("shards", shards, 1, SpaceOptions.SHARDS_MAX);
    }
    return shards;
  }

  // Values.

  String text(PathOption option, String otherwise) {
    return values.getOrDefault(option, otherwise);
  }

  int integer(PathOption option, int otherwise) {
    String value = values.get(option);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("-?[0-9]{1,9}")) {
      throw mistake(
          "%s '%s' is not a whole number below 1000000000; write one, for example %s=1"
              .formatted(option.text, shown(value), option.text));
    }
    return Integer.parseInt(value);
  }

  private int bytes(PathOption option, int otherwise) {
    String value = values.get(option);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[0-9]{1,7}[kKmM]?")) {
      throw mistake(
          "%s '%s' is not a size between 4k and 2m; write it as in %s=64k"
              .formatted(option.text, shown(value), option.text));
    }
    char unit = Character.toLowerCase(value.charAt(value.length() - 1));
    int shift = unit == 'k' ? 10 : unit == 'm' ? 20 : 0;
    String digits = shift == 0 ? value : value.substring(0, value.length() - 1);
    long bytes = Long.parseLong(digits) << shift;
    if (bytes > SpaceOptions.BLOCK_BYTES_MAX) {
      throw mistake(
          "%s %s is larger than 2m; use a power of two between 4k and 2m"
              .formatted(option.text, value));
    }
    return (int) bytes;
  }

  <E extends Enum<E>> E choice(PathOption option, Class<E> type, E otherwise) {
    String value = values.get(option);
    if (value == null) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String name = PathText.of(constant);
      if (name.equalsIgnoreCase(value)) {
        return constant;
      }
      names.add(name);
    }
    throw notOneOf(option, value, names);
  }

  private boolean either(PathOption option, String yes, String no, boolean otherwise) {
    String value = values.get(option);
    if (value == null) {
      return otherwise;
    }
    if (value.equalsIgnoreCase(yes) || value.equalsIgnoreCase(no)) {
      return value.equalsIgnoreCase(yes);
    }
    throw notOneOf(option, value, List.of(yes, no));
  }

  private static EmpException notOneOf(PathOption option, String value, List<String> names) {
    return mistake(
        "%s '%s' is unknown; write %s=%s"
            .formatted(
                option.text,
                shown(value),
                option.text,
                String.join(" or " + option.text + "=", names)));
  }
}
