package io.elasticmemory.port;

/** A reusable batch of fault messages: what {@link Faults#read} fills. Not thread safe. */
public final class FaultBatch {
  /** Flag: the access was a write. */
  public static final int WRITE = 1;

  /** Flag: the page is present and write-protected. */
  public static final int PROTECTED = 2;

  /** Flag: the page is present but not mapped. */
  public static final int MINOR = 4;

  private final long[] offsets;
  private final int[] flags;
  private final int[] threads;
  private int count;

  /** A batch for at most {@code capacity} messages. */
  public FaultBatch(int capacity) {
    offsets = new long[capacity];
    flags = new int[capacity];
    threads = new int[capacity];
  }

  /** The most messages this batch can hold. */
  public int capacity() {
    return offsets.length;
  }

  /** The messages it holds now. */
  public int count() {
    return count;
  }

  /** Empties the batch. */
  public void clear() {
    count = 0;
  }

  /**
   * Adds a message.
   *
   * @param offset byte offset of the faulting address in the space
   * @param flags {@link #WRITE}, {@link #PROTECTED}, {@link #MINOR} or none
   * @param thread the kernel's id of the faulting thread, 0 if unknown
   */
  public void add(long offset, int flags, int thread) {
    offsets[count] = offset;
    this.flags[count] = flags;
    threads[count] = thread;
    count++;
  }

  /** Byte offset in the space of message {@code index}. */
  public long offset(int index) {
    return offsets[index];
  }

  /** Flags of message {@code index}. */
  public int flags(int index) {
    return flags[index];
  }

  /** Thread id of message {@code index}, 0 if unknown. */
  public int thread(int index) {
    return threads[index];
  }
}
