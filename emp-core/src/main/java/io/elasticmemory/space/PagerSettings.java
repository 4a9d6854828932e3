package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.wire.HandOver;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Settings for people who look for a fault in the pager. Each is a system property or, where that
 * is not set, an environment variable; none is needed in normal operation.
 *
 * <pre>
 * emp.pager.java        EMP_PAGER_JAVA        another java command
 * emp.pager.options     EMP_PAGER_OPTIONS     more options for it, separated by blanks
 * emp.pager.classPath   EMP_PAGER_CLASS_PATH  its class path, for launchers that nest jars in jars
 * emp.pager.spinMicros  EMP_PAGER_SPIN_MICROS how long its loop looks again before it sleeps, on
 *                                             whatever CPU it is then: it does not choose one
 * emp.pager.disk        EMP_PAGER_DISK        how it reads disks: ring or pread
 * emp.pager.standby     EMP_PAGER_STANDBY     true or false, whatever the path says
 * emp.pager.archive     EMP_PAGER_ARCHIVE     true or false: whether it is started with an archive
 *                                             of its classes, which is made if there is none
 * </pre>
 *
 * @param java empty for the java command that runs this program
 * @param options may be empty
 * @param classPath empty for the places this program's classes come from
 * @param spinMicros how long the loop looks again before it sleeps, or {@link
 *     HandOver#SPIN_BY_PLACEMENT}
 * @param disk {@code ring} for io_uring, {@code pread} for one transfer at a time, empty for the
 *     first that this machine allows
 * @param standby whether a second pager waits for the end of the first, empty for what the path
 *     says
 * @param archive whether it is started with an archive of its classes
 * @param changes names and values of what changes how the pager starts, as they were found: {@code
 *     EMP_PAGER_JAVA='/a/java'}; empty if nothing does
 */
record PagerSettings(
    String java,
    List<String> options,
    String classPath,
    long spinMicros,
    String disk,
    Optional<Boolean> standby,
    boolean archive,
    String changes) {
  /** The pager chooses, by where it and the application run. */
  static final long SPIN_MICROS = HandOver.SPIN_BY_PLACEMENT;

  private static final long SPIN_MICROS_MAX = 1_000_000;

  private static final List<String> DISKS = List.of("ring", "pread");

  /** What this process says. */
  static PagerSettings current() {
    return of(System.getProperties(), System.getenv());
  }

  static PagerSettings of(Properties properties, Map<String, String> environment) {
    String options = setting(properties, environment, "options", "OPTIONS");
    return new PagerSettings(
        setting(properties, environment, "java", "JAVA"),
        Arrays.stream(options.split("\\s+")).filter(option -> !option.isEmpty()).toList(),
        setting(properties, environment, "classPath", "CLASS_PATH"),
        spinMicros(
            setting(properties, environment, "spinMicros", "SPIN_MICROS"),
            nameOf(properties, "spinMicros", "SPIN_MICROS")),
        disk(setting(properties, environment, "disk", "DISK"), nameOf(properties, "disk", "DISK")),
        choice(properties, environment, "standby", "STANDBY"),
        choice(properties, environment, "archive", "ARCHIVE").orElse(true),
        changes(properties, environment));
  }

  /** What a user can look at when the pager does not start. */
  String remedy() {
    return "check "
        + (changes.isEmpty() ? "the JDK, its memory and the limit of processes" : changes);
  }

  private static String changes(Properties properties, Map<String, String> environment) {
    return Stream.of(
            change(properties, environment, "java", "JAVA"),
            change(properties, environment, "options", "OPTIONS"),
            change(properties, environment, "classPath", "CLASS_PATH"))
        .filter(change -> !change.isEmpty())
        .collect(Collectors.joining(" and "));
  }

  private static String change(
      Properties properties, Map<String, String> environment, String name, String variable) {
    String value = setting(properties, environment, name, variable);
    return value.isEmpty() ? "" : nameOf(properties, name, variable) + "='" + value + "'";
  }

  /** The name under which a setting was found. */
  private static String nameOf(Properties properties, String name, String variable) {
    String property = "emp.pager." + name;
    return properties.getProperty(property) != null ? property : "EMP_PAGER_" + variable;
  }

  private static String setting(
      Properties properties, Map<String, String> environment, String name, String variable) {
    String value = properties.getProperty("emp.pager." + name);
    return value != null ? value : environment.getOrDefault("EMP_PAGER_" + variable, "");
  }

  private static String disk(String text, String name) {
    String disk = text.strip();
    if (!disk.isEmpty() && !DISKS.contains(disk)) {
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "%s is '%s'; use %s".formatted(name, text, String.join(" or ", DISKS)));
    }
    return disk;
  }

  private static Optional<Boolean> choice(
      Properties properties, Map<String, String> environment, String name, String variable) {
    String text = setting(properties, environment, name, variable);
    return switch (text.strip()) {
      case "" -> Optional.empty();
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default ->
          throw new EmpException(
              EmpException.Kind.PLATFORM,
              "%s is '%s'; use true or false".formatted(nameOf(properties, name, variable), text));
    };
  }

  private static long spinMicros(String text, String name) {
    if (text.isEmpty()) {
      return SPIN_MICROS;
    }
    try {
      long micros = Long.parseLong(text.strip());
      if (micros >= 0 && micros <= SPIN_MICROS_MAX) {
        return micros;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a number out of range.
    }
    throw new EmpException(
        EmpException.Kind.PLATFORM,
        "%s is '%s'; use 0 to %d".formatted(name, text, SPIN_MICROS_MAX));
  }
}
