package io.elasticmemory.tiering.sim;

import java.util.Arrays;

/**
 * The bytes of a simulated donor, in units: what was there before, which of it an injected fault
 * has destroyed, which of it the donor stands for, and how often each unit has changed.
 */
final class Medium {
  private final byte[] bytes;

  /** What the last write to each place replaced, for answers that are stale. */
  private final byte[] previous;

  private final boolean[] broken;
  private final boolean[] acknowledged;
  private final long[] stamps;
  private long stamp;
  private final int unitBytes;
  private final Stage stage;
  private final Seeded random;

  Medium(int size, int unitBytes, Stage stage, Seeded random) {
    this.unitBytes = unitBytes;
    this.stage = stage;
    this.random = random;
    bytes = new byte[size];
    previous = new byte[size];
    broken = new boolean[size / unitBytes];
    acknowledged = new boolean[size / unitBytes];
    Arrays.fill(acknowledged, true);
    stamps = new long[size / unitBytes];
    // What was there before is somebody else's rubbish.
    for (int i = 0; i < size; i += 8) {
      bytes[i] = (byte) random.next();
    }
  }

  byte[] bytes() {
    return bytes;
  }

  /** The last write to these bytes has been acknowledged, or a write to them has begun. */
  void acknowledge(int at, int count, boolean value) {
    Arrays.fill(acknowledged, at / unitBytes, (at + count) / unitBytes, value);
  }

  /** True if the last write to each byte has been acknowledged and none is under way. */
  boolean isAcknowledged(int at, int count) {
    for (int unit = at / unitBytes; unit < (at + count) / unitBytes; unit++) {
      if (!acknowledged[unit]) {
        return false;
      }
    }
    return true;
  }

  /** True if an injected fault has destroyed the unit of that place. */
  boolean isBroken(int place) {
    return broken[place / unitBytes];
  }

  /** All is destroyed. */
  void breakAll() {
    Arrays.fill(broken, true);
  }

  /** Whoever had these bytes has gone, and another, who knows nothing, is in its place. */
  void replace() {
    scramble(0, bytes.length);
  }

  /** A bit of the unit at that place flips, for good. */
  void rot(int place) {
    bytes[place + random.below(unitBytes)] ^= (byte) (1 << random.below(8));
    stamps[place / unitBytes] = ++stamp;
    broken[place / unitBytes] = true;
    stage.seen(Happening.MEDIUM_ROTTEN);
  }

  /** Another number for every place and for every time its unit has changed. */
  long stamp(int place) {
    return stamps[place / unitBytes] * bytes.length + place;
  }

  /** The bytes {@code [from, to)} of a transfer at that position. */
  void read(int at, byte[] into, int from, int to) {
    System.arraycopy(bytes, at + from, into, from, to - from);
  }

  /** Bytes for such a read that are not those asked for. */
  void lie(int at, byte[] into, int from, int to) {
    switch (random.below(4)) {
      case 0 -> {
        into[from + random.below(to - from)] ^= (byte) (1 << random.below(8));
        stage.seen(Happening.ANSWER_ROTTEN);
      }
      case 1 -> replace(previous, at, into, from, to, Happening.ANSWER_STALE);
      case 2 -> {
        int other = random.below(bytes.length / unitBytes) * unitBytes;
        int elsewhere = Math.min(other, bytes.length - to);
        replace(bytes, elsewhere, into, from, to, Happening.ANSWER_MISDIRECTED);
      }
      default -> {
        if (from == 0) {
          replace(previous, at, into, from, to, Happening.ANSWER_TORN);
        }
      }
    }
  }

  private void replace(byte[] other, int at, byte[] into, int from, int to, Happening happening) {
    if (!Arrays.equals(other, at + from, at + to, into, from, to)) {
      System.arraycopy(other, at + from, into, from, to - from);
      stage.seen(happening);
    }
  }

  /** The bytes {@code [from, to)} of a transfer at that position reach the medium. */
  void write(int at, byte[] source, int from, int to) {
    System.arraycopy(bytes, at + from, previous, at + from, to - from);
    System.arraycopy(source, from, bytes, at + from, to - from);
    touched(at + from, to - from);
  }

  /** Such bytes never arrive. */
  void lose(int at, int from, int to) {
    Arrays.fill(broken, (at + from) / unitBytes, (at + to + unitBytes - 1) / unitBytes, true);
  }

  /** What a failed write leaves behind is undefined. */
  void scramble(int at, int count) {
    for (int i = at; i < at + count; i += 8) {
      bytes[i] = (byte) random.next();
    }
    touched(at, count);
  }

  private void touched(int at, int count) {
    stamp++;
    for (int unit = at / unitBytes; unit < (at + count + unitBytes - 1) / unitBytes; unit++) {
      stamps[unit] = stamp;
      broken[unit] = false;
    }
  }
}
