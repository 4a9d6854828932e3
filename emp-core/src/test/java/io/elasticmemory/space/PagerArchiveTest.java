package io.elasticmemory.space;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.MemoryLimits;
import io.elasticmemory.port.PagerProgram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    assertThat(archive.isMade()).isFalse();

    assertThat(archive.make(PLENTY)).isTrue();
    Awaitility.await().atMost(LIMIT).until(archive::isMade);

    Path made = archive.file();
    assertThat(archive.options()).contains("-XX:AOTCache=" + made);
    assertThat(made).hasParent(caches.resolve("emp"));
    assertThat(Files.readAllLines(made))
        .hasSize(4)
        .endsWith("-cp", jar.toString(), PagerProgram.PRACTICE);
    Awaitility.await().atMost(LIMIT).until(() -> names().equals(Set.of(made.getFileName())));
  }

  @Test
  void isTriedOnceInAnHourWhereItFails() throws IOException {
    Path tries = directory.resolve("tries");
    PagerArchive archive = archive("echo half > \"${1#*=}\"; echo x >> " + tries + "; exit 1");

    assertThat(archive.make(PLENTY)).isTrue();
    Awaitility.await().atMost(LIMIT).until(() -> Files.exists(tries));
    Path making = caches.resolve("emp").resolve(names().iterator().next());
    Awaitility.await().atMost(LIMIT).until(() -> namesIn(making).isEmpty());

    assertThat(archive.make(PLENTY)).isTrue();
    awaitNoChildren();
    assertThat(tries).hasContent("x");

    setAge(making, 70);
    assertThat(archive.make(PLENTY)).isTrue();
    Awaitility.await().atMost(LIMIT).until(() -> Files.readAllLines(tries).size() == 2);
    awaitNoChildren();
    assertThat(namesIn(making)).isEmpty();
    assertThat(archive.isMade()).isFalse();
  }

  @Test
  void isNotMadeWhereMemoryIsShort() throws IOException {
    MemoryLimits little = new MemoryLimits(8L << 30, 8L << 30, 2L << 30, (1L << 30) + 1);

    assertThat(archive("exit 1").make(little)).isFalse();
    assertThat(names()).isEmpty();
  }

  @Test
  void isNotMadeOfJarsThatAreOthersByThen() throws IOException {
    PagerArchive archive = archive("exit 1");
    Files.writeString(jar, "other classes");

    assertThat(archive.make(PLENTY)).isFalse();
  }

  @Test
  void isAnotherOneForOtherClassesOrOtherOptions() throws IOException {
    Path file = find("-Xmx48m", jar).orElseThrow().file();
    assertThat(find("-Xmx48m", jar).orElseThrow().file()).isEqualTo(file);

    assertThat(find("-Xmx1g", jar).orElseThrow().file()).isNotEqualTo(file);
    setAge(jar, 1);
    assertThat(find("-Xmx48m", jar).orElseThrow().file()).isNotEqualTo(file);
    FileTime time = Files.getLastModifiedTime(jar);
    Path later = find("-Xmx48m", jar).orElseThrow().file();
    Files.writeString(jar, "clasess");
    Files.setLastModifiedTime(jar, time);
    assertThat(find("-Xmx48m", jar).orElseThrow().file()).isNotEqualTo(later);
  }

  @Test
  void isNoneForALargeApplication() throws IOException {
    try (FileChannel file = FileChannel.open(jar, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[1]), 16 << 20);
    }

    assertThat(find("-Xmx48m", jar)).isEmpty();
  }

  @Test
  void isNoneForClassesThatAreInNoJar() {
    assertThat(find("-Xmx48m", directory)).isEmpty();
    assertThat(find("-Xmx48m", directory.resolve("gone.jar"))).isEmpty();
    assertThat(PagerArchive.of(List.of("java", "--module", "emp/Main"), caches)).isEmpty();
  }

  @Test
  void isNoneWhereOthersCouldPutTheirs() throws IOException {
    Path own = Files.createDirectories(caches.resolve("emp"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwx---"));
    assertThat(find("-Xmx48m", jar)).isEmpty();
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(find("-Xmx48m", jar)).isPresent();

    Files.setPosixFilePermissions(caches, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(find("-Xmx48m", jar)).isEmpty();
  }

  @Test
  void isNoneWhereALinkLeadsElsewhere() throws IOException {
    Files.createDirectory(caches);
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.createSymbolicLink(caches.resolve("emp"), other);

    assertThat(find("-Xmx48m", jar)).isEmpty();
  }

  @Test
  void isNoneWhereNoDirectoryCanBeMade() throws IOException {
    Files.writeString(caches, "a file");

    assertThat(find("-Xmx48m", jar)).isEmpty();
  }

  @Test
  void isInTheCacheOfTheUser() {
    Properties properties = new Properties();
    assertThat(PagerArchive.caches(properties, Map.of())).isEmpty();
    properties.setProperty("user.home", "a\0b");
    assertThat(PagerArchive.caches(properties, Map.of())).isEmpty();
    properties.setProperty("user.home", "?");
    assertThat(PagerArchive.caches(properties, Map.of())).isEmpty();
    properties.setProperty("user.home", directory.resolve("none").toString());
    assertThat(PagerArchive.caches(properties, Map.of())).isEmpty();
    properties.setProperty("user.home", directory.toString());
    assertThat(PagerArchive.caches(properties, Map.of())).contains(directory.resolve(".cache"));
    assertThat(PagerArchive.caches(properties, Map.of("XDG_CACHE_HOME", caches.toString())))
        .contains(caches);
  }

  /** With a java command that does this. */
  private PagerArchive archive(String script) throws IOException {
    Path java = Files.writeString(directory.resolve("java"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    return PagerArchive.of(List.of(java.toString(), "-cp", jar.toString()), caches).orElseThrow();
  }

  private static void awaitNoChildren() {
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> ProcessHandle.current().children().findAny().isEmpty());
  }

  private static void setAge(Path place, int minutes) throws IOException {
    FileTime now = Files.getLastModifiedTime(place);
    long millis = now.toMillis() - TimeUnit.MINUTES.toMillis(minutes);
    Files.setLastModifiedTime(place, FileTime.fromMillis(millis));
  }

  private Set<Path> names() throws IOException {
    return namesIn(caches.resolve("emp"));
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
