package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.CommandRingLayout.ASKED;
import static io.elasticmemory.wire.CommandRingLayout.ASKED_AT;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES_AT;
import static io.elasticmemory.wire.CommandRingLayout.ENTRY_BYTES;
import static io.elasticmemory.wire.CommandRingLayout.HEADER_BYTES;
import static io.elasticmemory.wire.CommandRingLayout.MAGIC;
import static io.elasticmemory.wire.CommandRingLayout.MAGIC_AT;
import static io.elasticmemory.wire.CommandRingLayout.RING_BYTES;
import static io.elasticmemory.wire.CommandRingLayout.STATE_AT;
import static io.elasticmemory.wire.CommandRingLayout.UNPIN;
import static io.elasticmemory.wire.CommandRingLayout.VERSION;
import static io.elasticmemory.wire.CommandRingLayout.VERSION_AT;
import static io.elasticmemory.wire.CommandRingLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.Advice;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.testing.Mutations;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever an application puts into its command ring: the pager is told of blocks of the space
 * only, and every entry that was asked is taken.
 */
class CommandRingFuzzTest {
  private static final int TRIES = 5_000;
  private static final int SHARDS = 2;
  private static final Geometry GEOMETRY = new Geometry(256L << 20, 65536, 4096);
  private static final Stripes STRIPES = Stripes.of(256L << 20, SHARDS);
  private static final long BUDGET_MIN = 1 << 20;

  private final MemorySegment ring = Arena.ofAuto().allocate(RING_BYTES, 8);

  @Test
  void takesOnlyWhatMakesSense() {
    List<byte[]> samples = new ArrayList<>();
    for (int operation = 1; operation <= UNPIN; operation++) {
      samples.add(entries(operation, 1));
      samples.add(entries(operation, 5));
    }
    new Mutations("CommandRingFuzzTest").tryOn(samples, TRIES, this::ring);
  }

  private static byte[] entries(int operation, int count) {
    MemorySegment bytes = Arena.ofAuto().allocate(count * ENTRY_BYTES, 8);
    for (int i = 0; i < count; i++) {
      MemorySegment entry = bytes.asSlice(i * ENTRY_BYTES, ENTRY_BYTES);
      entry.set(JAVA_INT, 0, ASKED);
      entry.set(JAVA_INT, 4, operation);
      entry.set(JAVA_LONG, 8, 65536L * i);
      entry.set(JAVA_LONG, 16, 65536L);
      entry.set(JAVA_LONG, 24, 16L << 20);
      entry.set(JAVA_LONG, 40, i + 1);
    }
    return bytes.toArray(JAVA_BYTE);
  }

  @FuzzTest
  void ring(byte[] data) {
    ring.fill((byte) 0);
    ring.set(JAVA_LONG, MAGIC_AT, MAGIC);
    ring.set(JAVA_INT, VERSION_AT, VERSION);
    ring.set(JAVA_INT, ENTRIES_AT, ENTRIES);
    ring.set(JAVA_LONG, ASKED_AT, Long.MAX_VALUE);
    long length = Math.min(data.length, ENTRIES * ENTRY_BYTES);
    MemorySegment.copy(data, 0, ring, JAVA_BYTE, HEADER_BYTES, (int) length);
    int shard = data.length % SHARDS;
    Checking orders = new Checking(shard);
    CommandDesk desk =
        new CommandDesk(ring, GEOMETRY, STRIPES, shard, BUDGET_MIN, orders, () -> {});
    desk.take();
    orders.open.forEach(done -> done.done(0));
    desk.answerClose();
    for (int entry = 0; entry < ENTRIES; entry++) {
      int state = ring.get(JAVA_INT, entryAt(entry) + STATE_AT);
      assertThat(state != ASKED || isLater(entry)).as("%d is open", entry).isTrue();
    }
  }

  /** An order above the count that was read is left for the next time. */
  private boolean isLater(int entry) {
    return ring.get(JAVA_LONG, entryAt(entry) + 40) - Long.MAX_VALUE > 0;
  }

  /** Refuses what no shard may be told. */
  private static final class Checking implements Orders {
    final int shard;
    final List<Done> open = new ArrayList<>();

    Checking(int shard) {
      this.shard = shard;
    }

    private void check(int firstBlock, int blockCount, Done done) {
      assertThat(firstBlock).isNotNegative();
      assertThat(blockCount).isPositive();
      assertThat((long) firstBlock + blockCount).isLessThanOrEqualTo(GEOMETRY.blockCount());
      open.add(done);
    }

    private void checkOwn(int firstBlock, int blockCount, Done done) {
      check(firstBlock, blockCount, done);
      long offset = GEOMETRY.offsetOf(firstBlock);
      assertThat(STRIPES.isOwn(shard, offset, (long) blockCount * GEOMETRY.blockBytes())).isTrue();
    }

    @Override
    public void discard(int firstBlock, int blockCount, Done done) {
      check(firstBlock, blockCount, done);
    }

    @Override
    public void unload(int firstBlock, int blockCount, Done done) {
      check(firstBlock, blockCount, done);
    }

    @Override
    public void keep(int firstBlock, int blockCount, Done done) {
      check(firstBlock, blockCount, done);
    }

    @Override
    public void load(int firstBlock, int blockCount, Done done) {
      checkOwn(firstBlock, blockCount, done);
    }

    @Override
    public void pin(int firstBlock, int blockCount, Done done) {
      checkOwn(firstBlock, blockCount, done);
    }

    @Override
    public void unpin(int firstBlock, int blockCount, Done done) {
      checkOwn(firstBlock, blockCount, done);
    }

    @Override
    public void letGo(int firstBlock, int blockCount) {
      check(firstBlock, blockCount, result -> {});
    }

    @Override
    public void prefetch(long offset, long bytes) {
      checkBytes(offset, bytes);
    }

    @Override
    public void advise(long offset, long bytes, Advice advice) {
      checkBytes(offset, bytes);
    }

    private static void checkBytes(long offset, long bytes) {
      assertThat(offset).isNotNegative();
      assertThat(bytes).isBetween(1L, GEOMETRY.capacityBytes() - offset);
    }

    @Override
    public void resize(long budgetBytes, Done done) {
      assertThat(budgetBytes).isGreaterThanOrEqualTo(BUDGET_MIN);
      open.add(done);
    }
  }
}
