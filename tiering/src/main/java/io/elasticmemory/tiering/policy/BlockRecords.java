package io.elasticmemory.tiering.policy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * What a replacement policy remembers of each block, present or not, in memory that costs nothing
 * until a block is touched:
 *
 * <pre>
 *  0 u32 next + 1        links of the queue the block is in, see {@link RecordQueue}
 *  4 u32 previous + 1
 *  8 u32 seen            when it was last seen, by the policy's own clock; 0 is never
 * 12 f16 interval        a length of time by that clock; 0 is not known
 * 14 u8  queue           the queue it is in; 0 is none
 * 15 u8  mark            whatever a policy wants
 * </pre>
 */
public final class BlockRecords {
  /** Bytes of a record. */
  public static final int RECORD_BYTES = 16;

  private static final long NEXT_AT = 0;
  private static final long PREVIOUS_AT = 4;
  private static final long SEEN_AT = 8;
  private static final long INTERVAL_AT = 12;
  private static final long QUEUE_AT = 14;
  private static final long MARK_AT = 15;

  /** Half floats reach from 2^-24 to 65504; with this scale, from a 256th to four billions. */
  private static final float SCALE = 65536;

  private final MemorySegment records;

  /** Records that are zero at first. */
  public BlockRecords(MemorySegment records) {
    this.records = records;
  }

  /** Records of so many blocks need so many bytes. */
  public static long bytes(int blocks) {
    return (long) blocks * RECORD_BYTES;
  }

  int next(int block) {
    return records.get(JAVA_INT, at(block) + NEXT_AT) - 1;
  }

  void next(int block, int next) {
    records.set(JAVA_INT, at(block) + NEXT_AT, next + 1);
  }

  int previous(int block) {
    return records.get(JAVA_INT, at(block) + PREVIOUS_AT) - 1;
  }

  void previous(int block, int previous) {
    records.set(JAVA_INT, at(block) + PREVIOUS_AT, previous + 1);
  }

  /** When the block was last seen; 0 is never. */
  public int seen(int block) {
    return records.get(JAVA_INT, at(block) + SEEN_AT);
  }

  /** Sets when the block was last seen. */
  public void seen(int block, int time) {
    records.set(JAVA_INT, at(block) + SEEN_AT, time);
  }

  /** A length of time, of eleven significant bits; 0 is not known. */
  public float interval(int block) {
    return Float.float16ToFloat(records.get(JAVA_SHORT, at(block) + INTERVAL_AT)) * SCALE;
  }

  /** Sets the length of time, at most four billions. */
  public void interval(int block, float interval) {
    records.set(JAVA_SHORT, at(block) + INTERVAL_AT, Float.floatToFloat16(interval / SCALE));
  }

  /** The queue the block is in; 0 is none. */
  public int queue(int block) {
    return records.get(JAVA_BYTE, at(block) + QUEUE_AT);
  }

  void queue(int block, int queue) {
    records.set(JAVA_BYTE, at(block) + QUEUE_AT, (byte) queue);
  }

  /** What a policy has marked the block with. */
  public int mark(int block) {
    return records.get(JAVA_BYTE, at(block) + MARK_AT);
  }

  /** Marks the block with a number from 0 to 127. */
  public void mark(int block, int mark) {
    records.set(JAVA_BYTE, at(block) + MARK_AT, (byte) mark);
  }

  private static long at(int block) {
    return (long) block * RECORD_BYTES;
  }
}
