package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.MemoryLimits;
import org.jspecify.annotations.Nullable;

/**
 * How much an exporter lends.
 *
 * @param bytes whole slabs
 */
record MemoryToLend(long bytes) {
  /** Most that is lent unless told otherwise. */
  static final long DEFAULT_MIB_MAX = 32_768;

  private static final long MIB = 1 << 20;
  private static final long SLAB_MIB = SLAB_BYTES / MIB;

  /**
   * What was asked for, or a sensible part of what is available.
   *
   * @param mib as the user gave it, null if he did not
   */
  static MemoryToLend of(@Nullable Long mib, MemoryLimits limits) {
    long availableMib = limits.roomBytes() / MIB;
    if (mib == null) {
      return byDefault(availableMib);
    }
    if (mib < SLAB_MIB) {
      throw refusal(
          "-m %d is too little: memory is lent in slabs of %d MiB, give at least -m %d",
          mib, SLAB_MIB, SLAB_MIB);
    }
    if (mib > availableMib) {
      throw refusal(
          "-m %d asks for %d MiB, but only %d MiB are available here: give at most -m %d",
          mib, mib, availableMib, availableMib);
    }
    return slabs(mib);
  }

  private static MemoryToLend byDefault(long availableMib) {
    long half = availableMib / 2;
    if (half < SLAB_MIB) {
      throw refusal(
          "half of the %d MiB available here is less than a slab of %d MiB: free some memory, or"
              + " say how much to lend with -m",
          availableMib, SLAB_MIB);
    }
    return slabs(Math.min(DEFAULT_MIB_MAX, half));
  }

  private static MemoryToLend slabs(long mib) {
    return new MemoryToLend(mib / SLAB_MIB * SLAB_BYTES);
  }

  private static EmpException refusal(String message, Object... values) {
    return new EmpException(EmpException.Kind.DONOR, message.formatted(values));
  }
}
