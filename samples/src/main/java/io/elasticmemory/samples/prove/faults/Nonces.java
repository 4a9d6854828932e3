package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.chaos.Frame;
import io.elasticmemory.samples.chaos.Mischief;
import io.elasticmemory.wire.MessageLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Listens to what an encrypted space stores, and knows when a nonce comes twice. AES-GCM adds a
 * stream of bits to a page that follows from key and nonce alone. In half of the pages of {@link
 * PageWords} all words are the same, so that the sum of two neighbours, encrypted, is that of the
 * stream: two pages that differ and agree there were encrypted with the same nonce. For any thread.
 */
final class Nonces {
  private static final int PAGE_BYTES = 4096;
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  /** What is left of a page's bits when those of its words are taken out. */
  private record Stream(long first, long second) {}

  private final Map<Stream, Long> seen = new HashMap<>();
  private long twice;

  /** Sends everything on, and listens. */
  Mischief listener() {
    return (frame, wire) -> {
      if (frame.operation() == MessageLayout.WRITE) {
        hear(frame);
      }
      wire.send(frame);
    };
  }

  private synchronized void hear(Frame frame) {
    MemorySegment bytes = MemorySegment.ofArray(frame.bytes());
    int at = MessageLayout.HEADER_BYTES;
    for (; at + PAGE_BYTES <= frame.length(); at += PAGE_BYTES) {
      hear(bytes.asSlice(at, PAGE_BYTES));
    }
  }

  /** A page as it travels. */
  void hear(MemorySegment page) {
    Stream stream = new Stream(page.get(WORD, 0) ^ page.get(WORD, 8), sumOfNext(page));
    CRC32C sum = new CRC32C();
    sum.update(page.asByteBuffer());
    Long before = seen.put(stream, sum.getValue());
    // The same message again, after a connection was lost, is no harm.
    twice += before != null && before != sum.getValue() ? 1 : 0;
  }

  private static long sumOfNext(MemorySegment page) {
    return page.get(WORD, 16) ^ page.get(WORD, 24);
  }

  /** Pages with a nonce of their own. */
  synchronized long collected() {
    return seen.size();
  }

  /** Pages that were encrypted with the nonce of another. */
  synchronized long twice() {
    return twice;
  }
}
