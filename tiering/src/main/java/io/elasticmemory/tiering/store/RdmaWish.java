package io.elasticmemory.tiering.store;

import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.Verbs;

/**
 * That bytes are to move by RDMA, where that can be had.
 *
 * @param verbs of this machine
 * @param device to go through, empty for the one that leads there
 * @param patience with an exporter that does not acknowledge: it is given up after about so long
 * @param isAwaited whether opening a donor waits until it is known whether RDMA can be had; a
 *     successor has threads that wait for it, and goes on over TCP meanwhile
 */
public record RdmaWish(Verbs verbs, String device, Patience patience, boolean isAwaited) {
  /** A dead exporter is noticed within 300 ms where the network is a network. */
  public static final Patience PATIENCE = new Patience(14, 3);
}
