package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import org.junit.jupiter.api.Test;

/** What the simulated kernel can do beyond the contract: the strange things that real ones do. */
class SimKernelTest {
  private static final int PAGE_BYTES = 64;

  private final SimKernel kernel = new SimKernel(16L * PAGE_BYTES, PAGE_BYTES, 2, Stage.QUIET);
  private final FaultBatch batch = new FaultBatch(8);

  private boolean touch(int thread, long offset, boolean write) {
    return kernel.access(kernel.thread(thread), offset, write, 1);
  }

  @Test
  void tellsTwiceOfAThreadThatASignalInterrupts() {
    touch(0, 8, false);
    kernel.read(batch);
    assertThat(batch.count()).isEqualTo(1);
    kernel.signal(kernel.thread(0));
    assertThat(touch(0, 8, false)).isFalse();
    kernel.read(batch);
    assertThat(batch.count()).isEqualTo(1);
  }

  @Test
  void forgetsTheUnreadMessageOfAThreadThatWasWoken() {
    touch(0, 8, false);
    kernel.zero(0, PAGE_BYTES, 0);
    kernel.read(batch);
    assertThat(batch.count()).isZero();
    assertThat(touch(0, 8, false)).isTrue();
  }

  @Test
  void zeroesAndKeepsAPinnedPage() {
    kernel.zero(0, PAGE_BYTES, 0);
    kernel.store(0, 17);
    kernel.pin(0);
    kernel.punch(0, PAGE_BYTES);
    assertThat(kernel.nextPresent(0, PAGE_BYTES)).isZero();
    assertThat(kernel.load(0)).isZero();
    assertThat(touch(0, 0, false)).isFalse();
    kernel.read(batch);
    assertThat(batch.flags(0)).isEqualTo(FaultBatch.MINOR);
    kernel.unpin(0);
    kernel.punch(0, PAGE_BYTES);
    assertThat(kernel.residentBytes()).isZero();
  }

  @Test
  void reportsAnAlienPageAsMinor() {
    kernel.appear(0);
    assertThat(touch(0, 0, true)).isFalse();
    kernel.read(batch);
    assertThat(batch.flags(0)).isEqualTo(FaultBatch.MINOR | FaultBatch.WRITE);
    assertThat(kernel.map(0, PAGE_BYTES, Faults.PROTECTED)).isEqualTo(PAGE_BYTES);
    assertThat(touch(0, 0, false)).isTrue();
    assertThat(touch(0, 0, true)).isFalse();
  }

  @Test
  void losesAPageThatTheApplicationRemoves() {
    kernel.zero(0, PAGE_BYTES, 0);
    kernel.store(8, 3);
    kernel.remove(0);
    assertThat(kernel.residentBytes()).isZero();
    assertThat(touch(0, 8, false)).isFalse();
    kernel.read(batch);
    assertThat(batch.flags(0)).isZero();
  }
}
