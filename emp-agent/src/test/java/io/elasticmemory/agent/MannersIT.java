package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.EveryWay;
import io.elasticmemory.agent.program.Large;
import io.elasticmemory.agent.program.Observed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a JVM can do goes on working with the agent in it. */
class MannersIT {
  private static final String JDK = System.getProperty("java.home");

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
    Path recording = directory.resolve("recording.jfr");

    Said said =
        new AgentJvm()
            .environment("dram:32|" + directory.resolve("spill") + ":512:0")
            .run(
                Observed.class,
                process -> {
                  Thread.sleep(2_000);
                  assertThat(jcmd(process, "Thread.print")).contains("\"main\"");
                  jcmd(process, "GC.heap_dump", dump.toString());
                  jcmd(process, "JFR.start", "name=observed", "filename=" + recording);
                  jcmd(process, "GC.run");
                  jcmd(process, "JFR.stop", "name=observed");
                },
                "10");

    assertThat(said).isEqualTo(new Said(0, "child says 42\nall words are as written", ""));
    assertThat(dump).isNotEmptyFile();
    assertThat(recording).isNotEmptyFile();
  }

  private String jcmd(Process process, String... words) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(Path.of(JDK, "bin", "jcmd").toString(), Long.toString(process.pid()));
    builder.command().addAll(List.of(words));
    Path output = Files.createTempFile(directory, "jcmd", ".txt");
    Process jcmd = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(jcmd.waitFor(30, TimeUnit.SECONDS)).as("jcmd %s", words[0]).isTrue();
      String said = Files.readString(output);
      assertThat(jcmd.exitValue()).as(said).isZero();
      return said;
    } finally {
      jcmd.destroyForcibly();
    }
  }
}
