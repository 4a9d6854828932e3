package io.elasticmemory.ffm.memfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.MAP_ANONYMOUS;
import static io.elasticmemory.ffm.libc.LinuxConstants.MAP_FIXED;
import static io.elasticmemory.ffm.libc.LinuxConstants.MAP_NORESERVE;
import static io.elasticmemory.ffm.libc.LinuxConstants.MAP_PRIVATE;
import static io.elasticmemory.ffm.libc.LinuxConstants.MAP_SHARED;
import static io.elasticmemory.ffm.libc.LinuxConstants.PROT_NONE;
import static io.elasticmemory.ffm.libc.LinuxConstants.PROT_READ;
import static io.elasticmemory.ffm.libc.LinuxConstants.PROT_WRITE;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.libc.SystemCallException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A range of addresses and the duty to unmap it. Unmapping twice is harmless. */
final class Mapping implements AutoCloseable {
  private static final String REMEDY =
      "ask for less, or raise vm.max_map_count, vm.overcommit_memory or ulimit -v";

  private static final long PAGE_BYTES = 4096;

  private final long base;
  private final long bytes;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Mapping(long base, long bytes) {
    this.base = base;
    this.bytes = bytes;
  }

  /** A memory file mapped shared, wherever the kernel likes. */
  static Mapping shared(Descriptor memfd, long bytes) {
    int fd = memfd.descriptor();
    long base = MemoryCalls.mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    Failures.require(base, "mapping " + bytes + " bytes of " + memfd.name(), REMEDY);
    return new Mapping(base, bytes);
  }

  /**
   * A memory file mapped shared at a multiple of {@code alignment}. The kernel aligns to pages
   * only, so more is reserved than needed, the file mapped over the aligned part, and the rest
   * given back.
   */
  static Mapping aligned(Descriptor memfd, long bytes, long alignment) {
    long reservedBytes = Math.addExact(bytes, alignment);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    long reserved = MemoryCalls.mmap(0, reservedBytes, PROT_NONE, flags, -1, 0);
    Failures.require(reserved, "reserving " + reservedBytes + " bytes of addresses", REMEDY);
    long base = (reserved + alignment - 1) & -alignment;
    int fd = memfd.descriptor();
    long mapped =
        MemoryCalls.mmap(base, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
    if (mapped != base) {
      MemoryCalls.munmap(reserved, reservedBytes);
      throw Failures.platform("mapping " + bytes + " bytes of " + memfd.name(), mapped, REMEDY);
    }
    trim(reserved, base);
    trim(pageUp(base + bytes), pageUp(reserved + reservedBytes));
    return new Mapping(base, bytes);
  }

  /** Memory of this process alone, zero, taken page by page when touched. */
  static Mapping anonymous(long bytes) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    long base = MemoryCalls.mmap(0, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    Failures.require(base, "reserving " + bytes + " bytes", REMEDY);
    return new Mapping(base, bytes);
  }

  private static long pageUp(long address) {
    return (address + PAGE_BYTES - 1) & -PAGE_BYTES;
  }

  private static void trim(long from, long to) {
    if (to > from) {
      SystemCallException.check(MemoryCalls.munmap(from, to - from), "munmap");
    }
  }

  long base() {
    return base;
  }

  long bytes() {
    return bytes;
  }

  /** Gives advice about the whole range that must be taken. */
  void advise(int advice, String name) {
    long result = MemoryCalls.madvise(base, bytes, advice);
    Failures.require(result, "madvise(" + name + ")", "Linux 6.6 or newer is needed");
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      SystemCallException.check(MemoryCalls.munmap(base, bytes), "munmap");
    }
  }
}
