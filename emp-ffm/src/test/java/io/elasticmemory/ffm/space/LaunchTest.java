package io.elasticmemory.ffm.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pager is started from the jars of its program, however the program itself was started. */
class LaunchTest {
  private static final int REFUSALS = 8;

  private static final String PATH = "dram:8";

  @TempDir Path directory;

  @Test
  void fromTheClassPathButOnlyItsOwnPartOfIt() throws Exception {
    try (ChildJvm child = ChildJvm.start(List.of(), ChildProgram.class, "idle", PATH)) {
      assertThat(pagerCommand(child))
          .contains(" -cp ")
          .doesNotContain("test-classes")
          .doesNotContain("slf4j-simple");
    }
  }

  @Test
  void fromTheModulePath() throws Exception {
    List<Path> places = ChildJvm.places(ChildProgram.class);
    List<String> words =
        List.of(
            "--enable-native-access=io.elasticmemory.ffm",
            "-p",
            ChildJvm.joined(places.subList(1, places.size())),
            "--add-modules",
            "io.elasticmemory.ffm",
            "-cp",
            places.getFirst().toString(),
            ChildProgram.class.getName(),
            "idle",
            PATH);
    try (ChildJvm child = ChildJvm.startWith(words)) {
      assertThat(pagerCommand(child)).contains(" -cp ").doesNotContain("test-classes");
    }
  }

  @Test
  void fromOneJarThatHoldsEverything() throws Exception {
    Path jar = directory.resolve("program.jar");
    merge(ChildJvm.places(ChildProgram.class), jar);
    List<String> words =
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            jar.toString(),
            ChildProgram.class.getName(),
            "idle",
            PATH);
    try (ChildJvm child = ChildJvm.startWith(words)) {
      assertThat(pagerCommand(child)).contains(" -cp " + jar + " ");
    }
  }

  @Test
  void fromAClassPathThatIsRelative() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    List<String> relative =
        ChildJvm.places(ChildProgram.class).stream()
            .map(place -> here.relativize(place).toString())
            .toList();
    List<String> words =
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            String.join(File.pathSeparator, relative),
            ChildProgram.class.getName(),
            "idle",
            PATH);
    try (ChildJvm child = ChildJvm.startWith(words)) {
      assertThat(pagerCommand(child)).contains(" -cp /");
    }
  }

  @Test
  void isRefusedInNoMoreThanItsOneLineWhereNobodyTakesLogLines() throws Exception {
    List<Path> places = ChildJvm.places(ChildProgram.class);
    List<String> words =
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            ChildJvm.joined(places.subList(0, places.size() - 1)),
            ChildProgram.class.getName(),
            "idle",
            "dram:8|127.0.0.1:128:1");
    try (ChildJvm child = ChildJvm.startWith(words)) {
      assertThat(child.readLine()).startsWith("DONOR no exporter answers");
      assertThat(child.errors()).isEmpty();
    }
  }

  /** It must not take itself for the successor of one that never served. */
  @Test
  void theFirstPagersRefusalWithAStandbyHarmsNobody() throws Exception {
    String path = "dram:4?standby=on&block=2m|" + directory + "/spill:128:0";
    try (ChildJvm child =
        ChildJvm.start(List.of(), ChildProgram.class, "refused", path, "" + REFUSALS)) {
      for (int i = 0; i < REFUSALS; i++) {
        assertThat(child.readLine()).startsWith("PATH a DRAM budget of 4096 KiB is less than");
      }
      assertThat(child.readLine()).isEqualTo("alive");
      assertThat(child.errors()).isEmpty();
    }
  }

  private static String pagerCommand(ChildJvm child) throws Exception {
    long pid = Long.parseLong(child.readLine());
    return Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
  }

  /** As a build that shades does: without module descriptors, every file once. */
  private static void merge(List<Path> places, Path jar) throws IOException {
    Set<String> names = new HashSet<>();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path place : places) {
        if (Files.isDirectory(place)) {
          addFolder(place, names, out);
        } else {
          addJar(place, names, out);
        }
      }
    }
  }

  private static void addFolder(Path folder, Set<String> names, JarOutputStream out)
      throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          add(folder.relativize(file).toString(), in, names, out);
        }
      }
    }
  }

  private static void addJar(Path place, Set<String> names, JarOutputStream out)
      throws IOException {
    try (JarFile jar = new JarFile(place.toFile())) {
      for (JarEntry entry : jar.stream().filter(each -> !each.isDirectory()).toList()) {
        try (InputStream in = jar.getInputStream(entry)) {
          add(entry.getName(), in, names, out);
        }
      }
    }
  }

  private static void add(String name, InputStream in, Set<String> names, JarOutputStream out)
      throws IOException {
    boolean wanted = !name.endsWith("module-info.class") && !name.equals(JarFile.MANIFEST_NAME);
    if (wanted && names.add(name)) {
      out.putNextEntry(new JarEntry(name));
      long _ = in.transferTo(out);
      out.closeEntry();
    }
  }
}
