package io.elasticmemory.space;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Settings for people who look for a fault in the pager. Each is a system property or, where that
 * is not set, an environment variable; none is needed in normal operation.
 *
 * <pre>
 * emp.pager.java        EMP_PAGER_JAVA        another java command
 * emp.pager.options     EMP_PAGER_OPTIONS     more options for it, separated by blanks
 * emp.pager.classPath   EMP_PAGER_CLASS_PATH  its class path, for launchers that nest jars in jars
 * emp.pager.spinMicros  EMP_PAGER_SPIN_MICROS how long its loop looks again before it sleeps
 * </pre>
 *
 * @param java empty for the java command that runs this program
 * @param options may be empty
 * @param classPath empty for the places this program's classes come from
 * @param spinMicros how long the loop looks again before it sleeps
 */
record PagerSettings(String java, List<String> options, String classPath, long spinMicros) {
  /** Long enough to catch the next fault of a thread that runs on, short enough to cost nothing. */
  static final long SPIN_MICROS = 50;

  private static final long SPIN_MICROS_MAX = 1_000_000;

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
        spinMicros(setting(properties, environment, "spinMicros", "SPIN_MICROS")));
  }

  private static String setting(
      Properties properties, Map<String, String> environment, String name, String variable) {
    String value = properties.getProperty("emp.pager." + name);
    return value != null ? value : environment.getOrDefault("EMP_PAGER_" + variable, "");
  }

  private static long spinMicros(String text) {
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
    throw new IllegalArgumentException(
        "emp.pager.spinMicros is '%s'; use 0 to %d".formatted(text, SPIN_MICROS_MAX));
  }
}
