package io.elasticmemory.ffm.memfd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.elasticmemory.ffm.libc.MemoryCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Which pages of a mapping have memory. */
final class Residents {
  private static final long PAGE_BYTES = 4096;
  private static final byte IS_RESIDENT = 1;

  private Residents() {}

  /**
   * Whether all do: those of a file whoever has mapped them, private ones if they were touched.
   *
   * @param address and {@code bytes} multiples of a page
   */
  static boolean all(long address, long bytes) {
    // Most of what is not in use as a whole is not in use at all: one look, not one at each page.
    return areAll(address, PAGE_BYTES) && areAll(address, bytes);
  }

  private static boolean areAll(long address, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment states = arena.allocate(bytes / PAGE_BYTES);
      if (MemoryCalls.mincore(address, bytes, states.address()) != 0) {
        return false;
      }
      for (long page = 0; page < states.byteSize(); page++) {
        if ((states.get(JAVA_BYTE, page) & IS_RESIDENT) == 0) {
          return false;
        }
      }
      return true;
    }
  }
}
