package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.EveryWay;
import io.elasticmemory.agent.program.Large;
import io.elasticmemory.agent.program.Observed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a JVM can do goes on working with the agent in it. */
class MannersIT {
  private static final String JDK = System.getProperty("java.home");

  private static final String OPENED = "+io.elasticmemory.SpaceOpened#enabled=";
  private static final String SAMPLE = "+io.elasticmemory.FaultSample#enabled=";

  private static final int DUMPS_MAX = 100;

  @TempDir Path directory;

  @Test
  void leavesClassSharingOn() throws Exception {
    Path log = directory.resolve("classes.txt");

    Said said =
        new AgentJvm()
            .agentOptions("path=dram:64")
            .jvmOptions("-Xshare:on", "-Xlog:class+load:file=" + log)
            .run(Large.class, "32");

    assertThat(said).isEqualTo(new Said(0, "32 MiB are as written", ""));
    List<String> lines = Files.readAllLines(log);
    assertThat(lines)
        .anyMatch(line -> isShared(line, "java.util.concurrent.ConcurrentHashMap"))
        .anyMatch(line -> isShared(line, "java.nio.DirectByteBuffer"))
        .anyMatch(line -> isShared(line, "jdk.internal.misc.Unsafe"));
  }

  private static boolean isShared(String line, String name) {
    return line.contains(" " + name + " ") && line.contains("shared objects file");
  }

  @Test
  void worksWithAnAheadOfTimeCacheThatWasTrainedWithIt() throws Exception {
    Path jar = programsJar();
    Path cache = directory.resolve("programs.aot");

    Said trained = program(jar).jvmOptions("-XX:AOTCacheOutput=" + cache).run(Large.class, "32");

    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out()).contains("32 MiB are as written");
    assertThat(trained.errors()).contains("this run records an archive of classes");
    assertThat(cache).isNotEmptyFile();

    // Refused unless the cache can be used.
    Said said =
        program(jar).jvmOptions("-XX:AOTCache=" + cache, "-XX:AOTMode=on").run(EveryWay.class);

