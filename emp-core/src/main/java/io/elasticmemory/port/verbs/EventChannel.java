package io.elasticmemory.port.verbs;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Pollable;
import java.net.InetSocketAddress;

/**
 * Where connections are made, and where it is said what becomes of them and their devices.
 * Readable, as a {@link Pollable}, while an event waits.
 *
 * <p>Whoever made the channel calls {@link #next} until it says false whenever it is readable: the
 * connection manager itself needs that to finish a connection. Nothing here waits for the other
 * side. {@link #next} is called by one thread at a time; everything else may be called from others
 * meanwhile.
 */
public interface EventChannel extends Pollable, AutoCloseable {
  /**
   * Begins to look for a way to an address: RESOLVED or UNREACHABLE follows.
   *
   * @param to where somebody listens
   * @param timeoutMillis how long each of address and route may take
   * @throws EmpException of kind DONOR if it fails at once
   */
  Endpoint resolve(InetSocketAddress to, int timeoutMillis);

  /**
   * Listens: each connection that is asked for is an event REQUESTED.
   *
   * @param at an address of this machine, or the wildcard for those of all devices
   * @throws EmpException of kind DONOR if it is in use, or belongs to no device
   */
  Listener listen(InetSocketAddress at, int backlog);

  /**
   * Takes the next event.
   *
   * @param event receives it; what it held before is gone
   * @return false if there is none
   */
  boolean next(ConnectionEvent event);

  /** Ends whatever is still connected or listens, then the channel. */
  @Override
  void close();
}
