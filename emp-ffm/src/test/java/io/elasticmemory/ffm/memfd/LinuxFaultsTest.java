package io.elasticmemory.ffm.memfd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.userfaultfd.Userfaultfd;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.port.contract.FaultsContract;
import io.elasticmemory.port.contract.SpaceBench;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LinuxFaultsTest extends FaultsContract {
  private static final long SPACE_BYTES = 2L << 20;

  private final LinuxMemories memories = new LinuxMemories();

  @Override
  protected SpaceBench openBench() {
    return new LinuxSpaceBench();
  }

  @Test
  void refusesADescriptorThatIsNoUserfaultfd() {
    try (SharedMemory other = memories.createShared("other", 4096, false)) {
      Descriptor memfd = Descriptor.of(other.handle()).duplicate();
      assertThatThrownBy(() -> memories.adoptFaults(memfd, 4096, SPACE_BYTES))
          .isInstanceOf(EmpException.class)
          .hasMessageContaining("memfd:other")
          .hasMessageContaining("userfaultfd was announced");
      assertThat(memfd.isClosed()).isTrue();
    }
  }

  @Test
  void refusesARangeThatIsNone() {
    try (SpaceMemory space = memories.createSpace(SPACE_BYTES)) {
      for (long[] range : new long[][] {{1, 4096}, {4096, 1}, {-4096, 4096}}) {
        Descriptor uffd = Descriptor.of(space.faults()).duplicate();
        assertThatThrownBy(() -> memories.adoptFaults(uffd, range[0], range[1]))
            .isInstanceOf(EmpException.class)
            .hasMessageContaining("is no range of pages");
        assertThat(uffd.isClosed()).isTrue();
      }
    }
  }

  @Test
  void saysThatTheRangeIsNotRegisteredAnyMore() {
    try (LinuxSpaceBench bench = new LinuxSpaceBench()) {
      Descriptor uffd = Descriptor.of(bench.space().faults());
      Userfaultfd.unregister(uffd, bench.space().base(), SPACE_BYTES);
      Faults faults = bench.faults();
      assertThat(faults.copy(0, bench.frames(), 0, 4096, 0)).isEqualTo(Faults.ABSENT);
      assertThat(faults.zero(0, 4096, 0)).isEqualTo(Faults.ABSENT);
      assertThat(faults.map(0, 4096, 0)).isEqualTo(Faults.ABSENT);
      assertThatThrownBy(() -> faults.protect(0, 4096))
          .isInstanceOf(EmpException.class)
          .hasMessageContaining("the program has unmapped or moved memory of its space")
          .hasMessageContaining("protecting 4096 bytes at offset 0");
    }
  }

  @Test
  void touchesNoStripeOfAnotherShardAndCrossesNoBorder() {
    Stripes stripes = Stripes.of(3 * Stripes.STRIPE_BYTES_MIN, 2);
    long stripe = stripes.stripeBytes();
    try (SpaceMemory space = memories.createSpace(stripes, true);
        Faults faults =
            memories.adoptFaults(
                Descriptor.of(space.faults(1)).duplicate(), space.base(), stripes, 1)) {
      assertThat(faults.zero(stripe, 4096, 0)).isEqualTo(4096);
      assertThat(faults.zero(2 * stripe - 4096, 4096, 0)).isEqualTo(4096);
      for (long[] range :
          new long[][] {
            {0, 4096}, {2 * stripe, 4096}, {stripe - 4096, 8192}, {stripe, 2 * stripe}
          }) {
        assertThatThrownBy(() -> faults.zero(range[0], range[1], 0))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("not inside one stripe of shard 1");
        assertThatThrownBy(() -> faults.wake(range[0], range[1]))
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void refusesFramesItCannotReadFrom() {
    try (LinuxSpaceBench bench = new LinuxSpaceBench()) {
      assertThatThrownBy(() -> bench.faults().copy(0, bench.frames(), 1L << 20, 4096, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      java.lang.foreign.MemorySegment heap =
          java.lang.foreign.MemorySegment.ofArray(new byte[8192]);
      assertThatThrownBy(() -> bench.faults().copy(0, heap, 0, 4096, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void namesTheThreadThatWaits() {
    try (LinuxSpaceBench bench = new LinuxSpaceBench()) {
      bench.read(0);
      FaultBatch batch = new FaultBatch(1);
      for (int i = 0; i < 5000 && batch.count() == 0; i++) {
        bench.pause();
        bench.faults().read(batch);
      }
      assertThat(java.nio.file.Path.of("/proc/self/task/" + batch.thread(0))).exists();
    }
  }

  @Test
  void isUselessOnceClosed() {
    try (LinuxSpaceBench bench = new LinuxSpaceBench()) {
      Faults other =
          memories.adoptFaults(
              Descriptor.of(bench.space().faults()).duplicate(), bench.space().base(), SPACE_BYTES);
      other.close();
      other.close();
      assertThatThrownBy(() -> other.wake(0, 4096))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
    }
  }
}
