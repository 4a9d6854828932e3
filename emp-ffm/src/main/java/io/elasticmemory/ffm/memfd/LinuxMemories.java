package io.elasticmemory.ffm.memfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_COLLAPSE;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_DONTDUMP;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_DONTNEED;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_HUGEPAGE;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_NOHUGEPAGE;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_POPULATE_WRITE;
import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_RANDOM;

import io.elasticmemory.ffm.epoll.EventfdDoorbell;
import io.elasticmemory.ffm.host.HugePages;
import io.elasticmemory.ffm.host.MemoryReport;
import io.elasticmemory.ffm.libc.Addresses;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.ffm.userfaultfd.LinuxFaults;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.LifeSign;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.MemoryLimits;
import io.elasticmemory.port.MemoryPressure;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.RecordLock;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.Stripes;
import java.lang.foreign.MemorySegment;

/** Memory files and userfaultfds. */
public final class LinuxMemories implements Memories {
  @Override
  public SpaceMemory createSpace(Stripes stripes, boolean acceptUserMode) {
    return LinuxSpaceMemory.create(stripes, acceptUserMode);
  }

  @Override
  public SharedMemory createShared(String name, long bytes, boolean reserve) {
    checkPositive(bytes);
    Descriptor memfd = Memfd.create(name, bytes);
    try {
      if (reserve) {
        Memfd.reserve(memfd, bytes);
      }
    } catch (RuntimeException e) {
      memfd.close();
      throw e;
    }
    return MappedSharedMemory.of(memfd, bytes);
  }

  @Override
  public SharedMemory adoptShared(Handle handle, long bytes) {
    Descriptor memfd = Descriptor.of(handle);
    try {
      checkPositive(bytes);
      Memfd.check(memfd, bytes);
    } catch (RuntimeException e) {
      memfd.close();
      throw e;
    }
    return MappedSharedMemory.of(memfd, bytes);
  }

  @Override
  public MemorySegment reservePrivate(long bytes) {
    checkPositive(bytes);
    Mapping mapping = Mapping.anonymous(bytes);
    // Without these two a touch could take 2 MiB, and a core dump be of the reserved size. Both are
    // a matter of cost only: a kernel that does not know them does as well.
    MemoryCalls.madvise(mapping.base(), bytes, MADV_NOHUGEPAGE);
    MemoryCalls.madvise(mapping.base(), bytes, MADV_DONTDUMP);
    return MemorySegment.ofAddress(mapping.base()).reinterpret(bytes);
  }

  @Override
  public void clearPrivate(MemorySegment range) {
    long address = Addresses.of(range, 0, range.byteSize());
    long result = MemoryCalls.madvise(address, range.byteSize(), MADV_DONTNEED);
    SystemCallException.check(result, "madvise", "MADV_DONTNEED");
  }

  @Override
  public void preferHugePages(MemorySegment range) {
    long address = Addresses.of(range, 0, range.byteSize());
    long result = MemoryCalls.madvise(address, range.byteSize(), MADV_HUGEPAGE);
    // A kernel built without them does not know the advice.
    if (result != -Errno.EINVAL) {
      SystemCallException.check(result, "madvise", "MADV_HUGEPAGE");
    }
  }

  @Override
  public void populatePrivate(MemorySegment range) {
    // Refused where the kernel is older than 5.14 or has none to give.
    MemoryCalls.madvise(
        Addresses.of(range, 0, range.byteSize()), range.byteSize(), MADV_POPULATE_WRITE);
  }

  @Override
  public boolean collapse(MemorySegment piece) {
    long address = Addresses.of(piece, 0, HUGE_PAGE_BYTES);
    if (!Residents.all(address, HUGE_PAGE_BYTES)) {
      return false;
    }
    // Refused where the kernel is older than 6.1 or has no such page to give just now.
    MemoryCalls.madvise(address, HUGE_PAGE_BYTES, MADV_HUGEPAGE);
    MemoryCalls.madvise(address, HUGE_PAGE_BYTES, MADV_COLLAPSE);
    return true;
  }

  @Override
  public long hugePageBytes(MemorySegment range) {
    return HugePages.ofPrivateMemory(Addresses.of(range, 0, range.byteSize()), range.byteSize());
  }

  @Override
  public void unmapShared(MemorySegment range) {
    long address = Addresses.of(range, 0, range.byteSize());
    long result = MemoryCalls.madvise(address, range.byteSize(), MADV_DONTNEED);
    SystemCallException.check(result, "madvise", "MADV_DONTNEED");
  }

  @Override
  public void expectRandomReads(MemorySegment mapped) {
    long address = Addresses.of(mapped, 0, mapped.byteSize());
    long result = MemoryCalls.madvise(address, mapped.byteSize(), MADV_RANDOM);
    SystemCallException.check(result, "madvise", "MADV_RANDOM");
  }

  @Override
  public void keepSecret(MemorySegment range) {
    long address = Addresses.of(range, 0, range.byteSize());
    // Refused where the limit of locked memory is used up, or none: then it may be swapped.
    MemoryCalls.mlock(address, range.byteSize());
    MemoryCalls.madvise(address, range.byteSize(), MADV_DONTDUMP);
  }

  private static void checkPositive(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("size of " + bytes + " bytes is not positive");
    }
  }

  @Override
  public Faults adoptFaults(Handle handle, long base, Stripes stripes, int shard) {
    return new LinuxFaults(Descriptor.of(handle), base, stripes, shard);
  }

  @Override
  public Pages adoptPages(Handle handle, long capacityBytes) {
    return new LinuxPages(Descriptor.of(handle), capacityBytes);
  }

  @Override
  public RecordLock recordLock(Handle memoryFile) {
    return new LinuxRecordLock(Descriptor.of(memoryFile));
  }

  @Override
  public LifeSign lifeSign(MemorySegment memory) {
    return new LinuxLifeSign(memory);
  }

  @Override
  public Doorbell createDoorbell() {
    return EventfdDoorbell.create();
  }

  @Override
  public Doorbell adoptDoorbell(Handle handle) {
    return EventfdDoorbell.adopt(Descriptor.of(handle));
  }

  @Override
  public MemoryLimits limits() {
    return MemoryReport.limits();
  }

  @Override
  public MemoryPressure pressure() {
    return MemoryReport.pressure();
  }
}
