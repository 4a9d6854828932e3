package io.elasticmemory.samples.chaos;

import io.elasticmemory.wire.MessageLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Listens to all that passes a proxy: looks for a word, and remembers how the same sixteen bytes of
 * every page that was written came out. Each page of the program has these, so if no nonce is used
 * twice, no two pages that differ come out alike there. For any thread.
 */
final class Overheard {
  private static final int PAGE_BYTES = 4096;

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  private final long mark;
  private final int markAt;
  private final Map<Cipherblock, Long> pages = new HashMap<>();
  private long marks;
  private long written;
  private long alike;

  /** The marked sixteen bytes of a page, as they travelled. */
  private record Cipherblock(long low, long high) {}

  /**
   * Listens for a word.
   *
   * @param markAt where in a page it stands twice, one behind the other
   */
  Overheard(long mark, int markAt) {
    this.mark = mark;
    this.markAt = markAt;
  }

  /** Sends everything on, and listens. */
  Mischief listener() {
    return (frame, wire) -> {
      hear(frame);
      wire.send(frame);
    };
  }

  private synchronized void hear(Frame frame) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(frame.bytes());
    for (long at = MessageLayout.HEADER_BYTES; at + Long.BYTES <= bytes.byteSize(); at += 8) {
      marks += bytes.get(WORD, at) == mark ? 1 : 0;
    }
    if (frame.operation() == MessageLayout.WRITE) {
      for (int at = MessageLayout.HEADER_BYTES; at < frame.length(); at += PAGE_BYTES) {
        hearPage(frame.bytes(), at);
      }
    }
  }

  private void hearPage(byte[] bytes, int at) {
    ByteBuffer page = ByteBuffer.wrap(bytes, at, PAGE_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
    Cipherblock block = new Cipherblock(page.getLong(markAt), page.getLong(markAt + 8));
    CRC32C sum = new CRC32C();
    sum.update(page);
    Long before = pages.put(block, sum.getValue());
    written++;
    // The same message again, after a connection was lost, is no harm.
    alike += before != null && before != sum.getValue() ? 1 : 0;
  }

  /** How often the word has passed. */
  synchronized long marks() {
    return marks;
  }

  /** Pages that were written, repetitions among them. */
  synchronized long written() {
    return written;
  }

  /** Pages that differ from another and yet have the same marked bytes. */
  synchronized long alike() {
    return alike;
  }
}
