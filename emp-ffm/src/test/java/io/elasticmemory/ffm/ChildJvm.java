package io.elasticmemory.ffm;

import io.elasticmemory.port.Platform;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a class of these tests in a JVM of its own, which may die of what it does. */
public final class ChildJvm {
  private ChildJvm() {}

  /** The command for {@code main} of a class, with its arguments. */
  public static List<String> command(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx64m");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(String.join(":", classPath()));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> classPath() {
    try {
      Path core =
          Path.of(Platform.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return List.of(
          Path.of("target/classes").toAbsolutePath().toString(),
          Path.of("target/test-classes").toAbsolutePath().toString(),
          core.toString());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Starts it; its errors go to those of the test. */
  public static Process start(Class<?> main, String... arguments) throws IOException {
    return new ProcessBuilder(command(main, arguments))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
