package io.elasticmemory.space;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Lifeline;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.ProcessGroup;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.Stream;
import io.elasticmemory.port.Stripes;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
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
    public Handle duplicate() {
      return this;
    }

    @Override
    public void close() {}
  }

  /** Says something about a range. */
  interface LongBinaryPredicate {
    boolean test(long offset, long bytes);
  }

  /** Memory that is always there. */
  static class Memory implements SpaceMemory {
    private final MemorySegment whole;

    /** What runs when the arenas of this space end, in the order of their making. */
    final List<Runnable> cleanups = new ArrayList<>();

    /** What happens while a range is loaded. */
    volatile Runnable load = () -> {};

    /** Whether the kernel's accesses fail. */
    volatile boolean userModeOnly;

    /** Told of each attempt to load; false if something is absent. */
    volatile LongBinaryPredicate tryLoad = (offset, bytes) -> true;

    volatile boolean closed;

    Memory(long capacityBytes) {
      whole = Arena.ofAuto().allocate(capacityBytes, 2 << 20);
    }

    MemorySegment whole() {
      return whole;
    }

    @Override
    public long base() {
      return whole.address();
    }

    @Override
    public long capacityBytes() {
      return whole.byteSize();
    }

    @Override
    public Stripes stripes() {
      return Stripes.one(capacityBytes());
    }

    @Override
    public Handle faults(int shard) {
      return new NoHandle();
    }

    @Override
    public Handle pages() {
      return new NoHandle();
    }

    @Override
    public MemorySegment segment(long offset, long bytes, Arena scope, Runnable cleanup) {
      cleanups.add(cleanup);
      return whole.asSlice(offset, bytes);
    }

    @Override
    public void load(long offset, long bytes) {
      load.run();
    }

    @Override
    public boolean tryLoad(long offset, long bytes) {
      return tryLoad.test(offset, bytes);
    }

    @Override
    public boolean isUserModeOnly() {
      return userModeOnly;
    }

    @Override
    public void unmap(long offset, long bytes) {}

    @Override
    public boolean isPresent(long offset, long bytes) {
      return true;
    }

    @Override
    public long residentBytes() {
      return 0;
    }

    @Override
    public boolean seal() {
      return false;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Memory that nobody shares. */
  static final class Shared implements SharedMemory {
    private final MemorySegment segment;

    Shared(long bytes) {
      segment = Arena.ofAuto().allocate(bytes, 4096);
    }

    @Override
    public MemorySegment segment() {
      return segment;
    }

    @Override
    public Handle handle() {
      return new NoHandle();
    }

    @Override
    public void close() {}
  }

  /** A line that holds nothing. */
  static final class Line implements Lifeline {
    @Override
    public Handle otherEnd() {
      return new NoHandle();
    }

    @Override
    public void arm() {}

    @Override
    public void disarm() {}

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

  /** Processes that have ended and said nothing. */
  static final class EndedGroup implements ProcessGroup {
    @Override
    public long pid() {
      return 1;
    }

    @Override
    public InputStream errors() {
      return InputStream.nullInputStream();
    }

    @Override
    public boolean isAlive() {
      return false;
    }

    @Override
    public boolean awaitEnd(long timeoutMillis) {
      return true;
    }

    @Override
    public void kill() {}

    @Override
    public void close() {}
  }

  /** A channel whose other side has gone. */
  static class Channel implements ControlChannel {
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
    public int peek(MemorySegment into, List<Handle> handles, long timeoutMillis) {
      return -1;
    }

    @Override
    public long peerPid() {
      return 0;
    }

    @Override
    public void close() {}
  }

  /** Their poller fails as anything may when the heap is full. */
  static final class FailingSockets implements Sockets {
    @Override
    public Poller openPoller() {
      return new Poller() {
        @Override
        public void watch(Pollable source, int interest, Ready ready) {}

        @Override
        public void interest(Pollable source, int interest) {}

        @Override
        public void forget(Pollable source) {}

        @Override
        public int await(long timeoutNanos) {
          throw new OutOfMemoryError("made for this test");
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Pair pair() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ControlChannel given() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Stream connect(InetSocketAddress address) {
      throw new UnsupportedOperationException();
    }
  }
}
