package io.elasticmemory.samples.prove.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.samples.bench.apps.BuiltApps;
import io.elasticmemory.samples.process.AgentJar;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Item 3: the class path of the program has its own versions of all that the agent carries, and
 * whoever touches one of them ends the program.
 */
final class OwnVersionsItem implements Item {
  private static final String PROGRAM = "io.elasticmemory.samples.app.OwnVersions";
  private static final int DATA_MIB = 96;
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

  @Override
  public int number() {
    return 3;
  }

  @Override
  public String title() {
    return "a program with other versions of all that the agent carries";
  }

  @Override
  public void show(Stage stage) throws IOException {
    Path poison = poison(stage);
    String path = "dram:32|zdram:32|" + stage.newSpill() + ":512:0?compress=none";
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-javaagent:%s=path=%s".formatted(AgentJar.find(), path));
    command.addAll(
        List.of("-cp", poison + File.pathSeparator + BuiltApps.find().classes(), PROGRAM));
    command.add(Integer.toString(DATA_MIB));
    command.addAll(NAMES);
    Child.Ended ended = stage.run(command);
    String wanted =
        "%d MiB are as written\n%d classes are the program's own".formatted(DATA_MIB, NAMES.size());
    stage.check(
        ended.exitCode() == 0 && ended.err().isEmpty() && ended.out().equals(wanted),
        ended.describe() + ": " + ended.out().replace("\n", ", "));
  }

  private static Path poison(Stage stage) throws IOException {
    Path directory = stage.workplace().directory();
    Path sources = Files.createDirectories(directory.resolve("sources"));
    Path classes = Files.createDirectories(directory.resolve("classes"));
    String compiler = Path.of(System.getProperty("java.home"), "bin", "javac").toString();
    List<String> words = new ArrayList<>(List.of(compiler, "-d", classes.toString()));
    for (String name : NAMES) {
      words.add(source(sources, name).toString());
    }
    Child.Ended compiled = stage.run(words);
    if (compiled.exitCode() != 0) {
      throw new IOException("the classes that must not be touched: javac " + compiled.describe());
    }
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    for (String service : SERVICES) {
      Files.writeString(services.resolve(service), "io.elasticmemory.Emp\n", UTF_8);
    }
    return classes;
  }

  private static Path source(Path sources, String name) throws IOException {
    int dot = name.lastIndexOf('.');
    Path folder = Files.createDirectories(sources.resolve(name.substring(0, dot)));
    String simple = name.substring(dot + 1);
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
