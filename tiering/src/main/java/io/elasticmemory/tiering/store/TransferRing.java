package io.elasticmemory.tiering.store;

import static java.util.Objects.requireNonNull;

import io.elasticmemory.port.Transfer;
import org.jspecify.annotations.Nullable;

/** A first-in, first-out queue of transfers with a fixed capacity. Allocates nothing. */
final class TransferRing {
  private final @Nullable Transfer[] transfers;
  private int first;
  private int size;

  TransferRing(int capacity) {
    transfers = new Transfer[capacity];
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isFull() {
    return size == transfers.length;
  }

  void add(Transfer transfer) {
    if (isFull()) {
      throw new IllegalStateException("more than " + size + " in the queue");
    }
    transfers[(first + size++) % transfers.length] = transfer;
  }

  /** The next without taking it. */
  Transfer peek() {
    return requireNonNull(transfers[first]);
  }

  Transfer take() {
    Transfer transfer = peek();
    transfers[first] = null;
    first = (first + 1) % transfers.length;
    size--;
    return transfer;
  }

  /** Moves all to the end of another. */
  void moveTo(TransferRing other) {
    while (!isEmpty()) {
      other.add(take());
    }
  }
}
