package io.elasticmemory.exporter;

import io.elasticmemory.codec.Lz4;
import io.elasticmemory.wire.MessageLayout;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of an exporter share.
 *
 * @param pool the slabs
 * @param tenants who holds them
 * @param instance a random number of this start of the exporter, never 0
 * @param leaseMillis how long a lease lasts without a request
 * @param lz4 for payloads that travel compressed; null if this exporter cannot
 * @param rdma for slabs that are reached past the CPU; null if this exporter has no device for it
 * @param words that clients change together; null if there are none
 */
record Lending(
    SlabPool pool,
    Tenants tenants,
    long instance,
    int leaseMillis,
    @Nullable Lz4 lz4,
    @Nullable RdmaService rdma,
    @Nullable SharedWords words) {
  long leaseNanos() {
    return leaseMillis * 1_000_000L;
  }

  /** What it can do beyond the first version of the protocol, as it says at a hello. */
  int abilities() {
    return (lz4 == null ? 0 : MessageLayout.LZ4)
        | (rdma == null ? 0 : MessageLayout.RDMA)
        | (words == null ? 0 : MessageLayout.WORDS);
  }
}
