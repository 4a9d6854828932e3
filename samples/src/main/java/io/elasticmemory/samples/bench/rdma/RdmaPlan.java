package io.elasticmemory.samples.bench.rdma;

import java.net.InetAddress;

/**
 * What is measured.
 *
 * @param address of a device of this machine
 * @param roundTrips of each kind in a round; as many go before them
 * @param rounds of which medians are taken
 */
public record RdmaPlan(InetAddress address, int roundTrips, int rounds) {}
