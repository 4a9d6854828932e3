package io.elasticmemory.ffm.file;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What a block device says of itself. */
final class BlockDevice {
  private static final long MIB = 1L << 20;

  private BlockDevice() {}

  static long sizeBytes(Descriptor device) {
    return ask(device, LinuxConstants.BLKGETSIZE64);
  }

  /** The unit of direct I/O. */
  static long sectorBytes(Descriptor device) {
    // The kernel stores an int; the rest of the long stays zero.
    return ask(device, LinuxConstants.BLKSSZGET);
  }

  private static long ask(Descriptor device, long request) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(JAVA_LONG);
      long result = FileCalls.ioctl(device.descriptor(), request, answer.address());
      if (result < 0) {
        throw Failures.failure(
            EmpException.Kind.DONOR,
            "asking block device " + device.name(),
            result,
            "name an unused block device");
      }
      return answer.get(JAVA_LONG, 0);
    }
  }

  static void checkSectors(Descriptor device) {
    long sectorBytes = sectorBytes(device);
    if (LinuxFiles.TRANSFER_BYTES % sectorBytes != 0) {
      throw new EmpException(
          EmpException.Kind.DONOR,
          "block device "
              + device.name()
              + " has sectors of "
              + sectorBytes
              + " bytes; at most "
              + LinuxFiles.TRANSFER_BYTES
              + " are supported: name another");
    }
  }

  static void checkHolds(Descriptor device, long baseBytes, long bytes) {
    long sizeBytes = sizeBytes(device);
    if (bytes > sizeBytes - baseBytes) {
      throw new EmpException(
          EmpException.Kind.DONOR,
          "block device %s has %d MiB, too small for %d MiB at %d MiB; ask for less"
              .formatted(device.name(), sizeBytes / MIB, bytes / MIB, baseBytes / MIB));
    }
  }
}
