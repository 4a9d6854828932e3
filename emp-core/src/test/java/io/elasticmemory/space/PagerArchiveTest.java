package io.elasticmemory.space;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.MemoryLimits;
import io.elasticmemory.port.PagerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagerArchiveTest {
  private static final MemoryLimits PLENTY =
      new MemoryLimits(8L << 30, 8L << 30, Long.MAX_VALUE, 0);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private Path caches;
  private Path jar;

  @BeforeEach
  void makeAJar() throws IOException {
    caches = directory.resolve("caches");
    jar = Files.writeString(directory.resolve("emp.jar"), "classes");
  }

  @Test
  void isMadeByAPagerThatPractisesAndThenUsed() throws IOException {
    // Writes what it was called with where the archive is wanted.
    PagerArchive archive = archive("for w; do echo \"$w\"; done > \"${1#*=}\"");
    assertThat(archive.options()).isEmpty();

    archive.make(PLENTY);
    Awaitility.await().atMost(LIMIT).until(() -> !archive.options().isEmpty());

    Path made = Path.of(archive.options().getFirst().substring("-XX:AOTCache=".length()));
    assertThat(made).hasParent(caches);
    assertThat(Files.readAllLines(made))
        .hasSize(4)
        .endsWith("-cp", jar.toString(), PagerProgram.PRACTICE);
    Awaitility.await().atMost(LIMIT).until(() -> names().equals(Set.of(made.getFileName())));
  }

  @Test
  void isTriedOnceInAnHourWhereItFails() throws IOException {
    Path tries = directory.resolve("tries");
    PagerArchive archive = archive("echo x >> " + tries + "; echo half > \"${1#*=}\"; exit 1");

    archive.make(PLENTY);
    Awaitility.await().atMost(LIMIT).until(() -> Files.exists(tries));
    archive.make(PLENTY);
    assertThat(archive.options()).isEmpty();

    // While it is made, and for an hour, nobody else begins.
    Path making = caches.resolve(names().iterator().next());
    Awaitility.await().atMost(LIMIT).until(() -> namesIn(making).isEmpty());
    assertThat(Files.readAllLines(tries)).hasSize(1);
    setAge(making, 70);
    archive.make(PLENTY);
    Awaitility.await().atMost(LIMIT).until(() -> Files.readAllLines(tries).size() == 2);
    Awaitility.await().atMost(LIMIT).until(() -> namesIn(making).isEmpty());
    assertThat(archive.options()).isEmpty();
  }

  @Test
  void isNotMadeWhereMemoryIsShort() throws IOException {
    archive("exit 1").make(new MemoryLimits(8L << 30, 8L << 30, 2L << 30, (1L << 30) + 1));

    assertThat(names()).isEmpty();
  }

  @Test
  void isAnotherOneForOtherClassesOrOtherOptions() throws IOException {
    archive("echo any > \"${1#*=}\"").make(PLENTY);
    Awaitility.await().atMost(LIMIT).until(() -> !archive("").options().isEmpty());
    Awaitility.await().atMost(LIMIT).until(() -> names().size() == 1);

    assertThat(find("-Xmx1g", jar).orElseThrow().options()).isEmpty();
    Files.writeString(jar, "clasess");
    assertThat(archive("").options()).isEmpty();
  }

  @Test
  void isNoneForClassesThatAreInNoJar() {
    assertThat(find("-Xmx48m", directory)).isEmpty();
    assertThat(find("-Xmx48m", directory.resolve("gone.jar"))).isEmpty();
    assertThat(PagerArchive.of(List.of("java", "--module", "emp/Main"), caches)).isEmpty();
  }

  @Test
  void isNoneWhereOthersCouldPutTheirs() throws IOException {
    Files.createDirectory(caches);
    Files.setPosixFilePermissions(caches, PosixFilePermissions.fromString("rwxrwx---"));
    assertThat(find("-Xmx48m", jar)).isEmpty();

    Files.setPosixFilePermissions(caches, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(find("-Xmx48m", jar)).isPresent();
  }

  @Test
  void isNoneWhereNoDirectoryCanBeMade() throws IOException {
    Files.writeString(caches, "a file");

    assertThat(find("-Xmx48m", jar)).isEmpty();
  }

  @Test
  void isInTheCacheOfTheUser() {
    Properties properties = new Properties();
    assertThat(PagerArchive.directory(properties, Map.of())).isEmpty();
    properties.setProperty("user.home", "?");
    assertThat(PagerArchive.directory(properties, Map.of())).isEmpty();
    properties.setProperty("user.home", directory.resolve("none").toString());
    assertThat(PagerArchive.directory(properties, Map.of())).isEmpty();
    properties.setProperty("user.home", directory.toString());
    assertThat(PagerArchive.directory(properties, Map.of()))
        .contains(directory.resolve(".cache/emp"));
    assertThat(PagerArchive.directory(properties, Map.of("XDG_CACHE_HOME", "/tmp")))
        .contains(Path.of("/tmp/emp"));
  }

  /** With a java command that does this. */
  private PagerArchive archive(String script) throws IOException {
    Path java = directory.resolve("java");
    if (!script.isEmpty()) {
      Files.writeString(java, "#!/bin/sh\n" + script + "\n", UTF_8);
      Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    }
    return PagerArchive.of(List.of(java.toString(), "-cp", jar.toString()), caches).orElseThrow();
  }

  private static void setAge(Path place, int minutes) throws IOException {
    FileTime now = Files.getLastModifiedTime(place);
    long millis = now.toMillis() - TimeUnit.MINUTES.toMillis(minutes);
    Files.setLastModifiedTime(place, FileTime.fromMillis(millis));
  }

  private Set<Path> names() throws IOException {
    return namesIn(caches);
  }

  private static Set<Path> namesIn(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.map(Path::getFileName).collect(Collectors.toSet());
    }
  }

  private Optional<PagerArchive> find(String option, Path place) {
    return PagerArchive.of(List.of("java", option, "-cp", place.toString()), caches);
  }
}
