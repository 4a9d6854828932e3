package io.elasticmemory.exporter;

/**
 * What all connections of an exporter share.
 *
 * @param pool the slabs
 * @param tenants who holds them
 * @param instance a random number of this start of the exporter, never 0
 * @param leaseMillis how long a lease lasts without a request
 */
record Lending(SlabPool pool, Tenants tenants, long instance, int leaseMillis) {
  long leaseNanos() {
    return leaseMillis * 1_000_000L;
  }
}
