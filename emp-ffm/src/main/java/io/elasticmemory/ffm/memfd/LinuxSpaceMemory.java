package io.elasticmemory.ffm.memfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_DONTDUMP;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_DONTFORK;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_DONTNEED;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_NOHUGEPAGE;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_POPULATE_READ;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.ffm.userfaultfd.Userfaultfd;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.Stripes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
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
  private final List<Descriptor> uffds;
  private final boolean userModeOnly;
  private final Mapping mapping;
  private final Stripes stripes;
  private final long capacityBytes;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LinuxSpaceMemory(
      Descriptor memfd,
      List<Descriptor> uffds,
      boolean userModeOnly,
      Stripes stripes,
      Mapping mapping) {
    this.memfd = memfd;
    this.uffds = uffds;
    this.userModeOnly = userModeOnly;
    this.stripes = stripes;
    this.mapping = mapping;
    this.capacityBytes = mapping.bytes();
  }

  /** Makes a space, or leaves nothing behind. */
  static LinuxSpaceMemory create(Stripes stripes, boolean acceptUserMode) {
    long capacityBytes = stripes.capacityBytes();
    if (capacityBytes <= 0 || capacityBytes % ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "capacity of " + capacityBytes + " bytes is no positive multiple of " + ALIGNMENT);
    }
    List<Descriptor> uffds = new ArrayList<>();
    boolean userModeOnly = false;
    try {
      for (int shard = 0; shard < stripes.shards(); shard++) {
        Userfaultfd.Opened opened = Userfaultfd.create(acceptUserMode);
        uffds.add(opened.descriptor());
        userModeOnly |= opened.kind() == Userfaultfd.Kind.USER_MODE;
      }
      Descriptor memfd = Memfd.create("emp-space", capacityBytes);
      try {
        Mapping mapping = map(memfd, uffds, stripes);
        return new LinuxSpaceMemory(memfd, uffds, userModeOnly, stripes, mapping);
      } catch (RuntimeException e) {
        memfd.close();
        throw e;
      }
    } catch (RuntimeException e) {
      uffds.forEach(Descriptor::close);
      throw e;
    }
  }

  private static Mapping map(Descriptor memfd, List<Descriptor> uffds, Stripes stripes) {
    Mapping mapping = Mapping.aligned(memfd, stripes.capacityBytes(), ALIGNMENT);
    try {
      mapping.advise(MADV_DONTFORK, "MADV_DONTFORK");
      mapping.advise(MADV_DONTDUMP, "MADV_DONTDUMP");
      forbidHugePages(mapping);
      for (int stripe = 0; stripe < stripes.count(); stripe++) {
        Descriptor uffd = uffds.get(stripes.shardOfStripe(stripe));
        long start = mapping.base() + stripes.offsetOf(stripe);
        Userfaultfd.register(uffd, start, stripes.bytesOfStripe(stripe));
      }
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
  public Stripes stripes() {
    return stripes;
  }

  @Override
  public Handle faults(int shard) {
    return uffds.get(shard);
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
  public boolean isUserModeOnly() {
    return userModeOnly;
  }

  @Override
  public void load(long offset, long bytes) {
    if (!tryLoad(offset, bytes)) {
      throw Failures.platform(
          "loading " + bytes + " bytes at " + offset,
          -Errno.EFAULT,
          "the faults of this space trap user-mode accesses only; ask its pager to load them");
    }
  }

  @Override
  public boolean tryLoad(long offset, long bytes) {
    checkRange(offset, bytes);
    long end = pageEnd(offset + bytes);
    for (long at = pageStart(offset); at < end; at += LOAD_BYTES_MAX) {
      if (!loadPart(at, Math.min(LOAD_BYTES_MAX, end - at))) {
        return false;
      }
    }
    return true;
  }

  private boolean loadPart(long offset, long bytes) {
    long result;
    do {
      result = MemoryCalls.madvise(mapping.base() + offset, bytes, MADV_POPULATE_READ);
    } while (result == -Errno.EINTR || result == -Errno.EAGAIN);
    if (result == -Errno.EFAULT && userModeOnly) {
      return false;
    }
    if (result == -Errno.EFAULT) {
      throw Failures.platform(
          "loading " + bytes + " bytes at " + offset, result, "the block is lost");
    }
    if (result < 0) {
      throw Failures.failure(
          EmpException.Kind.CAPACITY,
          "loading " + bytes + " bytes at " + offset,
          result,
          "raise the memory limit or lower dram:<MiB>");
    }
    return true;
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
    return Memfd.nextHole(memfd, offset, offset + bytes) == offset + bytes;
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
  public boolean seal() {
    return MemoryCalls.mseal(mapping.base(), mapping.bytes()) == 0;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      for (int stripe = 0; stripe < stripes.count(); stripe++) {
        Descriptor uffd = uffds.get(stripes.shardOfStripe(stripe));
        long start = mapping.base() + stripes.offsetOf(stripe);
        Userfaultfd.unregister(uffd, start, stripes.bytesOfStripe(stripe));
      }
      mapping.close();
      uffds.forEach(Descriptor::close);
      memfd.close();
    }
  }
}
