package io.elasticmemory.samples.stat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What a Java process runs, by its command line. */
public final class ProgramName {
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-cp",
          "-classpath",
          "--class-path",
          "-p",
          "--module-path",
          "--upgrade-module-path",
          "--add-modules",
          "--add-exports",
          "--add-opens",
          "--add-reads",
          "--limit-modules",
          "--patch-module",
          "--enable-native-access",
          "--source");

  private ProgramName() {}

  /** The main class, jar or module of a process; its first word if that cannot be told. */
  public static String of(long pid) {
    try {
      String text = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      return of(List.of(text.split("\0")));
    } catch (IOException e) {
      return "?";
    }
  }

  static String of(List<String> words) {
    String command = file(words.getFirst());
    if (!command.equals("java")) {
      return command;
    }
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("-jar") || word.equals("-m") || word.equals("--module")) {
        return i + 1 < words.size() ? file(words.get(i + 1)) : command;
      }
      if (!word.startsWith("-") && !word.startsWith("@")) {
        return file(word);
      }
      if (WITH_VALUE.contains(word)) {
        i++;
      }
    }
    return command;
  }

  private static String file(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
