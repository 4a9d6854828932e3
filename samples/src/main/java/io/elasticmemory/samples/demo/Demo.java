package io.elasticmemory.samples.demo;

import io.elasticmemory.EmpException;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.index.Corpus;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs the index job in a space over an exporter and a spill file, then in local memory, each in a
 * JVM with a heap of 128 MiB, and compares.
 */
public final class Demo {
  private static final String HEAP = "-Xmx128m";
  private static final int QUERIES = 1000;
  private static final long TEXT_BYTES_MIN = 16 << 10;

  private final Path source;
  private final long seed;
  private final PrintWriter out;

  /**
   * A demo that has not begun.
   *
   * @param source a directory or zip archive with texts
   * @param seed chooses the queries
   * @param out for people
   */
  public Demo(Path source, long seed, PrintWriter out) {
    this.source = source;
    this.seed = seed;
    this.out = out;
  }

  /** The source archive of the JDK that runs this, if it has one. */
  public static Path sourceOfJdk() {
    Path source = Path.of(System.getProperty("java.home"), "lib", "src.zip");
    if (!Files.isReadable(source)) {
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "this JDK has no source archive at "
              + source
              + "; pass any directory or zip archive with texts: emp demo /usr/share/doc");
    }
    return source;
  }

  /** Runs it and shows what happened. Returns whether all went as it should. */
  public boolean run() throws IOException, InterruptedException {
    DemoSizes sizes = DemoSizes.of(sizeOfTexts());
    out.println("texts    " + source + describe(sizes));
    try (Workplace workplace = Workplace.create()) {
      requireRoom(workplace.directory(), sizes.ssdMib());
      LocalExporter exporter = LocalExporter.start(workplace, sizes.remoteMib());
      String path = path(sizes, exporter, workplace.directory());
      out.println("space    " + path);
      out.println("programs two JVMs with " + HEAP + ", one after the other, seed " + seed);
      out.flush();
      Map<String, String> inSpace = runJob(workplace, path, sizes);
      Map<String, String> local = runJob(workplace, IndexJobMain.LOCAL, sizes);
      return new DemoTable(inSpace, local, out).print();
    }
  }

  private Corpus.Size sizeOfTexts() throws IOException {
    Corpus.Size size = new Corpus(source).size();
    if (size.bytes() < TEXT_BYTES_MIN) {
      throw new EmpException(
          EmpException.Kind.DONOR,
          source
              + " has "
              + size.bytes()
              + " bytes of text in "
              + size.documents()
              + " files; pass a directory or zip archive with at least "
              + TEXT_BYTES_MIN);
    }
    return size;
  }

  private static String describe(DemoSizes sizes) {
    return (sizes.copies() == 1 ? ", " : ", read " + sizes.copies() + " times, ")
        + sizes.textMib()
        + " MiB unpacked";
  }

  private static String path(DemoSizes sizes, LocalExporter exporter, Path directory) {
    return "dram:"
        + sizes.dramMib()
        + "|"
        + exporter.entry(sizes.remoteMib())
        + "|"
        + directory.resolve("spill")
        + ":"
        + sizes.ssdMib()
        + ":0";
  }

  private static void requireRoom(Path directory, long mib) throws IOException {
    long usable = Files.getFileStore(directory).getUsableSpace() >> 20;
    if (usable < mib) {
      throw new EmpException(
          EmpException.Kind.DONOR,
          directory.getParent()
              + " has "
              + usable
              + " MiB free, the demo needs "
              + mib
              + "; free some, or pass a directory with less text");
    }
  }

  private Map<String, String> runJob(Workplace workplace, String path, DemoSizes sizes)
      throws IOException, InterruptedException {
    JavaProgram program =
        new JavaProgram(IndexJobMain.class.getName())
            .jvm(HEAP)
            .with(path, source.toAbsolutePath().toString())
            .with(Integer.toString(sizes.copies()), Long.toString(sizes.textBytes()))
            .with(Long.toString(seed), Integer.toString(QUERIES));
    Process process =
        workplace.start(
            new ProcessBuilder(program.command()).redirectError(ProcessBuilder.Redirect.INHERIT));
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new EmpException(
          EmpException.Kind.INTERNAL,
          "the program on "
              + path
              + " ended with code "
              + exitCode
              + "; see the lines above, or run 'emp doctor'");
    }
    return JsonObject.readFlat(said);
  }
}
