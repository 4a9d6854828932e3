package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.MessageLayout.U64;

import io.elasticmemory.wire.MessageLayout;
import java.lang.foreign.MemorySegment;

/**
 * What an exporter says of itself and of us when it has answered a hello.
 *
 * @param instance which start of the exporter it is
 * @param lease ours, 0 if there is none
 * @param leasedSlabs in that lease
 * @param freeSlabs not leased to anybody
 * @param totalSlabs what the exporter lends in all
 * @param leaseMillis how long a lease lasts without a request
 * @param abilities what it can do beyond the first version of the protocol, a bit each
 */
record Welcome(
    long instance,
    long lease,
    int leasedSlabs,
    int freeSlabs,
    int totalSlabs,
    int leaseMillis,
    int abilities) {
  static Welcome read(long instance, MemorySegment payload, long at) {
    return new Welcome(
        instance,
        payload.get(U64, at + MessageLayout.WELCOME_LEASE_AT),
        payload.get(U32, at + MessageLayout.WELCOME_LEASED_SLABS_AT),
        payload.get(U32, at + MessageLayout.WELCOME_FREE_SLABS_AT),
        payload.get(U32, at + MessageLayout.WELCOME_TOTAL_SLABS_AT),
        payload.get(U32, at + MessageLayout.WELCOME_LEASE_MILLIS_AT),
        payload.get(U32, at + MessageLayout.WELCOME_ABILITIES_AT));
  }

  /** Whether slabs can be reached by RDMA. */
  boolean hasRdma() {
    return (abilities & MessageLayout.RDMA) != 0;
  }

  /** Whether payloads may travel compressed. */
  boolean canCompress() {
    return (abilities & MessageLayout.LZ4) != 0;
  }
}
