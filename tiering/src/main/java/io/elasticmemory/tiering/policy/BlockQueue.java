package io.elasticmemory.tiering.policy;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * A queue of block numbers whose links lie in memory that costs nothing until it is touched: 8
 * bytes a block, {@code next + 1} and {@code previous + 1}, so that zero means the end. Joining and
 * leaving anywhere takes constant time.
 */
public final class BlockQueue {
  /** Bytes of links a block needs. */
  public static final int LINK_BYTES = 8;

  private final MemorySegment links;
  private int first = ReplacementPolicy.NOBODY;
  private int last = ReplacementPolicy.NOBODY;
  private int size;

  /** An empty queue; {@code links} is zero and has {@link #LINK_BYTES} for every block. */
  public BlockQueue(MemorySegment links) {
    this.links = links;
  }

  /** The block that joined first, or {@link ReplacementPolicy#NOBODY}. */
  public int first() {
    return first;
  }

  /** Blocks in the queue. */
  public int size() {
    return size;
  }

  /** True if the block is in the queue. */
  public boolean contains(int block) {
    return first == block || previous(block) >= 0;
  }

  /** Joins at the end. The block must not be in the queue. */
  public void append(int block) {
    if (contains(block)) {
      throw new IllegalStateException("block " + block + " is queued already");
    }
    link(block, ReplacementPolicy.NOBODY, last);
    if (last >= 0) {
      setNext(last, block);
    } else {
      first = block;
    }
    last = block;
    size++;
  }

  /** Leaves; harmless if the block is not in the queue. */
  public void remove(int block) {
    if (!contains(block)) {
      return;
    }
    int next = next(block);
    int previous = previous(block);
    if (previous >= 0) {
      setNext(previous, next);
    } else {
      first = next;
    }
    if (next >= 0) {
      setPrevious(next, previous);
    } else {
      last = previous;
    }
    link(block, ReplacementPolicy.NOBODY, ReplacementPolicy.NOBODY);
    size--;
  }

  private int next(int block) {
    return links.get(JAVA_INT, (long) block * LINK_BYTES) - 1;
  }

  private int previous(int block) {
    return links.get(JAVA_INT, (long) block * LINK_BYTES + 4) - 1;
  }

  private void setNext(int block, int next) {
    links.set(JAVA_INT, (long) block * LINK_BYTES, next + 1);
  }

  private void setPrevious(int block, int previous) {
    links.set(JAVA_INT, (long) block * LINK_BYTES + 4, previous + 1);
  }

  private void link(int block, int next, int previous) {
    setNext(block, next);
    setPrevious(block, previous);
  }
}
