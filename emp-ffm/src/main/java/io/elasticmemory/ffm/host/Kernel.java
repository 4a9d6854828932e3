package io.elasticmemory.ffm.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which kernel this is. */
public final class Kernel {
  /** The oldest kernel that EMP runs on. */
  public static final String FLOOR = "6.6";

  private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

  private Kernel() {}

  /** The release as the kernel names itself, such as {@code 6.8.0-45-generic}. */
  public static String release() {
    try {
      return Files.readString(RELEASE).strip();
    } catch (IOException e) {
      return "of unknown release";
    }
  }

  /** True if a release is at least the floor; a release in an unknown form is not. */
  public static boolean isNewEnough(String release) {
    return compare(release, FLOOR) >= 0;
  }

  /** True if this kernel is at least of a version such as {@code 6.15}. */
  public static boolean isAtLeast(String version) {
    return compare(release(), version) >= 0;
  }

  /** Compares the first two numbers of two releases; what cannot be read counts as 0.0. */
  static int compare(String left, String right) {
    return Integer.compare(number(left), number(right));
  }

  private static int number(String release) {
    Matcher version = VERSION.matcher(release);
    return version.matches()
        ? Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2))
        : 0;
  }
}
