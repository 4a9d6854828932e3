package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.HintQueueLayout.CELLS;
import static io.elasticmemory.wire.HintQueueLayout.EMPTY;
import static io.elasticmemory.wire.HintQueueLayout.HEAD_AT;
import static io.elasticmemory.wire.HintQueueLayout.TAIL_AT;
import static io.elasticmemory.wire.HintQueueLayout.cellAt;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.testing.Mutations;
import io.elasticmemory.wire.HintQueueLayout;
import io.elasticmemory.wire.UnmapQueueLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever an application writes into the queues behind its command ring: each shard of the pager
 * is told of places of its own only, a few at a time, and believes that nothing was unmapped but
 * what it has asked for.
 */
class QueuesFuzzTest {
  private static final int TRIES = 5_000;
  private static final int SHARDS = 3;
  private static final long STRIPE_BYTES = 1 << 20;
  private static final long CAPACITY_BYTES = 10 * STRIPE_BYTES - 65536;
  private static final Stripes STRIPES = new Stripes(CAPACITY_BYTES, STRIPE_BYTES, SHARDS);

  private final Mutations mutations = new Mutations("QueuesFuzzTest");

  // ---- hints

  private final MemorySegment hints = Arena.ofAuto().allocate(HintQueueLayout.QUEUE_BYTES, 64);

  /** Of those that are not in its own stripes so many are passed over in a turn. */
  private static final int PASSED_MAX = 64;

  @Test
  void givesOnlyPlacesOfItsShardAndLooksAtAFewOnlyInATurn() {
    byte[] wrong = new byte[8 + 8 * CELLS];
    Arrays.fill(wrong, 8, wrong.length, (byte) -1);
    List<byte[]> samples = List.of(hints(0, 40), hints(1020, 9), wrong);
    mutations.tryOn(samples, TRIES, this::hintQueue);
  }

  /** The head, and cells from there on, spread over the space. */
  private static byte[] hints(long head, int count) {
    int cells = Math.min(CELLS, (int) head + count);
    ByteBuffer bytes = ByteBuffer.allocate(8 + 8 * cells).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(head);
    for (int i = 0; i < count; i++) {
      int at = (int) (cellAt(head + i) - cellAt(0));
      bytes.putLong(8 + at, 1 + i * 65536L * 7 % CAPACITY_BYTES);
    }
    return bytes.array();
  }

  @FuzzTest
  void hintQueue(byte[] data) {
    byte[] queue = Arrays.copyOf(data, 8 + 8 * CELLS);
    MemorySegment.copy(queue, 0, hints, JAVA_BYTE, HEAD_AT, 8);
    MemorySegment.copy(queue, 8, hints, JAVA_BYTE, cellAt(0), 8 * CELLS);
    long head = hints.get(JAVA_LONG, HEAD_AT);
    long end = head;
    while (end - head < CELLS && hints.get(JAVA_LONG, cellAt(end)) != EMPTY) {
      end++;
    }
    hints.set(JAVA_LONG, TAIL_AT, end);
    int shard = data.length % SHARDS;
    HintReader reader = new HintReader(hints, STRIPES, shard);
    while (head != end) {
      long offset = reader.next();
      if (offset != Hints.NONE) {
        assertThat(offset).isBetween(0L, CAPACITY_BYTES - 1);
        assertThat(STRIPES.shardOf(offset)).isEqualTo(shard);
        assertThat(reader.next()).as("stays until it is taken").isEqualTo(offset);
        reader.taken();
      }
      long before = head;
      head = hints.get(JAVA_LONG, HEAD_AT);
      assertThat(head - before).as("cells in a turn").isBetween(1L, (long) PASSED_MAX);
    }
    assertThat(reader.next()).as("behind the last").isEqualTo(Hints.NONE);
    assertThat(hints.get(JAVA_LONG, HEAD_AT)).isEqualTo(end);
  }

  // ---- ranges to unmap

  private final MemorySegment unmaps = Arena.ofAuto().allocate(UnmapQueueLayout.QUEUE_BYTES, 64);

  @Test
  void believesThatWhatItHasAskedForWasUnmappedAndNothingElse() {
    mutations.tryOn(List.of(unmaps(0, 0, 1, 2, 3), unmaps(7, 3, 8, 9)), TRIES, this::unmapQueue);
  }

  /** What was asked of the pager before, and what is said to be done at each time. */
  private static byte[] unmaps(long... counts) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * counts.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(counts).forEach(bytes::putLong);
    return bytes.array();
  }

  @FuzzTest
  void unmapQueue(byte[] data) {
    ByteBuffer counts = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    unmaps.set(JAVA_LONG, UnmapQueueLayout.ASKED_AT, counts.remaining() < 8 ? 0 : counts.getLong());
    UnmapWriter writer = new UnmapWriter(unmaps, () -> {});
    int asked = 0;
    while (counts.remaining() >= 8) {
      unmaps.set(JAVA_LONG, UnmapQueueLayout.DONE_AT, counts.getLong());
      asked += writer.ask(4096L * asked, 4096) ? 1 : 0;
      assertThat(writer.done()).isBetween(0L, (long) asked);
      writer.hasInherited();
    }
  }
}
