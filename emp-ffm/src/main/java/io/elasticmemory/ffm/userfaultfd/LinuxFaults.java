package io.elasticmemory.ffm.userfaultfd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Addresses;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Stripes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The faults of a shard's stripes through their userfaultfd: the pager's side. The results of the
 * kernel are sorted as section 11 of the kernel facts does: what can happen is returned, what
 * cannot is thrown.
 *
 * <p>One thread. The structures of the calls and the messages lie in memory allocated once.
 */
public final class LinuxFaults implements Faults {
  /** Messages read with one call at most. */
  private static final int MESSAGES_MAX = 256;

  /** A protect that meets a changing address space asks again so often; it should never. */
  private static final int RETRIES_MAX = 1000;

  private static final long PAGE_BYTES = 4096;

  /** Two lines of memory: processors fetch them in pairs. */
  private static final long LINES_BYTES = 128;

  private static final int ALL_FLAGS = FaultBatch.WRITE | FaultBatch.PROTECTED | FaultBatch.MINOR;

  private static final long MESSAGE_BYTES = Structs.UFFD_MSG.byteSize();
  private static final long MESSAGE_FLAGS = Structs.offset(Structs.UFFD_MSG, "arg.pagefault.flags");
  private static final long MESSAGE_ADDRESS =
      Structs.offset(Structs.UFFD_MSG, "arg.pagefault.address");
  private static final long MESSAGE_THREAD =
      Structs.offset(Structs.UFFD_MSG, "arg.pagefault.feat.ptid");

  // COPY: target, source, length, mode, done. The others: start, length, mode, done.
  private static final long START = 0;
  private static final long COPY_SOURCE = Structs.offset(Structs.UFFDIO_COPY, "src");
  private static final long COPY_LENGTH = Structs.offset(Structs.UFFDIO_COPY, "len");
  private static final long COPY_MODE = Structs.offset(Structs.UFFDIO_COPY, "mode");
  private static final long COPY_DONE = Structs.offset(Structs.UFFDIO_COPY, "copy");
  private static final long LENGTH = Structs.offset(Structs.UFFDIO_RANGE, "len");
  private static final long MODE = Structs.offset(Structs.UFFDIO_CONTINUE, "mode");
  private static final long DONE = Structs.offset(Structs.UFFDIO_CONTINUE, "mapped");

  private final Descriptor uffd;
  private final long base;
  private final Stripes stripes;
  private final int shard;
  private final MemorySegment call;
  private final MemorySegment messages;

  /** Takes over a userfaultfd; closes it if it is none. */
  public LinuxFaults(Descriptor uffd, long base, Stripes stripes, int shard) {
    this.uffd = uffd;
    this.base = base;
    this.stripes = stripes;
    this.shard = shard;
    // Freed by the collector: closing a shared arena would wait for every thread in a fault.
    call = ownLines(Structs.UFFDIO_COPY.byteSize());
    messages = ownLines(MESSAGE_BYTES * MESSAGES_MAX);
    try {
      checkKind(uffd);
      checkRange(base, stripes.capacityBytes());
    } catch (RuntimeException e) {
      uffd.close();
      throw e;
    }
  }

  /** Memory that shares no line with that of another shard. */
  private static MemorySegment ownLines(long bytes) {
    return Arena.ofAuto().allocate((bytes + LINES_BYTES - 1) & -LINES_BYTES, LINES_BYTES);
  }

  private static void checkKind(Descriptor uffd) {
    String kind;
    try {
      Path link = Path.of("/proc/self/fd/" + uffd.descriptor());
      kind = Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      kind = e.toString();
    }
    if (!kind.equals("anon_inode:[userfaultfd]")) {
      throw refusal(uffd + " is " + kind + " where a userfaultfd was announced");
    }
  }

  private static void checkRange(long base, long capacityBytes) {
    if (base <= 0
        || capacityBytes <= 0
        || ((base | capacityBytes) & (PAGE_BYTES - 1)) != 0
        || base + capacityBytes < base) {
      throw refusal(
          "a space of %d bytes at 0x%x is no range of pages".formatted(capacityBytes, base));
    }
  }

