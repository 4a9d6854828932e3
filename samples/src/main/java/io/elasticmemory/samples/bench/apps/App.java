package io.elasticmemory.samples.bench.apps;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A library that keeps its data in native memory, and the program that drives it. */
public enum App {
  /**
   * Pooled direct buffers, by both of its allocators: chunks of 128 KiB to 8 MiB; but where the
   * adaptive one has no chunk at hand, a buffer is allocated by itself.
   */
  NETTY(
      "netty",
      "NettyChurn",
      "16k",
      512,
      List.of("netty-buffer", "netty-common"),
      // It would allow itself no more than the JVM allows direct buffers.
      List.of("-Dio.netty.maxDirectMemory=0")),

  /** A database in memory, in direct buffers of 64 KiB, and a join. */
  H2("h2", "H2Join", "64k", 1088, List.of("h2"), List.of()),

  /** A map in direct buffers of 1 MiB. */
  MAPDB(
      "mapdb",
      "MapDbMap",
      "1m",
      512,
      List.of("mapdb", "elsa", "kotlin-stdlib", "eclipse-collections", "guava", "lz4-java"),
      List.of()),

  /** An index in a directory of direct buffers, of 64 KiB to 1 MiB. */
  LUCENE("lucene", "LuceneIndex", "64k", 512, List.of("lucene-core"), List.of()),

  /** A table by {@code Unsafe} and a ring buffer. */
  AGRONA(
      "agrona",
      "AgronaTable",
      "1m",
      512,
      List.of("agrona"),
      // It needs this with and without the agent.
      List.of("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"));

  private static final String PACKAGE = "io.elasticmemory.samples.app.";

  private final String label;
  private final String program;
  private final String min;
  private final long longMib;
  private final List<String> jars;
  private final List<String> jvmOptions;

  App(
      String label,
      String program,
      String min,
      long longMib,
      List<String> jars,
      List<String> jvmOptions) {
    this.label = label;
    this.program = program;
    this.min = min;
    this.longMib = longMib;
    this.jars = jars;
    this.jvmOptions = jvmOptions;
  }

  /** As commands and results name it. */
  public String label() {
    return label;
  }

  /** The one with this label. */
  public static Optional<App> find(String label) {
    return Stream.of(values()).filter(app -> app.label.equals(label)).findFirst();
  }

  /** The main class of the program. */
  String mainClass() {
    return PACKAGE + program;
  }

  /** The agent's option of that name: what the library allocates at once is at least so large. */
  String min() {
    return min;
  }

  /** Data in MiB when there is time. */
  long longMib() {
    return longMib;
  }

  /** With what the names of the jars begin that it needs. */
  List<String> jars() {
    return jars;
  }

  /** What its JVM needs, with and without the agent. */
  List<String> jvmOptions() {
    return jvmOptions;
  }
}
