package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpStatistics;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Platform;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The memory a workload runs on. */
interface TestedMemory extends AutoCloseable {
  /** Of a space, followed by its path. */
  String SPACE = "space:";

  /** A mapped file, followed by its name. */
  String FILE = "file:";

  /** A mapped file the kernel is told that it is read in no order, followed by its name. */
  String FILE_RANDOM = "file-random:";

  /** Anonymous memory without huge pages. */
  String ANONYMOUS = "anonymous";

  /** All of it, on a border of pages. */
  MemorySegment segment();

  /** Has everything written out that would be written out anyway, and waits for it. */
  default void settle() {}

  /** The workload begins: advice about its order is given only now, to leave passes quick. */
  default void expectWorkload() {}

  /** The pager's process; 0 without one. */
  default long pagerPid() {
    return 0;
  }

  /** Accesses so far that had to wait for bytes from elsewhere; -1 if the kernel counts them. */
  default long misses() {
    return -1;
  }

  @Override
  default void close() {}

  /** Opens what a word says. */
  static TestedMemory open(String word, long bytes) throws IOException {
    if (word.startsWith(SPACE)) {
      return new OfSpace(Emp.open(word.substring(SPACE.length())), bytes);
    }
    Memories memories = Platform.find().memories();
    if (word.equals(ANONYMOUS)) {
      MemorySegment segment = memories.reservePrivate(bytes);
      return () -> segment;
    }
    MemorySegment mapped = map(Path.of(word.substring(word.indexOf(':') + 1)), bytes);
    return new OfFile(mapped, memories, word.startsWith(FILE_RANDOM));
  }

  private static MemorySegment map(Path file, long bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      return channel.map(MapMode.READ_WRITE, 0, bytes, Arena.global());
    }
  }

  /** A file, mapped. */
  record OfFile(MemorySegment segment, Memories memories, boolean isRandom)
      implements TestedMemory {
    @Override
    public void settle() {
      segment.force();
    }

    @Override
    public void expectWorkload() {
      if (isRandom) {
        memories.expectRandomReads(segment);
      }
    }
  }

  /** A space. */
  final class OfSpace implements TestedMemory {
    /** By name, because not every version has every tier. */
    private static final List<String> MISSES =
        List.of("faultsCompressed", "faultsRemote", "faultsSsd");

    private final Emp emp;
    private final Arena arena;
    private final MemorySegment segment;

    OfSpace(Emp emp, long bytes) {
      this.emp = emp;
      this.arena = emp.ofShared();
      this.segment = arena.allocate(bytes, Content.PAGE_BYTES);
    }

    @Override
    public MemorySegment segment() {
      return segment;
    }

    @Override
    public long pagerPid() {
      return emp.pagerPid();
    }

    @Override
    public long misses() {
      EmpStatistics statistics = emp.statistics();
      long misses = 0;
      for (Counter counter : Counter.values()) {
        if (MISSES.contains(counter.name())) {
          misses += statistics.get(counter);
        }
      }
      return misses;
    }

    @Override
    public void close() {
      arena.close();
      emp.close();
    }
  }
}
