package io.elasticmemory.tiering.pager;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * CRC32C over the identity of a stored subblock (space, block, subblock) and its bytes. Because the
 * expected value is kept in the table and not beside the bytes, a torn, misdirected, lost or stale
 * write answers with another value: the table knows that of the last bytes only.
 */
final class Checksum {
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer identity;

  Checksum(long spaceIdHigh, long spaceIdLow) {
    identity = ByteBuffer.allocateDirect(32).order(ByteOrder.LITTLE_ENDIAN);
    identity.putLong(0, spaceIdHigh).putLong(8, spaceIdLow);
  }

  /** The checksum of {@code bytes} bytes of a frame from {@code at}. */
  int of(int block, int subblock, ByteBuffer frame, int at, int bytes) {
    identity.putInt(16, block).putInt(20, subblock);
    identity.limit(24).position(0);
    frame.limit(at + bytes).position(at);
    crc.reset();
    crc.update(identity);
    crc.update(frame);
    return (int) crc.getValue();
  }
}
