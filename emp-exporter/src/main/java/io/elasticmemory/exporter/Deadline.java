package io.elasticmemory.exporter;

import io.elasticmemory.port.Clock;
import java.time.Duration;

/**
 * Until when one client must have sent or taken what is waited for. Set by the connection's thread,
 * watched by another.
 */
final class Deadline {
  /** From the connection to the end of its hello. */
  static final long HANDSHAKE_NANOS = Duration.ofSeconds(2).toNanos();

  /** From the first byte of a header to its last. */
  static final long MESSAGE_NANOS = Duration.ofSeconds(1).toNanos();

  /** To read why a connection was refused. */
  static final long LINGER_NANOS = Duration.ofMillis(500).toNanos();

  /** What a payload may take on top of its rate: a client may stand still for a moment. */
  private static final long BODY_NANOS = Duration.ofSeconds(10).toNanos();

  /** A payload must move at 32 KiB/s at least, a quarter of a megabit link. */
  private static final long BODY_NANOS_PER_BYTE = 1_000_000_000L / (32 << 10);

  private final Clock clock;
  private volatile long atNanos;
  private volatile boolean armed;

  Deadline(Clock clock) {
    this.clock = clock;
  }

  /** To send or take a payload. */
  static long bodyNanos(long bytes) {
    return BODY_NANOS + bytes * BODY_NANOS_PER_BYTE;
  }

  /** From now on the client has that long. */
  void within(long nanos) {
    atNanos = clock.nanoTime() + nanos;
    armed = true;
  }

  /** Nothing is waited for. */
  void off() {
    armed = false;
  }

  /** True if the client is late. */
  boolean isOver() {
    return armed && clock.nanoTime() - atNanos > 0;
  }
}
