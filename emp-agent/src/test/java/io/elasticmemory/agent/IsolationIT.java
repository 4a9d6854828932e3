package io.elasticmemory.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.Poisoned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose class path has other versions of all that the agent carries. */
class IsolationIT {
  /** Whoever touches one of these ends. */
  private static final List<String> NAMES =
      List.of(
          "org.slf4j.Logger",
          "org.slf4j.LoggerFactory",
          "org.slf4j.spi.SLF4JServiceProvider",
          "org.slf4j.helpers.LegacyAbstractLogger",
          "net.jpountz.lz4.LZ4Factory",
          "net.jpountz.util.Native",
          "io.elasticmemory.Emp",
          "io.elasticmemory.MemPath",
          "io.elasticmemory.space.Space",
          "io.elasticmemory.port.Platform",
          "io.elasticmemory.agent.AgentStart",
          "io.elasticmemory.agent.EmpHooks",
          "io.elasticmemory.ffm.LinuxPlatform",
          "io.elasticmemory.tiering.pager.PagerMain");

  private static final List<String> SERVICES =
      List.of(
          "org.slf4j.spi.SLF4JServiceProvider",
          "io.elasticmemory.port.Platform",
          "io.elasticmemory.port.PagerProgram",
          "io.elasticmemory.port.PagerLauncher");

  @TempDir Path directory;

  @Test
  void meetsNothingOfTheProgramsClassPath() throws Exception {
    Path poison = poison();

    Said said =
        new AgentJvm()
            .environment("dram:32|zdram:32|" + directory.resolve("spill") + ":512:0?compress=none")
            .classPath(poison)
            .run(Poisoned.class, NAMES.toArray(String[]::new));

    assertThat(said.errors()).isEmpty();
    assertThat(said.out())
        .isEqualTo("128 MiB are as written\n" + NAMES.size() + " classes are the program's own");
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void showsTheProgramNothingOfWhatItCarries() throws Exception {
    Said said = new AgentJvm().agentOptions("path=dram:64").run(Poisoned.class, "absent");

    assertThat(said).isEqualTo(new Said(0, "nothing of EMP is to be seen", ""));
  }

  @Test
  void bringsTheLicencesOfWhatItCarries() throws Exception {
    try (JarFile jar = new JarFile(AgentJvm.jar())) {
      assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
      assertThat(jar.getEntry("META-INF/NOTICE")).isNotNull();
      assertThat(jar.getEntry("META-INF/LICENSE-slf4j.txt")).isNotNull();
    }
  }

  private Path poison() throws IOException {
    Path sources = Files.createDirectories(directory.resolve("sources"));
    Path classes = Files.createDirectories(directory.resolve("classes"));
    List<String> files = new ArrayList<>();
    for (String name : NAMES) {
      files.add(source(sources, name).toString());
    }
    List<String> words = new ArrayList<>(List.of("-d", classes.toString()));
    words.addAll(files);
    int result =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new));
    assertThat(result).isZero();
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    for (String service : SERVICES) {
      Files.writeString(services.resolve(service), "io.elasticmemory.Emp\n", UTF_8);
    }
    return classes;
  }

  private static Path source(Path sources, String name) throws IOException {
    int dot = name.lastIndexOf('.');
    String simple = name.substring(dot + 1);
    Path folder = Files.createDirectories(sources.resolve(name.substring(0, dot)));
    return Files.writeString(
        folder.resolve(simple + ".java"),
        """
        package %s;
        public class %s {
          static {
            System.err.println("touched %s");
            Runtime.getRuntime().halt(3);
          }
        }
        """
            .formatted(name.substring(0, dot), simple, name),
        UTF_8);
  }
}
