package io.elasticmemory.tiering.store;

/** A first-in, first-out queue of small numbers with a fixed capacity. Allocates nothing. */
final class IndexQueue {
  private final int[] indexes;
  private int first;
  private int size;

  IndexQueue(int capacity) {
    indexes = new int[capacity];
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  void add(int index) {
    if (size == indexes.length) {
      throw new IllegalStateException("more than " + size + " in the queue");
    }
    indexes[(first + size++) % indexes.length] = index;
  }

  /** The next without taking it. */
  int peek() {
    return indexes[first];
  }

  int take() {
    if (size == 0) {
      throw new IllegalStateException("the queue is empty");
    }
    int index = indexes[first];
    first = (first + 1) % indexes.length;
    size--;
    return index;
  }
}