    assertThat(said.errors()).isEmpty();
    assertThat(said.out()).contains("allocateDirect: ordinary, space");
    assertThat(said.exitCode()).isZero();
  }

  private static AgentJvm program(Path jar) {
    return new AgentJvm().agentOptions("path=dram:256").onlyClassPath(jar);
  }

  /** Ahead of time only classes from jars are taken. */
  private Path programsJar() {
    Path jar = directory.resolve("programs.jar");
    int result =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--create",
                "--file",
                jar.toString(),
                "-C",
                AgentJvm.place(Large.class),
                "io");
    assertThat(result).isZero();
    return jar;
  }

  @Test
  void canBeLookedAtWhileBlocksComeAndGo() throws Exception {
    Path dump = directory.resolve("heap.hprof");
    Path bursts = directory.resolve("bursts.jfr");
    Path recording = directory.resolve("recording.jfr");
    Path late = directory.resolve("late.jfr");

    Said said =
        new AgentJvm()
            .environment("dram:32|" + directory.resolve("spill") + ":512:0")
            .jvmOptions(
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:0")
            .run(
                Observed.class,
                running -> {
                  running.awaitLine("at work");
                  Process process = running.process();
                  debug(process);
                  record(process, "observed", OPENED + true, SAMPLE + true);
                  assertThat(jcmd(process, "Thread.print")).contains("\"main\"");
                  jcmd(process, "GC.heap_dump", dump.toString());
                  jcmd(process, "GC.run");
                  awaitKind(process, "observed", "io.elasticmemory.FaultSample");
                  jcmd(process, "JFR.stop", "name=observed", "filename=" + recording);
                  // Bursts and losses are on unless they are switched off, as all of a program's.
                  record(process, "bursts", "settings=none", OPENED + false, SAMPLE + false);
                  awaitKind(process, "bursts", "io.elasticmemory.EvictionBurst");
                  jcmd(process, "JFR.stop", "name=bursts", "filename=" + bursts);
                  record(process, "late", "settings=none", OPENED + true);
                  jcmd(process, "JFR.stop", "name=late", "filename=" + late);
                  running.writeLine();
                });

    assertThat(said)
        .isEqualTo(
            new Said(0, "at work\nchild says 42\nthe other says 43\nall words are as written", ""));
    assertThat(contains(dump, Observed.class.getName().replace('.', '/'))).isTrue();
    assertThat(kinds(bursts))
        .filteredOn(kind -> kind.startsWith("io."))
        .containsExactly("io.elasticmemory.EvictionBurst");
    assertThat(kinds(recording))
        .contains("io.elasticmemory.SpaceOpened", "io.elasticmemory.FaultSample")
        .contains("jdk.GarbageCollection");
    assertThat(kinds(late)).contains("io.elasticmemory.SpaceOpened");
  }

  /** Stops it a few times and looks where it is. */
  private static void debug(Process process) throws Exception {
    AttachingConnector byPid =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(connector -> connector.name().equals("com.sun.jdi.ProcessAttach"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = byPid.defaultArguments();
    arguments.get("pid").setValue(Long.toString(process.pid()));
    VirtualMachine machine = byPid.attach(arguments);
    try {
      for (int i = 0; i < 5; i++) {
        machine.suspend();
        ThreadReference main =
            machine.allThreads().stream()
                .filter(thread -> thread.name().equals("main"))
                .findFirst()
                .orElseThrow();
        assertThat(main.frames())
            .last()
            .satisfies(
                frame ->
                    assertThat(frame.location().declaringType().name())
                        .isEqualTo(Observed.class.getName()));
        machine.resume();
        Thread.sleep(100);
      }
    } finally {
      machine.dispose();
    }
  }

  @Test
  void saysThatAnOlderJdkIsNoneForIt() throws Exception {
    Optional<Path> old = oldJdk();
    assumeThat(old).as("there is a JDK of 11 to 24 beside this one").isPresent();
    Path source = directory.resolve("Hello.java");
    Files.writeString(
        source,
        """
        public class Hello {
          public static void main(String[] arguments) {
            System.out.println("hello from " + System.getProperty("java.specification.version"));
          }
        }
        """);
    int result =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(System.out, System.err, "--release", "11", source.toString());
    assertThat(result).isZero();

    Said said =
        new AgentJvm()
            .java(old.orElseThrow().resolve("bin/java").toString())
            .jvmOptions("-XX:+IgnoreUnrecognizedVMOptions")
            .agentOptions("path=dram:64")
            .onlyClassPath(directory)
            .run("Hello", _ -> {});

    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).startsWith("hello from ").hasLineCount(1);
    assertThat(said.errors())
        .startsWith("emp: the agent is inactive: it needs JDK 25 or newer, and this is ")
        .hasLineCount(1);
  }

  /** JDKs are kept beside each other. */
  private static Optional<Path> oldJdk() throws IOException {
    try (Stream<Path> homes = Files.list(Path.of(JDK).resolveSibling(""))) {
      return homes.filter(MannersIT::isOld).findFirst();
    }
  }

  private static boolean isOld(Path home) {
    Path release = home.resolve("release");
    try {
      return Files.isReadable(release)
          && Files.readString(release).matches("(?s).*JAVA_VERSION=\"(1[1-9]|2[0-4])\\b.*");
    } catch (IOException e) {
      return false;
    }
  }

  private void record(Process process, String name, String... settings) throws Exception {
    List<String> words = new ArrayList<>(List.of("JFR.start", "name=" + name));
    words.addAll(List.of(settings));
    String _ = jcmd(process, words.toArray(String[]::new));
  }

  private static boolean contains(Path file, String word) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return text.contains(word);
  }

  /** Waits until a recording that goes on has an event of this kind. */
  private void awaitKind(Process process, String name, String kind) throws Exception {
    Path dump = directory.resolve(name + "-dump.jfr");
    for (int i = 0; i < DUMPS_MAX; i++) {
      jcmd(process, "JFR.dump", "name=" + name, "filename=" + dump);
      if (kinds(dump).contains(kind)) {
        return;
      }
      Thread.sleep(200);
    }
    throw new AssertionError("no %s in recording %s: %s".formatted(kind, name, kinds(dump)));
  }

  /** The kinds of events in a recording. */
  private static Set<String> kinds(Path recording) throws IOException {
    return RecordingFile.readAllEvents(recording).stream()
        .map(event -> event.getEventType().getName())
        .collect(Collectors.toSet());
  }

  private String jcmd(Process process, String... words) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(Path.of(JDK, "bin", "jcmd").toString(), Long.toString(process.pid()));
    builder.command().addAll(List.of(words));
    Path output = Files.createTempFile(directory, "jcmd", ".txt");
    Process jcmd = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(jcmd.waitFor(120, TimeUnit.SECONDS)).as("jcmd %s", words[0]).isTrue();
      String said = Files.readString(output);
      assertThat(jcmd.exitValue()).as(said).isZero();
      return said;
    } finally {
      jcmd.destroyForcibly();
    }
  }
}
