package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Transfer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A piece between a frame and a disk, part of an {@link Errand}; has memory for it compressed. */
final class PackedPiece extends Transfer {
  /** What is on the disk is not known: it is read whole, and says itself what it is. */
  static final byte UNKNOWN = 0;

  /** It is on the disk as it is; smaller numbers count its sectors there. */
  static final byte WHOLE = 127;

  /** A transfer that was asked for, and what of it has begun. */
  static final class Errand {
    final int index;
    private @Nullable Transfer transfer;

    /** Bytes of it that have begun; all of them once one has failed. */
    int begun;

    /** Pieces of it under way. */
    int open;

    /** In a queue, because not all of it has begun. */
    boolean queued;

    Outcome outcome = Outcome.DONE;

    Errand(int index) {
      this.index = index;
    }

    Transfer transfer() {
      return Objects.requireNonNull(transfer);
    }

    void take(@Nullable Transfer asked) {
      transfer = asked;
      begun = 0;
      open = 0;
      queued = asked != null;
      outcome = Outcome.DONE;
    }

    boolean isBegun() {
      return begun == transfer().bytes();
    }

    void failed(Outcome how) {
      outcome = outcome == Outcome.DONE ? how : outcome;
      begun = transfer().bytes();
    }
  }

  final int index;

  /** Where its memory begins. */
  final long stagingAt;

  private @Nullable Errand errand;

  /** First byte within the errand. */
  private int at;

  /** Sectors it has on the disk, UNKNOWN, or WHOLE. */
  byte sectors;

  PackedPiece(int index, long stagingAt) {
    this.index = index;
    this.stagingAt = stagingAt;
  }

  void take(Errand owner, int first) {
    errand = owner;
    at = first;
  }

  Errand errand() {
    return Objects.requireNonNull(errand);
  }

  /** Byte position of its place at the donor. */
  long place() {
    return errand().transfer().position() + at;
  }

  /** First byte of it in the frames. */
  long frameAt() {
    return errand().transfer().frameOffset() + at;
  }
}
