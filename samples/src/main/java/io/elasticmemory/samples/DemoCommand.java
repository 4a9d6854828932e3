package io.elasticmemory.samples;

import io.elasticmemory.samples.demo.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code emp demo}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "demo",
    description = {
      "Builds and queries a full-text index in a space with little DRAM, an exporter and a spill"
          + " file, then in local memory, and compares.",
      "Takes one to three minutes and leaves nothing behind."
    },
    footer = {"", "Examples:", "  emp demo", "  emp demo /usr/share/doc", "  emp demo texts.zip"})
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIRECTORY-OR-ZIP",
      description = "The texts (default: the source archive of the running JDK).")
  private @Nullable Path source;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Chooses the queries (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path texts = source == null ? Demo.sourceOfJdk() : source;
    if (!Files.isReadable(texts)) {
      throw new ParameterException(
          spec.commandLine(), texts + " cannot be read; pass a directory or zip archive");
    }
    if (!Files.isDirectory(texts) && !isZip(texts)) {
      throw new ParameterException(
          spec.commandLine(),
          texts + " is neither a directory nor a zip archive; pass one of these");
    }
    Demo demo = new Demo(texts, seed, spec.commandLine().getOut());
    return demo.run() ? 0 : EmpMain.EXIT_FAILED;
  }

  private static boolean isZip(Path file) throws IOException {
    try (var stream = Files.newInputStream(file)) {
      return stream.read() == 'P' && stream.read() == 'K';
    }
  }
}
