package io.elasticmemory.ffm.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What {@code fstat} says of a descriptor.
 *
 * @param mode kind and rights, as {@code st_mode}
 * @param device the device it lies on
 * @param represents the device it is, if it is one
 * @param sizeBytes its length
 * @param allocatedBytes the bytes it really takes, from {@code st_blocks}
 */
public record FileStatus(
    int mode, long device, long represents, long sizeBytes, long allocatedBytes) {
  private static final long MODE = Structs.offset(Structs.STAT, "st_mode");
  private static final long DEVICE = Structs.offset(Structs.STAT, "st_dev");
  private static final long REPRESENTS = Structs.offset(Structs.STAT, "st_rdev");
  private static final long SIZE = Structs.offset(Structs.STAT, "st_size");
  private static final long BLOCKS = Structs.offset(Structs.STAT, "st_blocks");

  /** {@code st_blocks} counts in these, whatever the file system's own blocks are. */
  private static final int STAT_BLOCK_BYTES = 512;

  /** Asks the kernel. */
  public static FileStatus of(Descriptor file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = arena.allocate(Structs.STAT);
      long result = FileCalls.fstat(file.descriptor(), stat.address());
      SystemCallException.check(result, "fstat", file.name());
      return new FileStatus(
          stat.get(JAVA_INT, MODE),
          stat.get(JAVA_LONG, DEVICE),
          stat.get(JAVA_LONG, REPRESENTS),
          stat.get(JAVA_LONG, SIZE),
          stat.get(JAVA_LONG, BLOCKS) * STAT_BLOCK_BYTES);
    }
  }

  /** True for one of the kinds {@code S_IFREG}, {@code S_IFBLK} and so on. */
  public boolean isKind(int kind) {
    return (mode & LinuxConstants.S_IFMT) == kind;
  }
}
