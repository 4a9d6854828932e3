package io.elasticmemory.samples.pair;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Emp;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program that wants to go on without what is lost, with real processes. */
@Timeout(240)
class LostMemoryIT {
  private static final int EXPORTER_MIB = 128;
  private static final int DATA_MIB = 48;
  private static final int BLOCK_BYTES = 16 << 10;

  /** Each costs a wait of its own. */
  private static final int LOST_BLOCKS = 3;

  @Test
  void isAnErrorWhereItIsTouchedUntilItIsDiscarded() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String path =
          "dram:8?block=16k&shards=1&onLoss=poison&faultTimeoutMillis=1000|%s|%s:%d:0"
              .formatted(exporter.entry(EXPORTER_MIB), workplace.directory().resolve("spill"), 128);
      try (Emp emp = Emp.open(path)) {
        MemorySegment memory = emp.global().allocate((long) DATA_MIB << 20, BLOCK_BYTES);
        for (long at = 0; at < memory.byteSize(); at += BLOCK_BYTES) {
          memory.set(JAVA_LONG, at, at + 1);
        }
        exporter.process().destroyForcibly().waitFor();

        discardsWhatIsLost(emp, memory);
        assertThat(emp.statistics().get(Counter.blocksLost)).isEqualTo(LOST_BLOCKS);
      }
    }
  }

  private static void discardsWhatIsLost(Emp emp, MemorySegment memory) {
    int lost = 0;
    for (long at = 0; lost < LOST_BLOCKS; at += BLOCK_BYTES) {
      assertThat(at).as("what is not lost").isLessThan(memory.byteSize());
      long found = read(memory, at);
      if (found == at + 1) {
        continue;
      }
      assertThat(found).as("at " + at).isEqualTo(-1);
      lost++;
      assertThat(read(memory, at)).as("again at " + at).isEqualTo(-1);

      emp.discard(memory, at, BLOCK_BYTES);

      assertThat(read(memory, at)).as("new memory at " + at).isZero();
      memory.set(JAVA_LONG, at, at + 1);
      assertThat(read(memory, at)).isEqualTo(at + 1);
    }
  }

  /** A method of its own: the error comes at its end at the latest. -1 stands for it. */
  private static long read(MemorySegment memory, long at) {
    try {
      return memory.get(JAVA_LONG, at);
    } catch (InternalError e) {
      assertThat(e).hasMessageContaining("unsafe memory access");
      return -1;
    }
  }
}
