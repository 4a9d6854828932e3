package io.elasticmemory.samples.process;

import java.io.File;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where this program's classes are. */
public final class ClassPath {
  private ClassPath() {}

  /**
   * A class path with everything this program was started from, be it on a class path or a module
   * path: another JVM runs the same classes with it.
   */
  public static String current() {
    Set<String> entries = new LinkedHashSet<>();
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      for (String entry : System.getProperty(property, "").split(File.pathSeparator)) {
        if (!entry.isEmpty()) {
          entries.add(entry);
        }
      }
    }
    return String.join(File.pathSeparator, entries);
  }
}
