package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Stream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A connection to the {@link FakeExporter}: two pipes in memory, which grow as they are used. */
final class FakeStream implements Stream {
  /** Bytes on their way in one direction. */
  static final class Pipe {
    private static final int BYTES_AT_FIRST = 16 << 10;

    private final int capacity;
    private MemorySegment bytes = Arena.ofAuto().allocate(BYTES_AT_FIRST, 8);
    private int first;
    private int end;

    Pipe(int capacity) {
      this.capacity = capacity;
    }

    int size() {
      return end - first;
    }

    int room() {
      return capacity - size();
    }

    MemorySegment bytes() {
      return bytes;
    }

    int first() {
      return first;
    }

    void take(int count) {
      first += count;
      if (first == end) {
        first = 0;
        end = 0;
      }
    }

    int put(MemorySegment from, long offset, long count) {
      int taken = (int) Math.min(count, room());
      if (end + taken > bytes.byteSize()) {
        makeRoom(taken);
      }
      MemorySegment.copy(from, offset, bytes, end, taken);
      end += taken;
      return taken;
    }

    private void makeRoom(int more) {
      int wanted = size() + more;
      boolean fits = wanted <= bytes.byteSize();
      MemorySegment into =
          fits ? bytes : Arena.ofAuto().allocate(Math.min(capacity, 2L * wanted), 8);
      MemorySegment.copy(bytes, first, into, 0, size());
      bytes = into;
      end -= first;
      first = 0;
    }
  }

  private static final int PIPE_BYTES = 5 << 20;

  final Pipe toExporter = new Pipe(PIPE_BYTES);
  final Pipe toClient = new Pipe(PIPE_BYTES);
  private final FakeExporter exporter;
  private final int number;

  /** Most bytes that one call moves. */
  int sliceBytes = Integer.MAX_VALUE;

  /** How much the exporter's side takes before sending blocks. */
  int sendBufferBytes = PIPE_BYTES;

  boolean connected;
  boolean closedByClient;
  boolean closedByExporter;
  @Nullable IOException broken;
  int interest;
  int role;
  Poller.@Nullable Ready handler;

  FakeStream(FakeExporter exporter, int number) {
    this.exporter = exporter;
    this.number = number;
  }

  @Override
  public int descriptor() {
    return number;
  }

  @Override
  public boolean finishConnect() throws IOException {
    check();
    return connected;
  }

  @Override
  public long send(MemorySegment from, long offset, long bytes) throws IOException {
    check();
    long room = Math.max(0, sendBufferBytes - toExporter.size());
    return toExporter.put(from, offset, Math.min(Math.min(bytes, sliceBytes), room));
  }

  @Override
  public long receive(MemorySegment into, long offset, long bytes) throws IOException {
    check();
    int count = (int) Math.min(Math.min(bytes, sliceBytes), toClient.size());
    if (count == 0) {
      return closedByExporter ? -1 : 0;
    }
    MemorySegment.copy(toClient.bytes(), toClient.first(), into, offset, count);
    toClient.take(count);
    return count;
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
    long first = receive(into, offset, bytes);
    if (first < bytes) {
      return first;
    }
    return first + Math.max(0, receive(thenInto, thenOffset, thenBytes));
  }

  private void check() throws IOException {
    if (closedByClient) {
      throw new AssertionError("a closed stream is used");
    }
    if (broken != null) {
      throw broken;
    }
  }

  int events() {
    int events = broken != null || (closedByExporter && connected) ? Poller.FAILED : 0;
    events |= toClient.size() > 0 || (closedByExporter && connected) ? Poller.READ : 0;
    events |= connected && toExporter.size() < sendBufferBytes ? Poller.WRITE : 0;
    return events & (interest | Poller.FAILED);
  }

  @Override
  public void close() {
    if (handler != null) {
      throw new AssertionError("closed while it is watched");
    }
    closedByClient = true;
    exporter.closedByClient(this);
  }
}
