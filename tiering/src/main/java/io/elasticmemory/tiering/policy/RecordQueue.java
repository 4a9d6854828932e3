package io.elasticmemory.tiering.policy;

/**
 * A queue of blocks, one of several over the same records: a block is in one of them at most.
 * Joining at the end and leaving anywhere take constant time.
 */
public final class RecordQueue {
  private final BlockRecords records;
  private final int id;
  private int first = ReplacementPolicy.NOBODY;
  private int last = ReplacementPolicy.NOBODY;
  private int size;

  /**
   * An empty queue.
   *
   * @param id its number among the queues over these records, 1 to 127
   */
  public RecordQueue(BlockRecords records, int id) {
    this.records = records;
    this.id = id;
  }

  /** The block that joined first, or {@link ReplacementPolicy#NOBODY}. */
  public int first() {
    return first;
  }

  /** The block that joined after this one, or {@link ReplacementPolicy#NOBODY}. */
  public int next(int block) {
    return records.next(block);
  }

  /** Blocks in the queue. */
  public int size() {
    return size;
  }

  /** True if no block is in the queue. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** True if the block is in the queue. */
  public boolean contains(int block) {
    return records.queue(block) == id;
  }

  /** Joins at the end. The block must not be in any queue. */
  public void append(int block) {
    if (records.queue(block) != 0) {
      throw new IllegalStateException(
          "block " + block + " is in queue " + records.queue(block) + " already");
    }
    records.queue(block, id);
    records.next(block, ReplacementPolicy.NOBODY);
    records.previous(block, last);
    if (last >= 0) {
      records.next(last, block);
    } else {
      first = block;
    }
    last = block;
    size++;
  }

  /** Leaves. The block must be in this queue. */
  public void remove(int block) {
    if (!contains(block)) {
      throw new IllegalStateException(
          "block " + block + " is in queue " + records.queue(block) + ", not in " + id);
    }
    int next = records.next(block);
    int previous = records.previous(block);
    if (previous >= 0) {
      records.next(previous, next);
    } else {
      first = next;
    }
    if (next >= 0) {
      records.previous(next, previous);
    } else {
      last = previous;
    }
    records.queue(block, 0);
    size--;
  }

  /** The first block leaves this queue and joins another at its end. */
  int moveFirstTo(RecordQueue other) {
    int block = first;
    remove(block);
    other.append(block);
    return block;
  }
}
