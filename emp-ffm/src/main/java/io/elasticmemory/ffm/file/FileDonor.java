package io.elasticmemory.ffm.file;

import io.elasticmemory.Tier;
import io.elasticmemory.ffm.libc.Addresses;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A file or block device that gives its bytes with one system call per transfer, made and reported
 * by the next {@link #poll}: urgent ones first, each reported before the next is made, so that
 * nobody waits for the rest of a block.
 */
final class FileDonor implements Donor {
  /** Transfers of a kind that wait for the next poll. */
  private static final int WAITING_MAX = 256;

  private final Descriptor file;
  private final String name;
  private final long baseBytes;
  private final long grantedBytes;
  private final Waiting urgent = new Waiting();
  private final Waiting bulk = new Waiting();
  private int lastErrno;
  private boolean lastWasWrite;

  /** Takes over a file that was checked. */
  FileDonor(Descriptor file, String name, long baseBytes, long grantedBytes) {
    this.file = file;
    this.name = name;
    this.baseBytes = baseBytes;
    this.grantedBytes = grantedBytes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Tier tier() {
    return Tier.SSD;
  }

  @Override
  public long grantedBytes() {
    return grantedBytes;
  }

  @Override
  public boolean start(Transfer transfer) {
    checkRange(transfer.position(), transfer.bytes());
    return (transfer.isUrgent() ? urgent : bulk).add(transfer);
  }

  private void checkRange(long position, int bytes) {
    boolean granted = position >= 0 && bytes > 0 && position <= grantedBytes - bytes;
    if (!granted || position / SLAB_BYTES != (position + bytes - 1) / SLAB_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %s are not within one of the slabs of its %d bytes"
              .formatted(bytes, position, name, grantedBytes));
    }
  }

  private Transfer.Outcome move(Transfer transfer) {
    MemorySegment frames = transfer.frames();
    long address = Addresses.of(frames, transfer.frameOffset(), transfer.bytes());
    long position = baseBytes + transfer.position();
    long done = 0;
    while (done < transfer.bytes()) {
      long result = call(transfer, address + done, transfer.bytes() - done, position + done);
      if (result <= 0 && result != -Errno.EINTR) {
        // Nothing moved and no error: the file has lost its end.
        return failed(transfer, result == 0 ? Errno.EIO : (int) -result);
      }
      done += Math.max(0, result);
    }
    Reference.reachabilityFence(frames);
    return Transfer.Outcome.DONE;
  }

  private long call(Transfer transfer, long address, long bytes, long position) {
    return transfer.isWrite()
        ? FileCalls.pwrite(file.descriptor(), address, bytes, position)
        : FileCalls.pread(file.descriptor(), address, bytes, position);
  }

  private Transfer.Outcome failed(Transfer transfer, int errno) {
    if (errno == Errno.EINVAL || errno == Errno.EFAULT || errno == Errno.EBADF) {
      throw new IllegalStateException(
          "%s of %d bytes at %d of %s: %s"
              .formatted(
                  transfer.isWrite() ? "write" : "read",
                  transfer.bytes(),
                  transfer.position(),
                  name,
                  Errno.describe(errno)));
    }
    lastErrno = errno;
    lastWasWrite = transfer.isWrite();
    boolean full = errno == Errno.ENOSPC || errno == Errno.EDQUOT || errno == Errno.EFBIG;
    return full ? Transfer.Outcome.NO_SPACE : Transfer.Outcome.FAILED;
  }

  @Override
  public int poll(Ended report) {
    return makeAll(urgent, report) + makeAll(bulk, report);
  }

  private int makeAll(Waiting waiting, Ended report) {
    // The reports may start new transfers, which join the end and are made next time.
    int count = waiting.count;
    for (int i = 0; i < count; i++) {
      Transfer transfer = waiting.transfers[i];
      transfer.end(move(transfer));
      report.ended(transfer);
    }
    waiting.removeFirst(count);
    return count;
  }

  @Override
  public String lastFailure() {
    if (lastErrno == 0) {
      return "";
    }
    return (lastWasWrite ? "write: " : "read: ") + Errno.describe(lastErrno);
  }

  @Override
  public void close() {
    file.close();
  }

  /** Transfers in the order they were started. */
  private static final class Waiting {
    private final Transfer[] transfers = new Transfer[WAITING_MAX];
    private int count;

    boolean add(Transfer transfer) {
      if (count == WAITING_MAX) {
        return false;
      }
      transfers[count++] = transfer;
      return true;
    }

    void removeFirst(int removed) {
      count -= removed;
      System.arraycopy(transfers, removed, transfers, 0, count);
    }
  }
}