  private static EmpException refusal(String why) {
    return new EmpException(
        EmpException.Kind.PAGER,
        "hand-over refused: " + why + "; both sides must be of the same EMP version");
  }

  @Override
  public int descriptor() {
    return uffd.descriptor();
  }

  @Override
  public void read(FaultBatch batch) {
    batch.clear();
    long messagesMax = Math.min(batch.capacity(), MESSAGES_MAX);
    long bytes = FileCalls.read(uffd.descriptor(), messages.address(), messagesMax * MESSAGE_BYTES);
    if (bytes < 0) {
      checkNothingToRead((int) -bytes);
      return;
    }
    for (long at = 0; at < bytes; at += MESSAGE_BYTES) {
      add(batch, at);
    }
  }

  /** Readable and then nothing to read is normal: the fault was resolved meanwhile. */
  private static void checkNothingToRead(int errno) {
    if (errno != Errno.EAGAIN && errno != Errno.EINTR) {
      throw new IllegalStateException("reading page faults: " + Errno.describe(errno));
    }
  }

  private void add(FaultBatch batch, long at) {
    int event = messages.get(JAVA_BYTE, at);
    if (event == LinuxConstants.UFFD_EVENT_REMAP) {
      throw isGone("an event of userfaultfd");
    }
    if (event != LinuxConstants.UFFD_EVENT_PAGEFAULT) {
      throw new IllegalStateException("userfaultfd event " + event + " was never asked for");
    }
    long offset = messages.get(JAVA_LONG, at + MESSAGE_ADDRESS) - base;
    if (!stripes.isOwn(shard, offset, 1)) {
      throw new IllegalStateException(
          "page fault at offset " + offset + " is not of shard " + shard + " of " + stripes);
    }
    // The bits of the port are those of the kernel.
    int flags = (int) messages.get(JAVA_LONG, at + MESSAGE_FLAGS) & ALL_FLAGS;
    batch.add(offset, flags, messages.get(JAVA_INT, at + MESSAGE_THREAD));
  }

  @Override
  public long copy(long offset, MemorySegment frames, long frameOffset, long bytes, int mode) {
    call.set(JAVA_LONG, START, address(offset, bytes));
    call.set(JAVA_LONG, COPY_SOURCE, Addresses.of(frames, frameOffset, bytes));
    call.set(JAVA_LONG, COPY_LENGTH, bytes);
    call.set(
        JAVA_LONG,
        COPY_MODE,
        ((mode & PROTECTED) != 0 ? LinuxConstants.UFFDIO_COPY_MODE_WP : 0)
            | ((mode & QUIET) != 0 ? LinuxConstants.UFFDIO_COPY_MODE_DONTWAKE : 0));
    call.set(JAVA_LONG, COPY_DONE, 0);
    long result = ioctl(LinuxConstants.UFFDIO_COPY);
    Reference.reachabilityFence(frames);
    return outcome("UFFDIO_COPY", result, COPY_DONE, offset, bytes);
  }

  @Override
  public long zero(long offset, long bytes, int mode) {
    if ((mode & PROTECTED) != 0) {
      throw new IllegalStateException("the kernel installs no protected zeros; copy them");
    }
    long quiet = (mode & QUIET) != 0 ? LinuxConstants.UFFDIO_ZEROPAGE_MODE_DONTWAKE : 0;
    long result = rangeCall(LinuxConstants.UFFDIO_ZEROPAGE, offset, bytes, quiet);
    return outcome("UFFDIO_ZEROPAGE", result, DONE, offset, bytes);
  }

  @Override
  public long map(long offset, long bytes, int mode) {
    long flags =
        ((mode & PROTECTED) != 0 ? LinuxConstants.UFFDIO_CONTINUE_MODE_WP : 0)
            | ((mode & QUIET) != 0 ? LinuxConstants.UFFDIO_CONTINUE_MODE_DONTWAKE : 0);
    long result = rangeCall(LinuxConstants.UFFDIO_CONTINUE, offset, bytes, flags);
    // EFAULT: a hole. A copy would mean a bad frame by it, so only here is it a result.
    return result == -Errno.EFAULT && call.get(JAVA_LONG, DONE) <= 0
        ? ABSENT
        : outcome("UFFDIO_CONTINUE", result, DONE, offset, bytes);
  }

