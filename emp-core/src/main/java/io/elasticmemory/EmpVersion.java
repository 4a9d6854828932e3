package io.elasticmemory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of EMP that is running, as its programs print it. */
public final class EmpVersion {

  private static final String VERSION = read();

  private EmpVersion() {}

  /** The version, such as {@code 0.1.0}. */
  public static String current() {
    return VERSION;
  }

  private static String read() {
    try (InputStream file = EmpVersion.class.getResourceAsStream("version.txt")) {
      if (file == null) {
        throw new EmpException(
            EmpException.Kind.INTERNAL, "version.txt is missing in emp-core; rebuild it");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
