package io.elasticmemory.samples.prove.disk;

import static io.elasticmemory.samples.prove.disk.FuseAnswer.body;
import static io.elasticmemory.samples.prove.disk.FuseAnswer.done;
import static io.elasticmemory.samples.prove.disk.FuseAnswer.failed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A directory with at most one file, of whatever name, as the kernel sees it. Its bytes are in an
 * ordinary file; on their way some {@link DiskFaults} happen to them. Used by one thread.
 */
final class FaultyFile implements FuseConnection.Server {
  private static final int WRITE_BYTES_MAX = 1 << 20;
  private static final int PAGES_MAX = 256;

  /** More than a space has, so that none waits in the kernel and is overtaken there. */
  private static final int UNDER_WAY_MAX = 4096;

  private static final int TORN_BYTES = 512;
  private static final int MISDIRECTION_BYTES = 64 << 10;
  private static final int BLOCK_BYTES = 4096;
  private static final int NAME_BYTES_MAX = 255;
  private static final long ROOT_INODE = 1;
  private static final long FILE_INODE = 2;
  private static final int ARGUMENTS_AT = FuseLayout.REQUEST_HEADER_BYTES;

  private final FileChannel store;
  private final long bytesMax;
  private final DiskFaults faults;
  private boolean exists;
  private long fileBytes;

  /**
   * No file yet.
   *
   * @param store of the bytes
   * @param bytesMax how long the file may get
   */
  FaultyFile(FileChannel store, long bytesMax, DiskFaults faults) {
    this.store = store;
    this.bytesMax = bytesMax;
    this.faults = faults;
  }

  @Override
  public @Nullable FuseAnswer answer(ByteBuffer request) throws IOException {
    return switch (request.getInt(FuseLayout.OPERATION_AT)) {
      case FuseLayout.INIT -> init();
      case FuseLayout.LOOKUP -> exists ? FuseAnswer.of(entry(0)) : failed(FuseLayout.ENOENT);
      case FuseLayout.GETATTR -> attributes(request);
      case FuseLayout.SETATTR -> resized(request);
      case FuseLayout.CREATE -> create();
      case FuseLayout.READ -> read(request);
      case FuseLayout.WRITE -> write(request);
      case FuseLayout.FALLOCATE -> reserve(request);
      case FuseLayout.STATFS -> statistics();
      case FuseLayout.UNLINK -> unlink();
      case FuseLayout.RELEASE, FuseLayout.FSYNC, FuseLayout.FLUSH, FuseLayout.ACCESS -> done();
      case FuseLayout.FORGET, FuseLayout.BATCH_FORGET, FuseLayout.INTERRUPT -> null;
      default -> failed(FuseLayout.ENOSYS);
    };
  }

  private static FuseAnswer init() {
    ByteBuffer body = body(FuseLayout.INIT_ANSWER_BYTES);
    body.putInt(FuseLayout.MAJOR).putInt(FuseLayout.MINOR).putInt(0);
    body.putInt(FuseLayout.ASYNC_DIO | FuseLayout.BIG_WRITES | FuseLayout.MAX_PAGES);
    body.putShort((short) UNDER_WAY_MAX).putShort((short) UNDER_WAY_MAX);
    body.putInt(WRITE_BYTES_MAX).putInt(1).putShort((short) PAGES_MAX);
    return FuseAnswer.of(body);
  }

  // The file as a whole.

  private ByteBuffer entry(int moreBytes) {
    ByteBuffer body = body(FuseLayout.ENTRY_BYTES + moreBytes);
    body.putLong(FILE_INODE).putLong(1).putLong(0).putLong(0).putInt(0).putInt(0);
    FuseLayout.putAttributes(body, FILE_INODE, FuseLayout.S_IFREG, fileBytes);
    return body;
  }

  private FuseAnswer attributes(ByteBuffer request) {
    ByteBuffer body = body(FuseLayout.ATTRIBUTES_ANSWER_BYTES);
    body.putLong(0).putInt(0).putInt(0);
    if (request.getLong(FuseLayout.INODE_AT) == ROOT_INODE) {
      FuseLayout.putAttributes(body, ROOT_INODE, FuseLayout.S_IFDIR, 0);
    } else {
      FuseLayout.putAttributes(body, FILE_INODE, FuseLayout.S_IFREG, fileBytes);
    }
    return FuseAnswer.of(body);
  }

  private FuseAnswer resized(ByteBuffer request) {
    if ((request.getInt(ARGUMENTS_AT) & FuseLayout.SET_SIZE) != 0) {
      fileBytes = request.getLong(ARGUMENTS_AT + FuseLayout.SET_SIZE_AT);
    }
    return attributes(request);
  }

