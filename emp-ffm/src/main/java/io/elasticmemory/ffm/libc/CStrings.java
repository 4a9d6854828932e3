package io.elasticmemory.ffm.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongUnaryOperator;

/** Strings for C, for calls that are not on a hot path. */
final class CStrings {
  private CStrings() {}

  /** Calls with the address of a zero-ended copy of the text, which lives for the call. */
  static long with(String text, LongUnaryOperator call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(text);
      return call.applyAsLong(copy.address());
    }
  }
}
