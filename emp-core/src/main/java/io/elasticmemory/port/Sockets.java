package io.elasticmemory.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Connections between application and pager, and from pager to exporters. */
public interface Sockets {
  /** A poller. */
  Poller openPoller();

  /**
   * Waits for one connection at a name of its own, which is no file: nothing is left of it when it
   * closes, or when this process ends.
   */
  Listener listen();

  /** Connects to a listener of another process of the same user. */
  ControlChannel connect(Path path, long timeoutMillis) throws IOException;

  /**
   * Starts a TCP connection without Nagle's delay, with keep-alive probes that notice a silent peer
   * within seconds.
   */
  Stream connect(InetSocketAddress address) throws IOException;

  /** A place to wait for the pager. */
  interface Listener extends AutoCloseable {
    /** Where to connect; for {@link Sockets#connect(Path, long)} only. */
    Path path();

    /**
     * The next connection from {@code pid}, any other is closed.
     *
     * @throws IOException if none came within the time
     */
    ControlChannel accept(long pid, long timeoutMillis) throws IOException;

    @Override
    void close();
  }
}
