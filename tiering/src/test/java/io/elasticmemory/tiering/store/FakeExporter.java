package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.MessageLayout.ANSWER;
import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.HELLO_BYTES;
import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.MessageLayout.U64;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Stream;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.SegmentCrc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An exporter, its network and its time in one thread, for one client, with whatever may go wrong.
 * What a lost connection still carries is served later, as a real exporter might, until the next
 * connection of the same role says hello.
 */
final class FakeExporter implements Sockets {
  /** What happens to a new connection. */
  enum Door {
    OPEN,
    REFUSING,
    SILENT,
    HANGING_UP
  }

  private record Answer(FakeStream stream, int operation, long request, long offset, int length) {}

  private static final long MILLI = 1_000_000;

  final List<FakeStream> streams = new ArrayList<>();
  MemorySegment memory;
  final int slabs;
  final int[] operations = new int[10];
  Door door = Door.OPEN;
  int refuseHelloWith = MessageLayout.OK;
  int refuseTransfersWith = MessageLayout.OK;
  int versionSpoken = MessageLayout.VERSION;

  /** Sent to a new connection before anything else. */
  byte[] banner = {};

  int abilities = MessageLayout.LZ4;
  final FakePieces pieces = new FakePieces();

  long instance = 77;
  long lease;
  int leasedSlabs;
  int heldByOthers;

  /** A slab less than is asked for, as no exporter should. */
  boolean grantsLess;

  /** So many welcomes arrive with a bit of the lease turned over. */
  int welcomesDamaged;

  /** What the last hello said. */
  long lastConnection;

  boolean answers = true;
  boolean shuffles;

  /** Most bytes a call on a new connection moves. */
  int sliceBytes = Integer.MAX_VALUE;

  int sendBufferBytes = Integer.MAX_VALUE;
  SplittableRandom random = new SplittableRandom(1);
  private final MessageHeader header = new MessageHeader();
  private final SegmentCrc crc = new SegmentCrc();
  private final List<FakeStream> orphans = new ArrayList<>();
  private final List<Answer> waiting = new ArrayList<>();
  private final List<FakePoller> pollers = new ArrayList<>();
  private final MemorySegment welcome = Arena.ofAuto().allocate(HEADER_BYTES + HELLO_BYTES, 8);
  private long nanos = 1_000_000_000_000L;
  private int connections;
  private long leases = 1000;

  FakeExporter(int slabs) {
    this.slabs = slabs;
    memory = sparse(slabs * Donor.SLAB_BYTES);
  }

