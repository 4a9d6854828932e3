package io.elasticmemory.samples.prove.flips;

import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/**
 * Headers of messages with bits turned over, read as pager and exporter read them: each single bit
 * of each kind of header, then some bits at random.
 */
final class HeaderFlips {
  private static final int BITS = MessageLayout.HEADER_BYTES * Byte.SIZE;
  private static final int BITS_MAX = 64;

  private final RandomGenerator random;
  private final MessageHeader header = new MessageHeader();
  private final byte[] bytes = new byte[MessageLayout.HEADER_BYTES];
  private final MemorySegment segment = MemorySegment.ofArray(bytes);

  HeaderFlips(RandomGenerator random) {
    this.random = random;
  }

  FlipCount inject(long count) {
    long caught = 0;
    long injected = 0;
    for (int operation = MessageLayout.HELLO;
        operation <= MessageLayout.WRITE_COMPRESSED;
        operation++) {
      for (int bit = 0; bit < BITS; bit++) {
        for (int mark : new int[] {0, MessageLayout.ANSWER}) {
          fill(operation | mark);
          turn(bit);
          injected++;
          caught += isRefused() ? 1 : 0;
        }
      }
    }
    while (injected < count) {
      fill(MessageLayout.READ);
      random.ints(0, BITS).distinct().limit(1 + random.nextInt(BITS_MAX)).forEach(this::turn);
      injected++;
      caught += isRefused() ? 1 : 0;
    }
    return new FlipCount(injected, caught, injected - caught);
  }

  private void fill(int operation) {
    header.ask(operation, random.nextLong());
    header.lease = random.nextLong();
    header.offset = random.nextLong();
    header.length = Content.PAGE_BYTES;
    header.write(segment, 0);
  }

  private void turn(int bit) {
    bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
  }

  /** Garbage, or of a version that is not spoken. */
  private boolean isRefused() {
    return new MessageHeader().read(segment, 0) != MessageHeader.Found.HEADER;
  }
}
