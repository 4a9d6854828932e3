package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.ASKED;
import static io.elasticmemory.wire.CommandRingLayout.BYTES_AT;
import static io.elasticmemory.wire.CommandRingLayout.DONE;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES;
import static io.elasticmemory.wire.CommandRingLayout.OFFSET_AT;
import static io.elasticmemory.wire.CommandRingLayout.OPERATION_AT;
import static io.elasticmemory.wire.CommandRingLayout.RESULT_AT;
import static io.elasticmemory.wire.CommandRingLayout.RING_BYTES;
import static io.elasticmemory.wire.CommandRingLayout.STATE_AT;
import static io.elasticmemory.wire.CommandRingLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.Stripes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A pager that answers each command as soon as it is asked, and remembers what that was. */
final class AnsweringPager {
  /** Operation, offset and bytes of each command, in the order they were asked. */
  final List<List<Long>> asked = new ArrayList<>();

  /** What it answers. */
  long result;

  final CommandRings rings;
  private final List<MemorySegment> memories = new ArrayList<>();

  AnsweringPager(Stripes stripes) {
    rings =
        new CommandRings(
            stripes,
            IntStream.range(0, stripes.shards())
                .mapToObj(
                    shard -> {
                      memories.add(Arena.ofAuto().allocate(RING_BYTES, 8));
                      return new CommandRing(memories.getLast(), () -> answer(shard));
                    })
                .toList());
  }

  private void answer(int shard) {
    MemorySegment ring = memories.get(shard);
    for (int i = 0; i < ENTRIES; i++) {
      long at = entryAt(i);
      if (ring.get(JAVA_INT, at + STATE_AT) == ASKED) {
        asked.add(
            List.of(
                (long) ring.get(JAVA_INT, at + OPERATION_AT),
                ring.get(JAVA_LONG, at + OFFSET_AT),
                ring.get(JAVA_LONG, at + BYTES_AT)));
        ring.set(JAVA_LONG, at + RESULT_AT, result);
        ring.set(JAVA_INT, at + STATE_AT, DONE);
      }
    }
    // Not under the lock of the ring, which whoever rings the bell holds.
    Thread.ofVirtual().start(() -> rings.collect());
  }
}
