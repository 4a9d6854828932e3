package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class InheritanceTest {
  private static final int BLOCK = 65536;
  private static final Geometry GEOMETRY = new Geometry(64L << 20, BLOCK, 4096);
  private static final Stripes STRIPES = new Stripes(64L << 20, 16 << 20, 2);

  private final ShardCounters counters =
      new ShardCounters(MemorySegment.ofArray(new long[(int) ShardCounters.bytes(2) / 8]));

  private long[] residentBytes(long counted, long alsoCounted, long kernelBytes) {
    counters.format(4096);
    counters.of(0).set(Counter.residentBytes, counted);
    counters.of(1).set(Counter.residentBytes, alsoCounted);
    return Inheritance.residentBytes(
        STRIPES, new CountedPages(kernelBytes), counters, GEOMETRY, 4096);
  }

  @Test
  void addsWhatTheLastCallMayHaveBrought() {
    assertThat(residentBytes(10 << 20, 3 << 20, 13 << 20))
        .containsExactly((10 << 20) + BLOCK, (3 << 20) + BLOCK);
  }

  @Test
  void addsWhatOnlyTheKernelKnowsOfToEach() {
    assertThat(residentBytes(10 << 20, 3 << 20, 14 << 20))
        .containsExactly((11 << 20) + BLOCK, (4 << 20) + BLOCK);
  }

  @Test
  void believesTheKernelRatherThanTheCounts() {
    assertThat(residentBytes(10 << 20, 0, 3 << 20)).containsExactly(3 << 20, BLOCK);
  }

  @Test
  void believesNoMoreThanTheStripesCanHold() {
    assertThat(residentBytes(1L << 50, -(1L << 50), 60 << 20)).containsExactly(32L << 20, 0);
  }

  private record CountedPages(long residentBytes) implements Pages {
    @Override
    public void read(long offset, MemorySegment frames, long frameOffset, long bytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void punch(long offset, long bytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(long offset, MemorySegment frames, long frameOffset, long bytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nextPresent(long offset, long end) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nextAbsent(long offset, long end) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
