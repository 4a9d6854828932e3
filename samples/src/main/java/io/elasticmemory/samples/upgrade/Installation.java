package io.elasticmemory.samples.upgrade;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.ClassPath;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.wire.Build;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A build of EMP that lies somewhere on this machine. What its pager is, it says itself, in a JVM
 * of its own: so it is known to start before anybody depends on it.
 *
 * @param place for people
 * @param classPath its jars
 */
public record Installation(String place, String classPath) {
  private static final String OFFER = "io.elasticmemory.space.PagerOffer";
  private static final Duration ANSWER_MAX = Duration.ofSeconds(120);

  /** Where a build has its jars, and where a program that brings them along has them. */
  private static final List<Path> LIBRARIES =
      List.of(Path.of("samples", "target", "lib"), Path.of("lib"), Path.of(""));

  /** The one that this command is of. */
  public static Installation own() {
    return new Installation("this command's build", ClassPath.current());
  }

  /**
   * The one in a directory: that of a build, or one that has the jars.
   *
   * @throws EmpException if there is none
   */
  public static Installation in(Path home) {
    if (!Files.isDirectory(home)) {
      throw new EmpException(
          Kind.PATH,
          "there is no directory %s; give the one of another build of EMP, or one with its jars"
              .formatted(home));
    }
    try {
      Path real = home.toRealPath();
      for (Path library : LIBRARIES) {
        if (hasCore(real.resolve(library))) {
          return new Installation(real.toString(), real.resolve(library) + File.separator + "*");
        }
      }
    } catch (IOException e) {
      throw new EmpException(
          Kind.PATH, "%s cannot be looked at: %s; run this as root".formatted(home, e), e);
    }
    throw new EmpException(
        Kind.PATH,
        ("%s has no build of EMP: there is no emp-core jar in it, nor in samples/target/lib or lib;"
                + " give the directory of a build (after mvn package), or one with its jars")
            .formatted(home));
  }

  private static boolean hasCore(Path library) throws IOException {
    if (!Files.isDirectory(library)) {
      return false;
    }
    try (var jars = Files.newDirectoryStream(library, "emp-core*.jar")) {
      return jars.iterator().hasNext();
    }
  }

  /**
   * Asks it for its pager, which would run on this very JDK.
   *
   * @throws EmpException if it does not answer
   */
  public OfferedPager ask() {
    try (Workplace workplace = Workplace.create()) {
      Child.Ended ended = Child.start(workplace, new ProcessBuilder(question())).await(ANSWER_MAX);
      List<String> lines = ended.out().lines().toList();
      if (ended.exitCode() != 0 || lines.size() < 2) {
        throw noAnswer(ended.describe(), null);
      }
      return new OfferedPager(Build.parse(lines.getFirst()), lines.subList(1, lines.size()));
    } catch (IOException | IllegalArgumentException e) {
      throw noAnswer(String.valueOf(e.getMessage()), e);
    }
  }

  private List<String> question() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        classPath,
        OFFER);
  }

  private EmpException noAnswer(String why, @Nullable Exception cause) {
    return new EmpException(
        Kind.PATH,
        ("the build in %s does not say how its pager is started: %s; builds before 0.1.0 cannot"
                + " take over, and the JDK must be new enough for it (EMP_JAVA_HOME)")
            .formatted(place, why),
        cause);
  }
}
