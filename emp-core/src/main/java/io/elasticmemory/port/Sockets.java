package io.elasticmemory.port;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Connections between application and pager, and from pager to exporters. */
public interface Sockets {
  /** A poller. */
  Poller openPoller();

  /** Makes a connection and has both of its ends. */
  Pair pair();

  /**
   * The end of a connection that whoever started this process has given to it.
   *
   * @throws IOException if it was given none
   */
  ControlChannel given() throws IOException;

  /**
   * Starts a TCP connection without Nagle's delay, with keep-alive probes that notice a silent peer
   * within seconds.
   */
  Stream connect(InetSocketAddress address) throws IOException;

  /**
   * A connection.
   *
   * @param here the end of this process
   * @param there the end for another, to be closed here once it has it
   */
  record Pair(ControlChannel here, Handle there) {}
}
