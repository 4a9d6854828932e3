package io.elasticmemory.space;

import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.PagerMessageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.List;

/** A pager that has been started and says what a test has it say, then ends. */
final class TalkingPager extends Fakes.Channel {
  private static final HandOver HAND_OVER =
      new HandOver(
          1,
          2,
          1L << 45,
          new Geometry(64L << 20, 65536, 4096),
          16L << 20,
          10_000_000_000L,
          0,
          false,
          false,
          false,
          false,
          false,
          Stripes.one(64L << 20),
          List.of());

  private Iterator<MemorySegment> words = List.<MemorySegment>of().iterator();

  /** How many messages were taken. */
  int taken;

  /** Hands a space over to a pager that says this; the budget it needs. */
  long handOver(Iterator<MemorySegment> words) {
    this.words = words;
    taken = 0;
    try (Pagers pagers = new Pagers(new Fakes.EndedGroup(), this)) {
      return new HandingOver(pagers, "use another JDK").handOver(HAND_OVER, List.of());
    }
  }

  /** A message as pagers write them. */
  static MemorySegment message(int kind, int code, long value, String text) {
    MemorySegment space = Arena.ofAuto().allocate(PagerMessageLayout.MESSAGE_BYTES_MAX, 8);
    return space.asSlice(0, PagerMessageLayout.write(space, kind, code, value, text));
  }

  @Override
  public int receive(MemorySegment into, List<Handle> handles, long timeoutMillis) {
    if (!words.hasNext()) {
      return -1;
    }
    MemorySegment message = words.next();
    MemorySegment.copy(message, 0, into, 0, message.byteSize());
    taken++;
    return (int) message.byteSize();
  }
}
