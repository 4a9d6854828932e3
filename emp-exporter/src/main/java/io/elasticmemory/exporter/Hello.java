package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.MessageLayout.U64;

import io.elasticmemory.wire.MessageLayout;
import java.lang.foreign.MemorySegment;

/**
 * Who a client says it is.
 *
 * @param space the space, and the donor's index in it: one lease each
 * @param epoch of the pager
 * @param connection number of the connection in its epoch
 * @param role urgent or bulk
 */
record Hello(Space space, long epoch, long connection, int role) {
  /** A space's name for one of its donors: 128 random bits and a small number. */
  record Space(long idHigh, long idLow, int donor) {
    /** Enough to tell spaces apart in a log, not enough to pass for one. */
    @Override
    public String toString() {
      return "%08x…/%d".formatted((int) (idHigh >>> 32), donor);
    }
  }

  static Hello read(MemorySegment payload, long at, long epoch) {
    return new Hello(
        new Space(
            payload.get(U64, at + MessageLayout.HELLO_SPACE_ID_HIGH_AT),
            payload.get(U64, at + MessageLayout.HELLO_SPACE_ID_LOW_AT),
            payload.get(U32, at + MessageLayout.HELLO_DONOR_AT)),
        epoch,
        payload.get(U64, at + MessageLayout.HELLO_CONNECTION_AT),
        payload.get(U32, at + MessageLayout.HELLO_ROLE_AT));
  }

  boolean isPlausible() {
    return epoch > 0
        && connection > 0
        && (role == MessageLayout.URGENT || role == MessageLayout.BULK)
        && (space.idHigh() | space.idLow()) != 0;
  }

  @Override
  public String toString() {
    return "space %s, epoch %d, %s connection %d"
        .formatted(space, epoch, role == MessageLayout.URGENT ? "urgent" : "bulk", connection);
  }

  /** True if this one, being newer, ends the other's connection of the same space. */
  boolean supersedes(Hello other) {
    return other.epoch < epoch
        || (other.epoch == epoch && other.role == role && other.connection < connection);
  }
}
