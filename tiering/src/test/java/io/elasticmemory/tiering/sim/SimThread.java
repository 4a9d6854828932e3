package io.elasticmemory.tiering.sim;

/** A simulated application thread as the simulated kernel knows it. */
final class SimThread {
  final int id;

  /** It stands in a fault and waits for somebody to wake it. */
  boolean waiting;

  /** Offset of the address it waits for. */
  long offset;

  /** It wants to write. */
  boolean write;

  /** The number of its latest fault; a message that carries another number is void. */
  long fault;

  /** Its latest message has been read by the pager. */
  boolean told;

  /** Since when it waits without having got on, over all faults of one access. */
  long waitingSince;

  SimThread(int id) {
    this.id = id;
  }
}
