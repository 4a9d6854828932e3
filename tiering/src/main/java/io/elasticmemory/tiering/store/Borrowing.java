package io.elasticmemory.tiering.store;

import io.elasticmemory.EmpException;
import io.elasticmemory.wire.MessageLayout;
import java.net.InetSocketAddress;

/**
 * What a space wants of an exporter, and who the space is.
 *
 * @param name how the user wrote it, for messages
 * @param address of the exporter; an unresolved one is refused with a message
 * @param slabs how many slabs of 64 MiB, all or none
 * @param spaceIdHigh who the space is: random, known to nobody else
 * @param spaceIdLow the other half
 * @param donor index of the donor in the space, which has one lease for each
 * @param epoch of the pager, from 1
 * @param attempt how often this pager has borrowed it before; older connections are ended
 */
public record Borrowing(
    String name,
    InetSocketAddress address,
    int slabs,
    long spaceIdHigh,
    long spaceIdLow,
    int donor,
    long epoch,
    int attempt) {
  /** What is borrowed for the first time. */
  public Borrowing(
      String name,
      InetSocketAddress address,
      int slabs,
      long spaceIdHigh,
      long spaceIdLow,
      int donor,
      long epoch) {
    this(name, address, slabs, spaceIdHigh, spaceIdLow, donor, epoch, 0);
  }

  /** The same, another time; a name that could not be looked up is looked up again. */
  public Borrowing again() {
    InetSocketAddress at =
        address.isUnresolved()
            ? new InetSocketAddress(address.getHostString(), address.getPort())
            : address;
    return new Borrowing(name, at, slabs, spaceIdHigh, spaceIdLow, donor, epoch, attempt + 1);
  }

  public Borrowing {
    if (slabs < 1 || slabs > MessageLayout.SLABS_MAX) {
      throw new EmpException(
          EmpException.Kind.PATH,
          "%s: %d slabs are asked for; an exporter lends 1 to %d slabs of %d MiB"
              .formatted(name, slabs, MessageLayout.SLABS_MAX, MessageLayout.SLAB_BYTES >> 20));
    }
    if (epoch < 1 || donor < 0 || (spaceIdHigh | spaceIdLow) == 0) {
      throw new IllegalArgumentException("epoch " + epoch + ", donor " + donor + ", or no space");
    }
  }

  /** Above the numbers of all connections of earlier attempts. */
  long firstConnection() {
    return (long) attempt << 32;
  }

  long bytes() {
    return slabs * MessageLayout.SLAB_BYTES;
  }

  long mib() {
    return bytes() >> 20;
  }
}
