package io.elasticmemory.ffm.memfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.FALLOC_FL_KEEP_SIZE;
import static io.elasticmemory.ffm.libc.LinuxConstants.FALLOC_FL_PUNCH_HOLE;

import io.elasticmemory.ffm.libc.Addresses;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.port.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/** The memory file of a space through its descriptor: the pager's side. */
final class LinuxPages implements Pages {
  private static final int PUNCH = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;

  private final Descriptor memfd;
  private final long capacityBytes;

  /** Takes over a memory file; closes it if it is not what it must be. */
  LinuxPages(Descriptor memfd, long capacityBytes) {
    this.memfd = memfd;
    this.capacityBytes = capacityBytes;
    try {
      Memfd.check(memfd, capacityBytes);
    } catch (RuntimeException e) {
      memfd.close();
      throw e;
    }
  }

  @Override
  public void read(long offset, MemorySegment frames, long frameOffset, long bytes) {
    checkRange(offset, bytes);
    long address = Addresses.of(frames, frameOffset, bytes);
    for (long done = 0; done < bytes; ) {
      done +=
          progress(
              "reading",
              FileCalls.pread(memfd.descriptor(), address + done, bytes - done, offset + done),
              offset);
    }
    Reference.reachabilityFence(frames);
  }

  @Override
  public void write(long offset, MemorySegment frames, long frameOffset, long bytes) {
    checkRange(offset, bytes);
    long address = Addresses.of(frames, frameOffset, bytes);
    for (long done = 0; done < bytes; ) {
      done +=
          progress(
              "writing",
              FileCalls.pwrite(memfd.descriptor(), address + done, bytes - done, offset + done),
              offset);
    }
    Reference.reachabilityFence(frames);
  }

  private long progress(String doing, long result, long offset) {
    if (result > 0) {
      return result;
    }
    if (result == -Errno.EINTR) {
      return 0;
    }
    throw failure(doing, result, offset);
  }

  @Override
  public void punch(long offset, long bytes) {
    checkRange(offset, bytes);
    long result;
    do {
      result = FileCalls.fallocate(memfd.descriptor(), PUNCH, offset, bytes);
    } while (result == -Errno.EINTR);
    if (result < 0) {
      throw failure("punching", result, offset);
    }
  }

  @Override
  public long nextPresent(long offset, long end) {
    checkRange(offset, end - offset);
    return Memfd.nextData(memfd, offset, end);
  }

  @Override
  public long nextAbsent(long offset, long end) {
    checkRange(offset, end - offset);
    return Memfd.nextHole(memfd, offset, end);
  }

  @Override
  public long residentBytes() {
    return FileStatus.of(memfd).allocatedBytes();
  }

  private void checkRange(long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, capacityBytes);
  }

  private UncheckedIOException failure(String doing, long result, long offset) {
    String why = result == 0 ? "the file ends there" : Errno.describe((int) -result);
    String message = doing + " " + memfd.name() + " at " + offset + ": " + why;
    return new UncheckedIOException(new IOException(message));
  }

  @Override
  public void close() {
    memfd.close();
  }
}
