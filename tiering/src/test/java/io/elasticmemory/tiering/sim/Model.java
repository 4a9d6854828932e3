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
  private final int blockBytes;
  private final int pageBytes;

  /** Pages that are being forgotten or were removed; while there are none, all is exact. */
  private int unsure;

  Model(Geometry geometry, int pageBytes) {
    this.pageBytes = pageBytes;
    blockBytes = geometry.blockBytes();
    bytes = new byte[Math.toIntExact(geometry.capacityBytes())];
    zeros = new byte[pageBytes];
    discards = new int[geometry.blockCount()];
    forgetting = new boolean[bytes.length / pageBytes];
    removed = new boolean[forgetting.length];
  }

  long word(long offset) {
    return (long) WORD.get(bytes, (int) offset);
  }

  /** The word at an index of bytes in the same order. */
  static long word(byte[] bytes, int at) {
    return (long) WORD.get(bytes, at);
  }

  void write(long offset, long value) {
    WORD.set(bytes, (int) offset, value);
  }

  private void setForgetting(int page, boolean value) {
    unsure += (value ? 1 : 0) - (forgetting[page] ? 1 : 0);
    forgetting[page] = value;
  }

  private void setRemoved(int page, boolean value) {
    unsure += (value ? 1 : 0) - (removed[page] ? 1 : 0);
    removed[page] = value;
  }

  /** A discard of the block was asked for: at some moment each of its pages becomes zeros. */
  void discardAsked(int block) {
    discards[block]++;
    for (int at = block * blockBytes; at < (block + 1) * blockBytes; at += pageBytes) {
      setForgetting(at / pageBytes, true);
    }
  }

  /** A discard was answered: what was not zeros yet at some moment must be so now. */
  void discardDone(int block) {
    discards[block]--;
    for (int at = block * blockBytes; at < (block + 1) * blockBytes; at += pageBytes) {
      int page = at / pageBytes;
      if (removed[page] || forgetting[page]) {
        setRemoved(page, false);
        setForgetting(page, false);
        Arrays.fill(bytes, at, at + pageBytes, (byte) 0);
      }
    }
  }

  boolean isDiscarded(int block) {
    return discards[block] > 0;
  }

  /** The application threw a page away without telling: it holds zeros or its stored bytes. */
  void pageRemoved(long offset) {
    setRemoved((int) offset / pageBytes, true);
  }

  boolean isRemoved(long offset) {
    return removed[(int) offset / pageBytes];
  }

  /** The truth about a removed page is decided: it is what the memory file has. */
  void pageDecided(long offset, byte[] memory) {
    int page = (int) offset / pageBytes;
    setRemoved(page, false);
    setForgetting(page, false);
    System.arraycopy(memory, page * pageBytes, bytes, page * pageBytes, pageBytes);
  }

  /**
   * True if the range from {@code offset} may hold these bytes. Where it is being discarded and
   * these are zeros, this is the moment: from now on it must be zeros.
   */
  boolean allows(int offset, byte[] other, int at, int length) {
    boolean same = Arrays.equals(bytes, offset, offset + length, other, at, at + length);
    if (same && unsure == 0) {
      return true;
    }
    for (int done = 0; done < length; done += pageBytes) {
      if (!allowsPage(offset + done, other, at + done)) {
        return false;
      }
    }
    return true;
  }

  private boolean allowsPage(int offset, byte[] other, int at) {
    int page = offset / pageBytes;
    boolean same = Arrays.equals(bytes, offset, offset + pageBytes, other, at, at + pageBytes);
    if (same && !forgetting[page]) {
      return true;
    }
    if (!Arrays.equals(zeros, 0, pageBytes, other, at, at + pageBytes)) {
      return same;
    }
    if (removed[page]) {
      return true;
    }
    if (discards[offset / blockBytes] == 0) {
      return false;
    }
    setForgetting(page, false);
    Arrays.fill(bytes, offset, offset + pageBytes, (byte) 0);
    return true;
  }

  /** First byte of a range at which the model and the given bytes differ, for messages. */
  int mismatch(int offset, byte[] other, int at, int length) {
    return Arrays.mismatch(bytes, offset, offset + length, other, at, at + length);
  }

  /** What must be, and what may be for now. */
  void print(Fingerprint print) {
    print.add(bytes, 0, bytes.length);
    for (int page = 0; page < forgetting.length; page++) {
      print.add(forgetting[page] ? 1 : 0);
    }
    for (int discarded : discards) {
      print.add(discarded);
    }
  }
}
