package io.elasticmemory.space;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Handle;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a space is made of, without a system and without a pager. */
final class Fakes {
  private Fakes() {}

  /** A descriptor of nothing. */
  static final class NoHandle implements Handle {
    @Override
    public int descriptor() {
      return -1;
    }

    @Override
    public void close() {}
  }

  /** A bell that nobody hears. */
  static final class Bell implements Doorbell {
    @Override
    public Handle handle() {
      return new NoHandle();
    }

    @Override
    public int descriptor() {
      return -1;
    }

    @Override
    public void ring() {}

    @Override
    public void silence() {}

    @Override
    public void close() {}
  }

  /** A channel whose other side has gone. */
  static final class Channel implements ControlChannel {
    @Override
    public int descriptor() {
      return -1;
    }

    @Override
    public boolean send(MemorySegment message, List<? extends Handle> handles, long millis) {
      return true;
    }

    @Override
    public int receive(MemorySegment into, List<Handle> handles, long timeoutMillis) {
      return -1;
    }

    @Override
    public long peerPid() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
