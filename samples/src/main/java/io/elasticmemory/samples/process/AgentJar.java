package io.elasticmemory.samples.process;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the agent's jar is: beside the jar of the emp command, or in the build's own folder. */
public final class AgentJar {
  private AgentJar() {}

  /**
   * The jar.
   *
   * @throws EmpException if there is none
   */
  public static Path find() {
    Path own = ownPlace();
    Path beside = own.resolve("..").normalize();
    return Stream.concat(
            jarsIn(beside).stream(), Stream.of(built(own, "../../.."), built(own, "../../../..")))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new EmpException(
                    Kind.PLATFORM,
                    "there is no emp-agent jar beside %s; run mvn -q -DskipTests package"
                        .formatted(own)));
  }

  private static Path built(Path own, String root) {
    return own.resolve(root).resolve("emp-agent/target/emp-agent.jar").normalize();
  }

  private static List<Path> jarsIn(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("emp-agent.*\\.jar"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path ownPlace() {
    try {
      return Path.of(AgentJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
