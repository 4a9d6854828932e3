package io.elasticmemory.tiering.words;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Stream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One connection, on which it was decided before what is answered: so much with each request as its
 * client then asks for. After that nobody listens. Time passes with each look at it.
 */
final class SaidSockets implements Sockets {
  private static final long LOOK_NANOS = 1_000_000;

  private final byte[] said;
  private int at;
  private int connections;
  private long nanos;

  SaidSockets(byte[] said) {
    this.said = said;
  }

  long nanoTime() {
    return nanos += LOOK_NANOS;
  }

  @Override
  public Stream connect(InetSocketAddress address) throws IOException {
    if (connections++ > 0) {
      throw new IOException("nobody listens");
    }
    return new SaidStream();
  }

  @Override
  public Poller openPoller() {
    return new SaidPoller();
  }

  @Override
  public Pair pair() {
    throw new UnsupportedOperationException("not needed");
  }

  @Override
  public ControlChannel given() {
    throw new UnsupportedOperationException("not needed");
  }

  private final class SaidStream implements Stream {
    @Override
    public int descriptor() {
      return -1;
    }

    @Override
    public boolean finishConnect() {
      return true;
    }

    @Override
    public long send(MemorySegment from, long offset, long bytes) {
      return bytes;
    }

    /** Who asks for one byte looks whether the connection stands. */
    @Override
    public long receive(MemorySegment into, long offset, long bytes) {
      if (at == said.length) {
        return -1;
      }
      int count = bytes == 1 ? 0 : (int) Math.min(bytes, said.length - at);
      MemorySegment.copy(said, at, into, ValueLayout.JAVA_BYTE, offset, count);
      at += count;
      return count;
    }

    @Override
    public long receive(
        MemorySegment into,
        long offset,
        long bytes,
        MemorySegment thenInto,
        long thenOffset,
        long thenBytes) {
      throw new UnsupportedOperationException("not needed");
    }

    @Override
    public void close() {
      at = said.length;
    }
  }

  /** Everything is ready at any time. */
  private static final class SaidPoller implements Poller {
    private @Nullable Ready ready;

    @Override
    public void watch(Pollable source, int interest, Ready handler) {
      ready = handler;
    }

    @Override
    public void interest(Pollable source, int interest) {}

    @Override
    public void forget(Pollable source) {
      ready = null;
    }

    @Override
    public int await(long timeoutNanos) {
      if (ready == null) {
        return 0;
      }
      ready.ready(READ | WRITE);
      return 1;
    }

    @Override
    public void close() {}
  }
}
