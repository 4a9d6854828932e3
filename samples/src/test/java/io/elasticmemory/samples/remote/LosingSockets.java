package io.elasticmemory.samples.remote;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Stream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** Sockets whose connections are lost when the test says. Used by one thread. */
final class LosingSockets implements Sockets {
  /** What is lost with the connection. */
  enum Loss {
    NOTHING,
    /** Most of what is sent next. */
    REQUEST,
    /** What comes next. */
    ANSWER
  }

  private final Sockets sockets;

  /** What the next call loses; NOTHING again afterwards. */
  Loss next = Loss.NOTHING;

  LosingSockets(Sockets sockets) {
    this.sockets = sockets;
  }

  @Override
  public Poller openPoller() {
    return sockets.openPoller();
  }

  @Override
  public Pair pair() {
    return sockets.pair();
  }

  @Override
  public ControlChannel given() throws IOException {
    return sockets.given();
  }

  @Override
  public Stream connect(InetSocketAddress address) throws IOException {
    return new LosingStream(sockets.connect(address));
  }

  private boolean takes(Loss loss) {
    if (next != loss) {
      return false;
    }
    next = Loss.NOTHING;
    return true;
  }

  private final class LosingStream implements Stream {
    private final Stream stream;

    LosingStream(Stream stream) {
      this.stream = stream;
    }

    @Override
    public int descriptor() {
      return stream.descriptor();
    }

    @Override
    public boolean finishConnect() throws IOException {
      return stream.finishConnect();
    }

    @Override
    public long send(MemorySegment from, long offset, long bytes) throws IOException {
      if (takes(Loss.REQUEST)) {
        long unused = stream.send(from, offset, bytes / 2);
        throw new IOException("the connection is lost, with half of a request");
      }
      return stream.send(from, offset, bytes);
    }

    /** An answer has come when it is lost: one that comes later would not be missed. */
    @Override
    public long receive(MemorySegment into, long offset, long bytes) throws IOException {
      long received = stream.receive(into, offset, bytes);
      if (received > 0 && takes(Loss.ANSWER)) {
        throw new IOException("the connection is lost, with an answer");
      }
      return received;
    }

    @Override
    public long receive(
        MemorySegment into,
        long offset,
        long bytes,
        MemorySegment thenInto,
        long thenOffset,
        long thenBytes)
        throws IOException {
      return stream.receive(into, offset, bytes, thenInto, thenOffset, thenBytes);
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
