package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.testing.FabricPoller;
import io.elasticmemory.port.verbs.testing.FakeFabric;
import io.elasticmemory.port.verbs.testing.FakeVerbs;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.RdmaLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The exporter as a {@link RdmaPath} sees it: connections that answer, and slabs on a fabric. */
final class FakeRdmaExporter implements RdmaPath.Host, AutoCloseable {
  private static final long TOKEN = 4711;

  final FakeFabric fabric = new FakeFabric();
  final FakeVerbs here = fabric.host(InetAddress.ofLiteral("127.0.0.2"), true);
  private final FakeVerbs there = fabric.host(InetAddress.ofLiteral("127.0.0.1"), true);
  final Poller poller = new FabricPoller(new NoPoller());
  final long instance = 77;
  final long lease = 88;
  final List<Integer> asked = new ArrayList<>();
  final List<Transfer> overTcp = new ArrayList<>();
  final List<String> notices = new ArrayList<>();
  boolean stands = true;
  boolean isBusy;
  boolean answers = true;
  boolean damagesDirectory;
  boolean isWatchedClosely;
  int doubts;
  int status = MessageLayout.OK;

  private final Control control = new Control();
  private final MessageHeader header = new MessageHeader();
  private final EventChannel channel = there.openChannel();
  private final ConnectionEvent event = new ConnectionEvent();
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final MemorySegment memory;
  private final MemoryRegion directory;
  private final ProtectionDomain domain;
  private final Arena arena;
  private final int slabs;

  FakeRdmaExporter(Arena arena, int slabs) {
    this.arena = arena;
    this.slabs = slabs;
    memory = arena.allocate(slabs * Donor.SLAB_BYTES, 4096);
    InetSocketAddress at = new InetSocketAddress("127.0.0.1", 19675);
    domain = channel.listen(at, 4).allocateDomain();
    MemorySegment entries = arena.allocate((long) slabs * RdmaLayout.ENTRY_BYTES, 8);
    int access = ProtectionDomain.REMOTE_READ | ProtectionDomain.REMOTE_WRITE;
    for (int slab = 0; slab < slabs; slab++) {
      MemorySegment bytes = memory.asSlice(slab * Donor.SLAB_BYTES, Donor.SLAB_BYTES);
      MemoryRegion region = domain.register(bytes, access);
      RdmaLayout.putSlab(entries, lease, slab, region.remoteAddress(), region.remoteKey());
    }
    directory = domain.register(entries, ProtectionDomain.REMOTE_READ);
  }

  long word(long position) {
    return memory.get(JAVA_LONG, position);
  }

  void setWord(long position, long value) {
    memory.set(JAVA_LONG, position, value);
  }

  /** Answers what was asked, and takes connections. */
  void turn() {
    poller.await(0);
    if (control.isOpen() && answers) {
      header.clear();
      header.status = status;
      header.offset = TOKEN;
      header.epoch = directory.remoteAddress();
      header.length = directory.remoteKey();
      control.answer(header);
    }
    while (channel.next(event)) {
      if (event.kind() == ConnectionEvent.Kind.REQUESTED) {
        accept(event.endpoint());
      }
    }
  }

  private void accept(Endpoint endpoint) {
    RdmaLayout.Request request = RdmaLayout.Request.read(event.data());
    if (request.token() != TOKEN || request.lease() != lease || request.instance() != instance) {
      throw new AssertionError("asks with " + request);
    }
    if (damagesDirectory && endpoints.isEmpty()) {
      MemorySegment entries = directory.memory();
      entries.set(JAVA_BYTE, 3, (byte) (entries.get(JAVA_BYTE, 3) ^ 1));
    }
    endpoint.createQueuePair(domain, domain.createCompletionQueue(1), 1, 0);
    MemorySegment answer = arena.allocate(RdmaLayout.ANSWER_BYTES);
    new RdmaLayout.Answer(directory.remoteAddress(), directory.remoteKey(), slabs).write(answer);
    endpoint.accept(new Patience(14, 3), answer, RdmaLayout.ANSWER_BYTES);
    endpoints.add(endpoint);
  }

  @Override
  public boolean isStanding() {
    return stands;
  }

  @Override
  public boolean ask(int operation) {
    if (isBusy || control.isOpen()) {
      return false;
    }
    asked.add(operation);
    control.ask(operation, 1, 0);
    return true;
  }

  @Override
  public Control answer() {
    return control;
  }

  @Override
  public boolean moveOverTcp(Transfer transfer) {
    return overTcp.add(transfer);
  }

  @Override
  public void watchClosely(boolean isWatchedClosely) {
    this.isWatchedClosely = isWatchedClosely;
  }

  @Override
  public void doubt() {
    doubts++;
  }

  @Override
  public void notice(String line) {
    notices.add(line);
  }

  @Override
  public void close() {
    endpoints.forEach(Endpoint::close);
    channel.close();
  }

  /** Nothing has a descriptor here. */
  private static final class NoPoller implements Poller {
    @Override
    public void watch(Pollable source, int interest, Ready ready) {
      throw new AssertionError("nothing to watch but the fabric");
    }

    @Override
    public void interest(Pollable source, int interest) {}

    @Override
    public void forget(Pollable source) {}

    @Override
    public int await(long timeoutNanos) {
      return 0;
    }

    @Override
    public void close() {}
  }
}
