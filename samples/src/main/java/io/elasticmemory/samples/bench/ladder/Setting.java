package io.elasticmemory.samples.bench.ladder;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What is set up around one run, and taken down after it. */
interface Setting extends AutoCloseable {
  /** What the program works on, in the words of {@link TestedMemory}. */
  String memory();

  /** The command that runs a command in this setting. */
  default List<String> starting(List<String> command) {
    return command;
  }

  /** The processes of exporters. */
  default List<Long> exporterPids() {
    return List.of();
  }

  /**
   * Limits the memory of the program, which has everything now but its data.
   *
   * @param scratchBytes data it has touched already
   */
  default void limit(long scratchBytes) throws IOException {}

  /** The data is there and has been read once; the workload comes next. */
  default void beforeWorkload() throws IOException {}

  /** What only the machine knows at the end of the run, while the program still has its memory. */
  default Map<Figure, Double> observe() throws IOException {
    return Map.of();
  }

  @Override
  default void close() throws IOException {}
}
