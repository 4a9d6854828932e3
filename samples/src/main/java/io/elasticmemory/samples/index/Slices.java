package io.elasticmemory.samples.index;

/**
 * The postings of all terms. The bytes of a list lie in slices that become longer as the list
 * grows; the last 8 bytes of a slice are the position of the next. Many lists grow at the same
 * time, each at its own end.
 */
final class Slices {
  /** Bytes for the position of the next slice. */
  static final int LINK_BYTES = 8;

  private static final int[] PAYLOAD_BYTES = {16, 32, 64, 128, 256, 512, 1024, 2048, 4088};

  private final Chunks chunks;

  /** Slices in these chunks. */
  Slices(Chunks chunks) {
    this.chunks = chunks;
  }

  /** Payload of the slice with this number in its list. */
  static int payloadBytes(int level) {
    return PAYLOAD_BYTES[Math.min(level, PAYLOAD_BYTES.length - 1)];
  }

  /** Appends to the list of a dictionary entry. */
  void append(Dictionary dictionary, long entry, byte[] bytes, int length) {
    long at = dictionary.tailAt(entry);
    int room = dictionary.tailRoom(entry);
    int level = dictionary.tailLevel(entry);
    int done = 0;
    if (dictionary.documents(entry) == 0) {
      at = newSlice(0);
      room = payloadBytes(0);
      dictionary.setHeadAt(entry, at);
    }
    while (done < length) {
      if (room == 0) {
        level++;
        long next = newSlice(level);
        chunks.setLong(at, next);
        at = next;
        room = payloadBytes(level);
      }
      int part = Math.min(room, length - done);
      chunks.write(at, bytes, done, part);
      at += part;
      room -= part;
      done += part;
    }
    dictionary.setTail(entry, at, room, level);
  }

  private long newSlice(int level) {
    return chunks.reserve(payloadBytes(level) + LINK_BYTES);
  }
}
