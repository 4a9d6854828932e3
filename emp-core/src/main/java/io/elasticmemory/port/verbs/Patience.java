package io.elasticmemory.port.verbs;

/**
 * How long a queue pair waits for acknowledgements: {@code 4.096 µs × 2^ackTimeout} each time, and
 * devices may round that up.
 *
 * @param ackTimeout 1 to 31
 * @param retries how often what was not acknowledged is sent again, 0 to 6: 7 is for ever on some
 *     devices
 */
public record Patience(int ackTimeout, int retries) {
  private static final double UNIT_NANOS = 4096;
  private static final int ACK_TIMEOUT_MAX = 31;
  private static final int RETRIES_MAX = 6;

  public Patience {
    if (ackTimeout < 1 || ackTimeout > ACK_TIMEOUT_MAX || retries < 0 || retries > RETRIES_MAX) {
      throw new IllegalArgumentException(
          "ack timeout %d, %d retries: choose 1 to %d, and 0 to %d"
              .formatted(ackTimeout, retries, ACK_TIMEOUT_MAX, RETRIES_MAX));
    }
  }

  /** After about so long a side that does not acknowledge is given up. */
  public long nanos() {
    return (long) (UNIT_NANOS * (1L << ackTimeout) * (retries + 1));
  }
}
