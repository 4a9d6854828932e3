package io.elasticmemory.samples.bench;

/**
 * How many bytes may be present at a moment. While the budget shrinks the old one still counts,
 * until the change is said to be complete; when it grows the new one counts at once.
 */
final class Bound {
  private volatile long bytes;

  Bound(long bytes) {
    this.bytes = bytes;
  }

  /** What may be present now. */
  long bytes() {
    return bytes;
  }

  /** A new budget is about to be asked for. */
  void ask(long newBytes) {
    bytes = Math.max(bytes, newBytes);
  }

  /** The budget asked for is kept from now on. */
  void reach(long newBytes) {
    bytes = newBytes;
  }
}
