package io.elasticmemory.ffm.file;

import io.elasticmemory.Tier;
import io.elasticmemory.ffm.libc.Addresses;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;

/** What donors on a file or block device share: the range they grant, and what failures mean. */
abstract sealed class DiskDonor implements Donor permits FileDonor, RingDonor {
  private final Descriptor file;
  private final String name;
  private final long baseBytes;
  private final long grantedBytes;
  private final Fence fence;
  private int lastErrno;
  private boolean lastWasWrite;

  /** Takes over a file that was checked. */
  DiskDonor(Descriptor file, String name, long baseBytes, long grantedBytes, Fence fence) {
    this.file = file;
    this.name = name;
    this.baseBytes = baseBytes;
    this.grantedBytes = grantedBytes;
    this.fence = fence;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Tier tier() {
    return Tier.SSD;
  }

  @Override
  public final boolean isElsewhere() {
    return true;
  }

  @Override
  public final long grantedBytes() {
    return grantedBytes;
  }

  @Override
  public final boolean isFenced() {
    return fence.isPassed();
  }

  final int descriptor() {
    return file.descriptor();
  }

  /** Where in the file the transfer goes on when {@code done} of its bytes have moved. */
  final long fileOffset(Transfer transfer, long done) {
    return baseBytes + transfer.position() + done;
  }

  /** The address in the frame from which it goes on. */
  static long address(Transfer transfer, long done) {
    return Addresses.of(transfer.frames(), transfer.frameOffset(), transfer.bytes()) + done;
  }

  final void checkRange(long position, int bytes) {
    boolean granted = position >= 0 && bytes > 0 && position <= grantedBytes - bytes;
    if (!granted || position / SLAB_BYTES != (position + bytes - 1) / SLAB_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %s are not within one of the slabs of its %d bytes"
              .formatted(bytes, position, name, grantedBytes));
    }
  }

  /**
   * What a transfer comes to that moved nothing.
   *
   * @param errno positive; 0 if there was no error, and the file has lost its end
   */
  final Transfer.Outcome failed(Transfer transfer, int errno) {
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
    lastErrno = errno == 0 ? Errno.EIO : errno;
    lastWasWrite = transfer.isWrite();
    boolean full = errno == Errno.ENOSPC || errno == Errno.EDQUOT || errno == Errno.EFBIG;
    return full ? Transfer.Outcome.NO_SPACE : Transfer.Outcome.FAILED;
  }

  @Override
  public final String lastFailure() {
    if (lastErrno == 0) {
      return "";
    }
    return (lastWasWrite ? "write: " : "read: ") + Errno.describe(lastErrno);
  }

  @Override
  public void close() {
    file.close();
  }
}
