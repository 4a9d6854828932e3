package io.elasticmemory.ffm.memfd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.contract.PagesContract;
import io.elasticmemory.port.contract.SpaceBench;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LinuxPagesTest extends PagesContract {
  private final LinuxMemories memories = new LinuxMemories();

  @Override
  protected SpaceBench openBench() {
    return new LinuxSpaceBench();
  }

  @Test
  void refusesAMemoryFileOfAnotherSize() {
    try (SharedMemory other = memories.createShared("other", 4096, false)) {
      Descriptor memfd = Descriptor.of(other.handle()).duplicate();
      assertThatThrownBy(() -> memories.adoptPages(memfd, 8192))
          .isInstanceOf(EmpException.class)
          .hasMessageContaining("has 4096 bytes where 8192 were announced");
      assertThat(memfd.isClosed()).isTrue();
    }
  }

  @Test
  void looksForAHoleOnlyInTheRangeHoweverMuchIsPresentBehindIt() {
    int few = 1 << 20;
    int many = 128 << 20;
    try (SharedMemory small = written(few);
        SharedMemory large = written(many)) {
      long smallNanos = nanosToFindNoHole(small, few);
      long largeNanos = nanosToFindNoHole(large, many);
      // The kernel would look at 32,768 pages instead of 256.
      assertThat(largeNanos).isLessThan(20 * smallNanos);
    }
  }

  private SharedMemory written(long bytes) {
    SharedMemory memory = memories.createShared("written", bytes, false);
    memory.segment().fill((byte) 1);
    return memory;
  }

  /** The best of many attempts. */
  private long nanosToFindNoHole(SharedMemory memory, long bytes) {
    Descriptor memfd = Descriptor.of(memory.handle()).duplicate();
    Pages pages = memories.adoptPages(memfd, bytes);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      long begun = System.nanoTime();
      assertThat(pages.nextAbsent(0, 65536)).isEqualTo(65536);
      best = Math.min(best, System.nanoTime() - begun);
    }
    return best;
  }

  @Test
  void refusesAMemoryFileThatIsNotSealed() {
    Descriptor memfd = unsealed();
    FileCalls.ftruncate(memfd.descriptor(), 4096);
    assertThatThrownBy(() -> memories.adoptPages(memfd, 4096))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("has seals 0 of which 7 are needed");
  }

  @Test
  void refusesWhatIsNoMemoryFile() {
    Descriptor other =
        new Descriptor((int) FileCalls.open("/dev/null", LinuxConstants.O_RDWR, 0), "null");
    assertThatThrownBy(() -> memories.adoptPages(other, 4096))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("null")
        .hasMessageContaining("is no memory file");
    assertThat(other.isClosed()).isTrue();
  }

  private static Descriptor unsealed() {
    int flags = LinuxConstants.MFD_CLOEXEC | LinuxConstants.MFD_ALLOW_SEALING;
    return new Descriptor((int) MemoryCalls.memfdCreate("unsealed", flags), "unsealed");
  }
}
