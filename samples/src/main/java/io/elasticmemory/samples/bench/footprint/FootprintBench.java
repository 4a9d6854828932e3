package io.elasticmemory.samples.bench.footprint;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.process.ProcessMemory;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Touches all of a space several times its DRAM, and looks at what its pager has then; leaves
 * another one alone, and looks at what it does.
 */
public final class FootprintBench {
  private static final List<Integer> BLOCKS_BYTES = List.of(4 << 10, 64 << 10);
  private static final int PAGE_BYTES = 4 << 10;

  /** A slab in reserve, and one for what is rounded up. */
  private static final long DONOR_MIB_MORE = 128;

  private static final String TABLE = "emp-table";
  private static final String DATA = "emp-space";

  private final long sizeMib;
  private final long dramMib;
  private final int idleSeconds;
  private final Workplace workplace;
  private final Progress progress;

  /**
   * A bench that has not begun.
   *
   * @param sizeMib data in each space
   * @param dramMib DRAM for it
   * @param idleSeconds how long a space is left alone
   * @param workplace on a disk, for the spill file
   */
  public FootprintBench(
      long sizeMib, long dramMib, int idleSeconds, Workplace workplace, Progress progress) {
    this.sizeMib = sizeMib;
    this.dramMib = dramMib;
    this.idleSeconds = idleSeconds;
    this.workplace = workplace;
    this.progress = progress;
  }

  /** Runs it. */
  public FootprintResult run() throws IOException {
    List<Footprint> footprints = new ArrayList<>();
    for (int blockBytes : BLOCKS_BYTES) {
      footprints.add(measure(blockBytes));
    }
    Idle idle = new IdleBench(workplace).run(idleSeconds);
    return new FootprintResult(sizeMib, dramMib, footprints, idle);
  }

  private Footprint measure(int blockBytes) {
    String spill = workplace.directory().resolve("spill").toString();
    try (Emp emp =
            Emp.builder()
                .dram(dramMib)
                .block(blockBytes, PAGE_BYTES)
                .spillFile(spill, sizeMib + DONOR_MIB_MORE)
                .open();
        Arena arena = emp.ofConfined()) {
      touch(arena.allocate(sizeMib << 20, PAGE_BYTES), blockBytes);
      long table = ProcessMemory.mapped(emp.pagerPid(), TABLE).sizeBytes();
      if (table == 0) {
        throw new EmpException(
            Kind.INTERNAL, "the pager has no mapping named " + TABLE + "; report a bug");
      }
      return new Footprint(
          emp.blockBytes(),
          emp.subblockBytes(),
          emp.capacityBytes(),
          table,
          ProcessMemory.pssBytes(emp.pagerPid())
              - ProcessMemory.mapped(emp.pagerPid(), TABLE).pssBytes()
              - ProcessMemory.mapped(emp.pagerPid(), DATA).pssBytes());
    }
  }

  private void touch(MemorySegment segment, int blockBytes) {
    long[] done = new long[1];
    progress.begin("blocks of " + (blockBytes >> 10) + " KiB", segment.byteSize(), () -> done[0]);
    for (long at = 0; at < segment.byteSize(); at += PAGE_BYTES) {
      segment.set(JAVA_LONG, at, at + 1);
      done[0] = at;
    }
    progress.end();
  }
}
