package io.elasticmemory.port.verbs;

/** An address at which connections are taken. Usable from every thread. */
public interface Listener extends AutoCloseable {
  /** The device it is bound to, empty for all of them. */
  String device();

  /** The port, where a free one was asked for. */
  int port();

  /**
   * A domain on its device, ahead of any connection.
   *
   * @throws IllegalStateException if it is bound to none
   */
  ProtectionDomain allocateDomain();

  /** No connection is taken any more; those there are stay. */
  @Override
  void close();
}