  @Override
  public long poison(long offset, long bytes) {
    long result = rangeCall(LinuxConstants.UFFDIO_POISON, offset, bytes, 0);
    if (result == -Errno.EEXIST) {
      // A page that was protected when it was punched has left a mark that is in the way.
      unprotect(offset, bytes);
      result = rangeCall(LinuxConstants.UFFDIO_POISON, offset, bytes, 0);
    }
    return outcome("UFFDIO_POISON", result, DONE, offset, bytes);
  }

  @Override
  public void protect(long offset, long bytes) {
    writeProtect(offset, bytes, LinuxConstants.UFFDIO_WRITEPROTECT_MODE_WP);
  }

  @Override
  public void unprotect(long offset, long bytes) {
    writeProtect(offset, bytes, 0);
  }

  private void writeProtect(long offset, long bytes, long mode) {
    long result = -Errno.EAGAIN;
    for (int i = 0; i < RETRIES_MAX && result == -Errno.EAGAIN; i++) {
      result = rangeCall(LinuxConstants.UFFDIO_WRITEPROTECT, offset, bytes, mode);
    }
    if (result == -Errno.ENOENT) {
      throw isGone("protecting %d bytes at offset %d".formatted(bytes, offset));
    }
    // When the application has ended there is nobody left to protect from or to wake.
    if (result < 0 && result != -Errno.ESRCH) {
      throw unexpected("UFFDIO_WRITEPROTECT", (int) -result, offset, bytes);
    }
  }

  private static EmpException isGone(String evidence) {
    return new EmpException(
        EmpException.Kind.PAGER,
        "the program has unmapped or moved memory of its space, as "
            + evidence
            + " shows; its native code must not do that (munmap, mremap, mmap)");
  }

  @Override
  public void wake(long offset, long bytes) {
    long result = rangeCall(LinuxConstants.UFFDIO_WAKE, offset, bytes, 0);
    if (result < 0) {
      throw unexpected("UFFDIO_WAKE", (int) -result, offset, bytes);
    }
  }

  /** Fills the structure that all calls but COPY share the beginning of, and calls. */
  private long rangeCall(long request, long offset, long bytes, long mode) {
    call.set(JAVA_LONG, START, address(offset, bytes));
    call.set(JAVA_LONG, LENGTH, bytes);
    call.set(JAVA_LONG, MODE, mode);
    call.set(JAVA_LONG, DONE, 0);
    return ioctl(request);
  }

  private long ioctl(long request) {
    long result = FileCalls.ioctl(uffd.descriptor(), request, call.address());
    Reference.reachabilityFence(call);
    return result;
  }

  /** The kernel does not check that a range belongs to the descriptor: we do. */
  private long address(long offset, long bytes) {
    if (!stripes.isOwn(shard, offset, bytes)) {
      throw new IllegalStateException(
          "range of %d bytes at %d is not inside one stripe of shard %d of %s"
              .formatted(bytes, offset, shard, stripes));
    }
    return base + offset;
  }

  /**
   * The bytes done or what stopped the call. The kernel's count is signed: a call that did nothing
   * has the error there as well.
   */
  private long outcome(String name, long result, long doneAt, long offset, long bytes) {
    if (result >= 0) {
      return bytes;
    }
    long done = call.get(JAVA_LONG, doneAt);
    if (result == -Errno.EAGAIN && done > 0) {
      return done;
    }
    return switch ((int) -result) {
      case Errno.EEXIST -> PRESENT;
      case Errno.EAGAIN, Errno.EINTR -> RETRY;
      case Errno.ENOENT -> ABSENT;
      case Errno.ESRCH -> GONE;
      case Errno.ENOMEM, Errno.ENOSPC -> NO_MEMORY;
      default -> throw unexpected(name, (int) -result, offset, bytes);
    };
  }

  private static IllegalStateException unexpected(String name, int errno, long offset, long bytes) {
    return new IllegalStateException(
        name + " of " + bytes + " bytes at offset " + offset + ": " + Errno.describe(errno));
  }

  @Override
  public void close() {
    uffd.close();
  }
}
