package io.elasticmemory.port;

import java.lang.foreign.MemorySegment;

/**
 * One read or write of consecutive bytes between a frame and a donor. Pooled by its owner: filled
 * by {@link #ask}, handed to {@link Donor#start}, given back with an {@link Outcome}.
 *
 * <p>From {@code start} until it is reported as ended the frame's bytes belong to the donor.
 */
public class Transfer {
  /** No copy in particular. */
  public static final int NO_COPY = -1;

  /** How a transfer ended. */
  public enum Outcome {
    /** All bytes moved; a write is stored, a read has filled its frame (unchecked). */
    DONE,
    /** The donor refused or failed this transfer; others may work. */
    FAILED,
    /** The donor has no room for it (a lazy file on a full disk). */
    NO_SPACE,
    /** The donor is well, and does not want these bytes: they do not compress, or not enough. */
    REFUSED,
    /** The donor cannot be reached, or came back without our bytes. */
    UNREACHABLE
  }

  private boolean write;
  private boolean urgent;
  private long position;
  private MemorySegment frames = MemorySegment.NULL;
  private long frameOffset;
  private int bytes;
  private Outcome outcome = Outcome.DONE;
  private int copy;
  private int wrongCopy = NO_COPY;

  /**
   * Says what to move.
   *
   * @param write towards the donor, otherwise from it
   * @param urgent a thread waits for it: it goes before everything that is not urgent
   * @param position byte position in the donor's granted slabs, a multiple of 4 KiB
   * @param frames the segment that holds the frame
   * @param frameOffset first byte in {@code frames}
   * @param bytes a positive multiple of 4 KiB, at most one block
   */
  public void ask(
      boolean write,
      boolean urgent,
      long position,
      MemorySegment frames,
      long frameOffset,
      int bytes) {
    this.write = write;
    this.urgent = urgent;
    this.position = position;
    this.frames = frames;
    this.frameOffset = frameOffset;
    this.bytes = bytes;
    copy = 0;
    wrongCopy = NO_COPY;
  }

  /** A thread waits for it now; said before it is started. */
  public void hurry() {
    urgent = true;
  }

  /**
   * What came before from this copy was wrong; said before it is started. A donor that has several
   * reads another, if it can.
   */
  public void avoid(int wrongCopy) {
    this.wrongCopy = wrongCopy;
  }

  /** The copy to avoid, or {@link #NO_COPY}. */
  public int wrongCopy() {
    return wrongCopy;
  }

  /** Which copy has answered; said by a donor that has several, before it reports. */
  public void from(int copy) {
    this.copy = copy;
  }

  /** The copy that has answered; 0 where there is one. */
  public int copy() {
    return copy;
  }

  /** Towards the donor. */
  public boolean isWrite() {
    return write;
  }

  /** A thread waits for it. */
  public boolean isUrgent() {
    return urgent;
  }

  /** Byte position in the donor. */
  public long position() {
    return position;
  }

  /** The segment that holds the frame. */
  public MemorySegment frames() {
    return frames;
  }

  /** First byte in {@link #frames}. */
  public long frameOffset() {
    return frameOffset;
  }

  /** Bytes to move. */
  public int bytes() {
    return bytes;
  }

  /** How it ended; meaningful from the moment the donor reports it. */
  public Outcome outcome() {
    return outcome;
  }

  /** Set by the donor just before it reports the transfer. */
  public void end(Outcome outcome) {
    this.outcome = outcome;
  }
}
