package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Cpus;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final long LOOK_NANOS = 5_000_000;
  private static final int THREAD = 77;
  private static final int ANYWHERE = -1;

  private final Machine machine = new Machine();
  private final Placement placement = new Placement(machine, () -> this.dear);
  private boolean dear;
  private long now = 1_000_000_000;

  /** Two CPUs; the thread that faults runs on one of them. */
  private static final class Machine implements Cpus {
    private int cpus = 2;
    private int faulter;
    private int bound = ANYWHERE;
    private long waitedNanos;
    private int looks;

    @Override
    public int count() {
      return cpus;
    }

    @Override
    public int cpu(int index) {
      return index;
    }

    @Override
    public boolean bind(int cpu) {
      bound = cpu;
      return true;
    }

    @Override
    public void release() {
      bound = ANYWHERE;
    }

    @Override
    public int cpuOf(int thread) {
      looks++;
      return thread == THREAD ? faulter : -1;
    }

    @Override
    public long waitedNanos() {
      return waitedNanos;
    }

    @Override
    public void close() {
      release();
    }
  }

  private void faults(int looks) {
    for (int i = 0; i < looks; i++) {
      now += LOOK_NANOS;
      placement.faulted(THREAD, now);
    }
  }

  @Test
  void followsAThreadThatFaultsWhereWakeUpsAreDear() {
    machine.faulter = 1;
    dear = true;
    faults(3);
    assertThat(machine.bound).isEqualTo(1);
    assertThat(placement.sharesCpu()).isTrue();
    machine.faulter = 0;
    faults(3);
    assertThat(machine.bound).isZero();
  }

  @Test
  void staysWhereItIsWhereWakeUpsAreCheap() {
    faults(100);
    assertThat(machine.bound).isEqualTo(ANYWHERE);
    assertThat(machine.looks).isZero();
    assertThat(placement.sharesCpu()).isFalse();
  }

  @Test
  void doesNotFollowThreadsOnDifferentCpus() {
    dear = true;
    for (int i = 0; i < 100; i++) {
      machine.faulter = i % 2;
      faults(1);
      assertThat(machine.bound).isEqualTo(ANYWHERE);
    }
  }

  @Test
  void letsGoWhenItHasToWaitForTheCpuAndTriesAgainLater() {
    dear = true;
    faults(3);
    assertThat(machine.bound).isZero();
    machine.waitedNanos += LOOK_NANOS / 2;
    faults(1);
    assertThat(machine.bound).isEqualTo(ANYWHERE);
    faults(10);
    assertThat(machine.bound).isEqualTo(ANYWHERE);
    faults(20);
    assertThat(machine.bound).isZero();
  }

  @Test
  void looksSeldomHoweverOftenThreadsFault() {
    dear = true;
    for (int i = 0; i < 10_000; i++) {
      now += LOOK_NANOS / 1000;
      placement.faulted(THREAD, now);
    }
    assertThat(machine.looks).isLessThanOrEqualTo(11);
  }

  @Test
  void hasNobodyToFollowOnOneCpu() {
    machine.cpus = 1;
    dear = true;
    faults(10);
    assertThat(machine.looks).isZero();
    assertThat(placement.sharesCpu()).isTrue();
  }

  @Test
  void ignoresThreadsThatHaveEnded() {
    dear = true;
    for (int i = 0; i < 10; i++) {
      now += LOOK_NANOS;
      placement.faulted(THREAD + 1, now);
    }
    assertThat(machine.bound).isEqualTo(ANYWHERE);
  }
}