  private FuseAnswer create() {
    exists = true;
    ByteBuffer body = entry(FuseLayout.OPENED_BYTES);
    // Past the page cache, or nothing would happen to what is in there.
    return FuseAnswer.of(body.putLong(1).putInt(FuseLayout.DIRECT_IO).putInt(0));
  }

  private FuseAnswer unlink() {
    exists = false;
    return done();
  }

  private FuseAnswer reserve(ByteBuffer request) {
    long offset = request.getLong(ARGUMENTS_AT + FuseLayout.RESERVE_OFFSET_AT);
    long bytes = request.getLong(ARGUMENTS_AT + FuseLayout.RESERVE_BYTES_AT);
    long end = offset + bytes;
    DiskFault fault = faults.next(true, offset, (int) Math.min(bytes, Integer.MAX_VALUE));
    if (end > bytesMax || fault == DiskFault.FULL) {
      return failed(FuseLayout.ENOSPC);
    }
    if (fault == DiskFault.ERROR) {
      return failed(FuseLayout.EIO);
    }
    if ((request.getInt(ARGUMENTS_AT + FuseLayout.RESERVE_MODE_AT) & FuseLayout.KEEP_SIZE) == 0) {
      fileBytes = Math.max(fileBytes, end);
    }
    return done();
  }

  private FuseAnswer statistics() {
    ByteBuffer body = body(FuseLayout.STATFS_BYTES);
    long blocks = bytesMax / BLOCK_BYTES;
    body.putLong(blocks).putLong(blocks).putLong(blocks).putLong(1).putLong(1);
    return FuseAnswer.of(body.putInt(BLOCK_BYTES).putInt(NAME_BYTES_MAX).putInt(BLOCK_BYTES));
  }

  // Its bytes. What is late is done in time, so that nothing overtakes it.

  private FuseAnswer read(ByteBuffer request) throws IOException {
    long offset = request.getLong(ARGUMENTS_AT + FuseLayout.TRANSFER_OFFSET_AT);
    int bytes = request.getInt(ARGUMENTS_AT + FuseLayout.TRANSFER_BYTES_AT);
    DiskFault fault = faults.next(false, offset, bytes);
    if (fault == DiskFault.ERROR) {
      return failed(FuseLayout.EIO);
    }
    ByteBuffer body = body(fault == DiskFault.SHORT ? bytes / 2 : bytes);
    fill(body, fault == DiskFault.MISDIRECTED ? offset + MISDIRECTION_BYTES : offset);
    if (fault == DiskFault.FLIPPED) {
      flip(body, offset);
    } else if (fault == DiskFault.TORN) {
      Arrays.fill(body.array(), Math.min(TORN_BYTES, bytes), bytes, (byte) 0);
    }
    return FuseAnswer.of(body).at(faults.moment(fault));
  }

  /** What was never written is zero. */
  private void fill(ByteBuffer body, long offset) throws IOException {
    int read;
    do {
      read = store.read(body, offset + body.position());
    } while (read > 0 && body.hasRemaining());
  }

  private static void flip(ByteBuffer bytes, long offset) {
    int at = (int) Math.floorMod(offset * 31 + 7, (long) bytes.limit());
    bytes.put(at, (byte) (bytes.get(at) ^ 1 << (offset / BLOCK_BYTES & 7)));
  }

  private FuseAnswer write(ByteBuffer request) throws IOException {
    long offset = request.getLong(ARGUMENTS_AT + FuseLayout.TRANSFER_OFFSET_AT);
    int bytes = request.getInt(ARGUMENTS_AT + FuseLayout.TRANSFER_BYTES_AT);
    DiskFault fault = faults.next(true, offset, bytes);
    if (fault == DiskFault.ERROR || fault == DiskFault.FULL) {
      return failed(fault == DiskFault.FULL ? FuseLayout.ENOSPC : FuseLayout.EIO);
    }
    ByteBuffer data =
        request
            .slice(ARGUMENTS_AT + FuseLayout.WRITE_DATA_AT, bytes)
            .order(ByteOrder.nativeOrder());
    if (fault == DiskFault.FLIPPED) {
      flip(data, offset);
    }
    int stored =
        switch (fault) {
          case LOST -> 0;
          case SHORT -> bytes / 2;
          case TORN -> Math.min(TORN_BYTES, bytes);
          default -> bytes;
        };
    store(
        data.limit(stored), fault == DiskFault.MISDIRECTED ? offset + MISDIRECTION_BYTES : offset);
    int said = fault == DiskFault.SHORT ? stored : bytes;
    fileBytes = Math.max(fileBytes, offset + said);
    return FuseAnswer.of(body(FuseLayout.WRITTEN_BYTES).putInt(said)).at(faults.moment(fault));
  }

  private void store(ByteBuffer data, long offset) throws IOException {
    long at = offset;
    while (data.hasRemaining()) {
      at += store.write(data, at);
    }
  }
}
