package io.elasticmemory.ffm.file;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.port.Transfer;
import java.lang.ref.Reference;

/**
 * A file or block device that gives its bytes with one system call per transfer, made and reported
 * by the next {@link #poll}: urgent ones first, each reported before the next is made, so that
 * nobody waits for the rest of a block. For kernels that allow no {@link DiskRing}.
 */
final class FileDonor extends DiskDonor {
  /** Transfers of a kind that wait for the next poll. */
  private static final int WAITING_MAX = 256;

  private final Waiting urgent = new Waiting();
  private final Waiting bulk = new Waiting();

  /** Takes over a file that was checked. */
  FileDonor(Descriptor file, String name, long baseBytes, long grantedBytes, Fence fence) {
    super(file, name, baseBytes, grantedBytes, fence);
  }

  @Override
  public boolean start(Transfer transfer) {
    checkRange(transfer.position(), transfer.bytes());
    return (transfer.isUrgent() ? urgent : bulk).add(transfer);
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

  private Transfer.Outcome move(Transfer transfer) {
    long done = 0;
    while (done < transfer.bytes()) {
      long result = call(transfer, done);
      if (result <= 0 && result != -Errno.EINTR) {
        return failed(transfer, (int) -result);
      }
      done += Math.max(0, result);
    }
    Reference.reachabilityFence(transfer.frames());
    return Transfer.Outcome.DONE;
  }

  private long call(Transfer transfer, long done) {
    long address = address(transfer, done);
    long bytes = transfer.bytes() - done;
    long offset = fileOffset(transfer, done);
    return transfer.isWrite()
        ? FileCalls.pwrite(descriptor(), address, bytes, offset)
        : FileCalls.pread(descriptor(), address, bytes, offset);
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
