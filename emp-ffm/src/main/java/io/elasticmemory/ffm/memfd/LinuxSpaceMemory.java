package io.elasticmemory.ffm.memfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_DONTDUMP;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_DONTFORK;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_DONTNEED;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_NOHUGEPAGE;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_POPULATE_READ;
import static io.elasticmemory.ffm.libc.LinuxConstants.SEEK_HOLE;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.ffm.userfaultfd.Userfaultfd;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.SpaceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** A space in the process that uses it. */
final class LinuxSpaceMemory implements SpaceMemory {
  /** Base and length are multiples of this, so that address and offset agree on every block. */
  static final long ALIGNMENT = 2L << 20;

  /** A load asks for so much at once: an interrupted call starts again no further back. */
  private static final long LOAD_BYTES_MAX = 4L << 20;

  private static final long PAGE_BYTES = 4096;

  private final Descriptor memfd;
  private final Descriptor uffd;
  private final Mapping mapping;
  private final long capacityBytes;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LinuxSpaceMemory(Descriptor memfd, Descriptor uffd, Mapping mapping) {
    this.memfd = memfd;
    this.uffd = uffd;
    this.mapping = mapping;
    this.capacityBytes = mapping.bytes();
  }

  /** Makes a space, or leaves nothing behind. */
  static LinuxSpaceMemory create(long capacityBytes, boolean acceptUserMode) {
    if (capacityBytes <= 0 || capacityBytes % ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "capacity of " + capacityBytes + " bytes is no positive multiple of " + ALIGNMENT);
    }
    Descriptor uffd = Userfaultfd.create(acceptUserMode).descriptor();
    try {
      Descriptor memfd = Memfd.create("emp-space", capacityBytes);
      try {
        return new LinuxSpaceMemory(memfd, uffd, map(memfd, uffd, capacityBytes));
      } catch (RuntimeException e) {
        memfd.close();
        throw e;
      }
    } catch (RuntimeException e) {
      uffd.close();
      throw e;
    }
  }

  private static Mapping map(Descriptor memfd, Descriptor uffd, long bytes) {
    Mapping mapping = Mapping.aligned(memfd, bytes, ALIGNMENT);
    try {
      mapping.advise(MADV_DONTFORK, "MADV_DONTFORK");
      mapping.advise(MADV_DONTDUMP, "MADV_DONTDUMP");
      forbidHugePages(mapping);
      Userfaultfd.register(uffd, mapping.base(), bytes);
      return mapping;
    } catch (RuntimeException e) {
      mapping.close();
      throw e;
    }
  }

  /** A kernel built without huge pages does not know the advice, and does not need it. */
  private static void forbidHugePages(Mapping mapping) {
    long result = MemoryCalls.madvise(mapping.base(), mapping.bytes(), MADV_NOHUGEPAGE);
    if (result < 0 && result != -Errno.EINVAL) {
      throw Failures.platform("madvise(MADV_NOHUGEPAGE)", result, "Linux 6.6 or newer is needed");
    }
  }

  @Override
  public long base() {
    return mapping.base();
  }

  @Override
  public long capacityBytes() {
    return capacityBytes;
  }

  @Override
  public Handle faults() {
    return uffd;
  }

  @Override
  public Handle pages() {
    return memfd;
  }

  @Override
  public MemorySegment segment(long offset, long bytes, Arena scope, Runnable cleanup) {
    checkRange(offset, bytes);
    return MemorySegment.ofAddress(mapping.base() + offset)
        .reinterpret(bytes, scope, _ -> cleanup.run());
  }

  @Override
  public void load(long offset, long bytes) {
    checkRange(offset, bytes);
    long end = pageEnd(offset + bytes);
    for (long at = pageStart(offset); at < end; at += LOAD_BYTES_MAX) {
      loadPart(at, Math.min(LOAD_BYTES_MAX, end - at));
    }
  }

  private void loadPart(long offset, long bytes) {
    long result;
    do {
      result = MemoryCalls.madvise(mapping.base() + offset, bytes, MADV_POPULATE_READ);
    } while (result == -Errno.EINTR || result == -Errno.EAGAIN);
    if (result == -Errno.EFAULT) {
      throw Failures.platform(
          "loading " + bytes + " bytes at " + offset,
          result,
          "the faults of this space trap user-mode accesses only, or the block is lost");
    }
    if (result < 0) {
      throw Failures.failure(
          EmpException.Kind.CAPACITY,
          "loading " + bytes + " bytes at " + offset,
          result,
          "raise the memory limit or lower dram:<MiB>");
    }
  }

  @Override
  public void unmap(long offset, long bytes) {
    checkRange(offset, bytes);
    long start = pageStart(offset);
    long length = pageEnd(offset + bytes) - start;
    if (length > 0) {
      long result = MemoryCalls.madvise(mapping.base() + start, length, MADV_DONTNEED);
      SystemCallException.check(result, "madvise", "MADV_DONTNEED");
    }
  }

  @Override
  public boolean isPresent(long offset, long bytes) {
    checkRange(offset, bytes);
    if (bytes == 0) {
      return true;
    }
    long hole = FileCalls.lseek(memfd.descriptor(), offset, SEEK_HOLE);
    return SystemCallException.check(hole, "lseek", "SEEK_HOLE") >= offset + bytes;
  }

  @Override
  public long residentBytes() {
    return FileStatus.of(memfd).allocatedBytes();
  }

  /** After close the addresses may be somebody else's. */
  private void checkRange(long offset, long bytes) {
    if (closed.get()) {
      throw new IllegalStateException("the space is closed");
    }
    Objects.checkFromIndexSize(offset, bytes, capacityBytes);
  }

  private static long pageStart(long offset) {
    return offset & -PAGE_BYTES;
  }

  private static long pageEnd(long offset) {
    return (offset + PAGE_BYTES - 1) & -PAGE_BYTES;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Userfaultfd.unregister(uffd, mapping.base(), capacityBytes);
      mapping.close();
      uffd.close();
      memfd.close();
    }
  }
}
