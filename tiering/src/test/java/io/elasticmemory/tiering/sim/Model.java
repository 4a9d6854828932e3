package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.Geometry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What every word of the space must hold, known without asking the pager. */
final class Model {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final byte[] zeros;
  private final int[] discards;
  private final boolean[] forgetting;
  private final boolean[] removed;
  private final int blockShift;
  private final int subblockShift;
  private final int subblockBytes;

  Model(Geometry geometry) {
    bytes = new byte[Math.toIntExact(geometry.capacityBytes())];
    zeros = new byte[geometry.subblockBytes()];
    discards = new int[geometry.blockCount()];
    subblockBytes = geometry.subblockBytes();
    subblockShift = Integer.numberOfTrailingZeros(subblockBytes);
    blockShift = Integer.numberOfTrailingZeros(geometry.blockBytes());
    forgetting = new boolean[bytes.length >>> subblockShift];
    removed = new boolean[forgetting.length];
  }

  long word(long offset) {
    return (long) WORD.get(bytes, (int) offset);
  }

  void write(long offset, long value) {
    WORD.set(bytes, (int) offset, value);
  }

  /** A discard of the block was asked for: at some moment each of its subblocks becomes zeros. */
  void discardAsked(int block) {
    discards[block]++;
    int first = block << blockShift >>> subblockShift;
    Arrays.fill(forgetting, first, first + (1 << blockShift - subblockShift), true);
  }

  /** A discard was answered: what was not zeros yet at some moment must be so now. */
  void discardDone(int block) {
    discards[block]--;
    int first = block << blockShift;
    for (int at = first; at < first + (1 << blockShift); at += subblockBytes) {
      int subblock = at >>> subblockShift;
      if (removed[subblock] || forgetting[subblock]) {
        removed[subblock] = false;
        forgetting[subblock] = false;
        Arrays.fill(bytes, at, at + subblockBytes, (byte) 0);
      }
    }
  }

  boolean isDiscarded(int block) {
    return discards[block] > 0;
  }

  /** The application threw a page away without telling: it holds zeros or its stored bytes. */
  void pageRemoved(long offset) {
    removed[(int) offset >>> subblockShift] = true;
  }

  boolean isRemoved(long offset) {
    return removed[(int) offset >>> subblockShift];
  }

  /** The truth about a removed page is decided: these are its bytes. */
  void pageDecided(long offset, byte[] page) {
    int at = (int) offset & -subblockBytes;
    removed[at >>> subblockShift] = false;
    forgetting[at >>> subblockShift] = false;
    System.arraycopy(page, at, bytes, at, subblockBytes);
  }

  /** True if the subblock from {@code offset} must hold exactly these bytes. */
  boolean equals(int offset, byte[] other, int at) {
    return Arrays.equals(bytes, offset, offset + subblockBytes, other, at, at + subblockBytes);
  }

  /**
   * True if the subblock may hold these bytes. If it is being discarded and these are zeros, then
   * this is the moment: from now on it must be zeros.
   */
  boolean allows(int offset, byte[] other, int at) {
    boolean same = equals(offset, other, at);
    int subblock = offset >>> subblockShift;
    if (same && !forgetting[subblock]) {
      return true;
    }
    if (!Arrays.equals(zeros, 0, subblockBytes, other, at, at + subblockBytes)) {
      return same;
    }
    if (removed[subblock]) {
      return true;
    }
    if (discards[offset >>> blockShift] == 0) {
      return false;
    }
    forgetting[subblock] = false;
    Arrays.fill(bytes, offset, offset + subblockBytes, (byte) 0);
    return true;
  }

  /** First byte of a subblock at which the model and the given bytes differ, for messages. */
  int mismatch(int offset, byte[] other, int at) {
    return Arrays.mismatch(bytes, offset, offset + subblockBytes, other, at, at + subblockBytes);
  }
}
