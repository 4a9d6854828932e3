package io.elasticmemory.exporter;

import static java.util.Objects.requireNonNull;

import io.elasticmemory.port.Clock;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection and the thread that serves it. Anybody may {@link #close} it; its thread
 * then ends at its next system call, and only when that has happened is the connection ended: from
 * then on it touches no slab.
 */
final class Connection implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  private final SocketChannel channel;
  private final String name;
  private final Lending lending;
  private final Deadline deadline;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Hello hello;
  private volatile @Nullable String closedBecause;

  /**
   * A connection that has just been accepted; the time for its hello begins.
   *
   * @param name for the log
   */
  Connection(SocketChannel channel, String name, Lending lending, Clock clock) {
    this.channel = channel;
    this.name = name;
    this.lending = lending;
    deadline = new Deadline(clock);
    deadline.within(Deadline.HANDSHAKE_NANOS);
  }

  /** Who the client is; asked only of connections that said hello. */
  Hello hello() {
    return requireNonNull(hello);
  }

  /** Notes who the client is. */
  void saidHello(Hello said) {
    hello = said;
  }

  boolean isGreeted() {
    return hello != null;
  }

  /** Closes the connection. Usable from every thread, any number of times. */
  void close(String because) {
    if (closedBecause == null) {
      closedBecause = because;
    }
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("{}: {}", name, e.toString());
    }
  }

  /** Closes the connection if its client is late. */
  void closeIfLate() {
    if (deadline.isOver()) {
      close(isGreeted() ? "too slow, or silent" : "no hello in time");
    }
  }

  /** Waits until the thread has done its last access to a slab. */
  boolean awaitEnd(long millis) throws InterruptedException {
    return ended.await(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void run() {
    log.debug("{}: connected", name);
    try (Arena arena = Arena.ofConfined()) {
      MessageChannel messages = new MessageChannel(channel, deadline, arena);
      close(new Conversation(this, messages, lending, arena).run());
    } catch (EOFException e) {
      close("the client ended in the middle of a message");
    } catch (IOException e) {
      close(e.toString());
    } catch (InterruptedException e) {
      close("the exporter stops");
    } catch (RuntimeException | OutOfMemoryError e) {
      log.error("{}: an error of the exporter's own", name, e);
      close("an error of the exporter's own");
    } finally {
      log.debug("{}: closed: {}", name, closedBecause);
      ended.countDown();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