  /** Zero memory that costs nothing until it is touched. */
  private static MemorySegment sparse(long bytes) {
    try {
      Path path = Files.createTempFile("emp-fake", null);
      try (FileChannel file = FileChannel.open(path, READ, WRITE, DELETE_ON_CLOSE)) {
        return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Clock clock() {
    return () -> nanos;
  }

  /** Connections made or tried so far. */
  int connections() {
    return connections;
  }

  FakeStream urgentStream() {
    return streamOf(MessageLayout.URGENT);
  }

  FakeStream bulkStream() {
    return streamOf(MessageLayout.BULK);
  }

  private FakeStream streamOf(int role) {
    return streams.stream().filter(stream -> stream.role == role).findFirst().orElseThrow();
  }

  void pass(long millis) {
    nanos += millis * MILLI;
  }

  // ---- what goes wrong

  /** Cuts all connections; both sides notice. */
  void cut() {
    for (FakeStream stream : streams) {
      stream.broken = new IOException("receiving from fake: ECONNRESET (reset by the peer)");
      stream.closedByExporter = true;
    }
    streams.clear();
  }

  /** Another start: no lease, no connection, other memory. */
  void restart() {
    cut();
    orphans.clear();
    waiting.clear();
    instance++;
    lease = 0;
    leasedSlabs = 0;
    memory = sparse(slabs * Donor.SLAB_BYTES);
  }

  /** The lease is given to somebody else. */
  void expire() {
    cut();
    orphans.clear();
    lease = 0;
    leasedSlabs = 0;
  }

  void closedByClient(FakeStream stream) {
    streams.remove(stream);
    if (stream.toExporter.size() > 0) {
      orphans.add(stream);
    }
    waiting.removeIf(answer -> answer.stream == stream);
  }

  /** Serves a little of what lost connections have left. */
  void serveOrphans() {
    List.copyOf(orphans).forEach(orphan -> serve(orphan, 1));
  }

  // ---- the network

  @Override
  public Stream connect(InetSocketAddress address) throws IOException {
    if (door == Door.REFUSING) {
      throw new IOException("connecting to x:1: ECONNREFUSED (connection refused)");
    }
    FakeStream stream = new FakeStream(this, ++connections);
    stream.sliceBytes = sliceBytes;
    stream.sendBufferBytes = sendBufferBytes;
    stream.connected = door != Door.SILENT;
    stream.closedByExporter = door == Door.HANGING_UP;
    stream.toClient.put(MemorySegment.ofArray(banner), 0, banner.length);
    streams.add(stream);
    return stream;
  }

  @Override
  public Poller openPoller() {
    FakePoller poller = new FakePoller();
    pollers.add(poller);
    return poller;
  }

  /** Calls the handlers of what is ready; lets time pass if nothing is. */
  private final class FakePoller implements Poller {
    private final List<FakeStream> watched = new ArrayList<>();

    @Override
    public void watch(Pollable source, int interest, Ready ready) {
      FakeStream stream = (FakeStream) source;
      stream.interest = interest;
      stream.handler = ready;
      watched.add(stream);
    }

    @Override
    public void interest(Pollable source, int interest) {
      ((FakeStream) source).interest = interest;
    }

    @Override
    public void forget(Pollable source) {
      FakeStream stream = (FakeStream) source;
      stream.handler = null;
      if (!watched.remove(stream)) {
        throw new AssertionError("not watched here");
      }
    }

    @Override
    public int await(long timeoutNanos) {
      serve();
      int called = 0;
      for (int i = 0; i < watched.size(); i++) {
        FakeStream stream = watched.get(i);
        int events = stream.events();
        Ready handler = stream.handler;
        if (events != 0 && handler != null) {
          handler.ready(events);
          called++;
        }
      }
      if (called == 0) {
        nanos += timeoutNanos < 0 ? MILLI : timeoutNanos;
      }
      return called;
    }

    @Override
    public void close() {
      if (!watched.isEmpty()) {
        throw new AssertionError("closed while it watches");
      }
      pollers.remove(this);
    }
  }

  // ---- the exporter

  /** Serves everything that has come. */
  void serve() {
    for (int i = 0; i < streams.size(); i++) {
      serve(streams.get(i), Integer.MAX_VALUE);
    }
    for (int left = answers ? waiting.size() : 0; left > 0; left--) {
      send(waiting.remove(random.nextInt(waiting.size())));
    }
  }

  private void serve(FakeStream stream, int messagesMax) {
    for (int i = 0; i < messagesMax && answers && serveOne(stream); i++) {
      // One message each time.
    }
  }

  private boolean serveOne(FakeStream stream) {
    FakeStream.Pipe in = stream.toExporter;
    if (in.size() < HEADER_BYTES || stream.toClient.room() < (2 << 20) + 16 * HEADER_BYTES) {
      return false;
    }
    if (header.read(in.bytes(), in.first()) != MessageHeader.Found.HEADER) {
      throw new AssertionError("the client sends what is no message");
    }
    int payload = payloadBytes(in);
    if (payload < 0 || in.size() < HEADER_BYTES + payload) {
      return false;
    }
    operations[header.operation]++;
    long at = (long) in.first() + HEADER_BYTES;
    switch (header.operation) {
      case MessageLayout.HELLO -> greet(stream, at);
      case MessageLayout.LEASE -> grant(stream);
      case MessageLayout.WRITE, MessageLayout.WRITE_COMPRESSED -> write(stream, at);
      case MessageLayout.READ, MessageLayout.READ_COMPRESSED -> answer(stream, header.length);
      case MessageLayout.RELEASE -> release(stream);
      default -> answer(stream, 0);
    }
    in.take(HEADER_BYTES + payload);
    return true;
  }

  private int payloadBytes(FakeStream.Pipe in) {
    return switch (header.operation) {
      case MessageLayout.WRITE, MessageLayout.HELLO -> header.length;
      case MessageLayout.WRITE_COMPRESSED -> pieces.payloadBytes(in, header.length);
      default -> 0;
    };
  }

  private void greet(FakeStream stream, long payloadAt) {
    // Whatever an older connection of this client has left is dropped, as the layout promises.
    MemorySegment hello = stream.toExporter.bytes();
    if (crc.of(hello, payloadAt, HELLO_BYTES) != header.payloadCrc) {
      throw new AssertionError("the client's hello has the wrong checksum");
    }
    int role = hello.get(U32, payloadAt + MessageLayout.HELLO_ROLE_AT);
    lastConnection = hello.get(U64, payloadAt + MessageLayout.HELLO_CONNECTION_AT);
    orphans.removeIf(orphan -> orphan.role == role);
    stream.role = role;
    header.answer(refuseHelloWith);
    header.instance = instance;
    header.length = refuseHelloWith == MessageLayout.OK ? HELLO_BYTES : 0;
    welcome.set(U64, HEADER_BYTES + MessageLayout.WELCOME_LEASE_AT, lease);
    welcome.set(U32, HEADER_BYTES + MessageLayout.WELCOME_LEASED_SLABS_AT, leasedSlabs);
    welcome.set(U32, HEADER_BYTES + MessageLayout.WELCOME_FREE_SLABS_AT, slabs - leasedSlabs);
    welcome.set(U32, HEADER_BYTES + MessageLayout.WELCOME_TOTAL_SLABS_AT, slabs);
    welcome.set(U32, HEADER_BYTES + MessageLayout.WELCOME_LEASE_MILLIS_AT, 30_000);
    welcome.set(U32, HEADER_BYTES + MessageLayout.WELCOME_ABILITIES_AT, abilities);
    header.payloadCrc = crc.of(welcome, HEADER_BYTES, HELLO_BYTES);
    header.write(welcome, 0);
    welcome.set(MessageLayout.U16, MessageLayout.VERSION_AT, (short) versionSpoken);
    if (welcomesDamaged > 0) {
      welcomesDamaged--;
      long at = HEADER_BYTES + MessageLayout.WELCOME_LEASE_AT;
      welcome.set(U64, at, welcome.get(U64, at) ^ 1L << 20);
    }
    stream.toClient.put(welcome, 0, HEADER_BYTES + header.length);
    stream.closedByExporter |= refuseHelloWith != MessageLayout.OK;
  }

  private void grant(FakeStream stream) {
    int free = slabs - heldByOthers;
    if (lease == 0 && header.offset <= free) {
      lease = ++leases;
      leasedSlabs = (int) header.offset - (grantsLess ? 1 : 0);
    }
    header.lease = lease;
    header.offset = lease == 0 ? free : leasedSlabs;
    answer(stream, 0);
  }

  private void release(FakeStream stream) {
    header.status = header.lease == lease ? MessageLayout.OK : MessageLayout.NO_LEASE;
    lease = 0;
    leasedSlabs = 0;
    answer(stream, 0);
  }

  private void write(FakeStream stream, long payloadAt) {
    if (header.lease == lease && refuseTransfersWith == MessageLayout.OK) {
      MemorySegment from = stream.toExporter.bytes();
      if (header.operation == MessageLayout.WRITE) {
        MemorySegment.copy(from, payloadAt, memory, header.offset, header.length);
      } else {
        pieces.unpack(from, payloadAt, memory, header.offset, header.length);
      }
      if (crc.of(memory, header.offset, header.length) != header.payloadCrc) {
        throw new AssertionError("the payload of a write is not what its checksum says");
      }
    }
    answer(stream, 0);
  }

  private void answer(FakeStream stream, int length) {
    boolean transfer = isTransfer();
    if (shuffles && transfer) {
      waiting.add(new Answer(stream, header.operation, header.request, header.offset, length));
      return;
    }
    send(stream, length);
  }

  private void send(Answer answer) {
    header.ask(answer.operation, answer.request);
    header.lease = lease;
    header.offset = answer.offset;
    if (answer.stream.toClient.room() >= answer.length + 16 * HEADER_BYTES) {
      send(answer.stream, answer.length);
    } else {
      waiting.add(answer);
    }
  }

  /** Sends the answer to what the header asks. */
  private void send(FakeStream stream, int length) {
    boolean transfer = isTransfer();
    int status = header.status;
    if (transfer) {
      status = header.lease == lease ? refuseTransfersWith : MessageLayout.NO_LEASE;
    }
    long offset = header.offset;
    header.answer(status);
    header.length = status == MessageLayout.OK ? length : 0;
    header.instance = instance;
    header.write(welcome, 0);
    stream.toClient.put(welcome, 0, HEADER_BYTES);
    if (header.length > 0 && header.operation == (MessageLayout.READ | ANSWER)) {
      stream.toClient.put(memory, offset, length);
    }
    if (header.length > 0 && header.operation == (MessageLayout.READ_COMPRESSED | ANSWER)) {
      pieces.pack(memory, offset, length, stream.toClient);
    }
  }

  private boolean isTransfer() {
    return switch (header.operation) {
      case MessageLayout.READ,
          MessageLayout.WRITE,
          MessageLayout.READ_COMPRESSED,
          MessageLayout.WRITE_COMPRESSED ->
          true;
      default -> false;
    };
  }

  /** Sends bytes that are no answer, or not to anything asked. */
  void send(FakeStream stream, MessageHeader nonsense) {
    nonsense.write(welcome, 0);
    stream.toClient.put(welcome, 0, HEADER_BYTES);
  }

  // ---- not for exporters

  @Override
  public Pair pair() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ControlChannel given() {
    throw new UnsupportedOperationException();
  }
}
