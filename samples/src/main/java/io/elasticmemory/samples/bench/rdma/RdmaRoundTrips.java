package io.elasticmemory.samples.bench.rdma;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Listener;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.WorkStatus;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A connection of this process to itself, on which one operation after the other is posted and
 * looked for until it has ended: what {@code rdma_floor.c} does in C. Used by one thread, which
 * plays both ends.
 */
final class RdmaRoundTrips implements AutoCloseable {
  private static final int PAGE_BYTES = 4096;
  private static final int SLOTS = 16;
  private static final int RESOLVE_MILLIS = 2_000;
  private static final Patience PATIENCE = new Patience(14, 3);
  private static final long CONNECT_NANOS_MAX = 10_000_000_000L;
  private static final int KEY_AT = Long.BYTES;
  private static final int MEMORY_BYTES = Long.BYTES + Integer.BYTES;

  private final Arena arena = Arena.ofShared();
  private final ConnectionEvent event = new ConnectionEvent();
  private final CompletionQueue.Completed sink = this::ended;

  /** What was made, the last first. */
  private final Deque<AutoCloseable> made = new ArrayDeque<>();

  private @Nullable Endpoint asking;
  private @Nullable MemoryRegion local;
  private @Nullable CompletionQueue completions;
  private @Nullable QueuePair queuePair;
  private long remoteAddress;
  private int remoteKey;
  private boolean connected;
  private boolean accepted;
  private boolean hasEnded;
  private long swaps;

  private RdmaRoundTrips() {}

  /**
   * Connects.
   *
   * @param address of a device of this machine
   * @throws EmpException if that cannot be had
   */
  static RdmaRoundTrips connect(Verbs verbs, InetAddress address) {
    RdmaRoundTrips connected = new RdmaRoundTrips();
    try {
      connected.open(verbs, address);
      return connected;
    } catch (RuntimeException e) {
      connected.close();
      throw e;
    }
  }

  // ---- connecting

  private void open(Verbs verbs, InetAddress address) {
    EventChannel servers = keep(verbs.openChannel());
    EventChannel clients = keep(verbs.openChannel());
    Listener listener = keep(servers.listen(new InetSocketAddress(address, 0), 1));
    asking = clients.resolve(new InetSocketAddress(address, listener.port()), RESOLVE_MILLIS);
    long begin = System.nanoTime();
    while (!connected || !accepted) {
      while (clients.next(event) || servers.next(event)) {
        happened();
      }
      if (System.nanoTime() - begin > CONNECT_NANOS_MAX) {
        throw failure("no RDMA connection to " + address + " within 10 s");
      }
    }
  }

  private void happened() {
    switch (event.kind()) {
      case RESOLVED -> ask(event.endpoint());
      case REQUESTED -> accept(event.endpoint());
      case ESTABLISHED -> established();
      case OTHER -> {}
      default -> throw failure("the RDMA connection ended as " + event.kind());
    }
  }

  private void ask(Endpoint client) {
    ProtectionDomain domain = keep(client.allocateDomain());
    CompletionQueue queue = keep(domain.createCompletionQueue(SLOTS));
    local = keep(domain.register(arena.allocate(2 * PAGE_BYTES, PAGE_BYTES), 0));
    completions = queue;
    queuePair = client.createQueuePair(domain, queue, SLOTS, 0);
    keep(client);
    client.connect(PATIENCE, MemorySegment.ofArray(new byte[1]), 0);
  }

  private void accept(Endpoint server) {
    ProtectionDomain domain = keep(server.allocateDomain());
    CompletionQueue queue = keep(domain.createCompletionQueue(SLOTS));
    int all =
        ProtectionDomain.REMOTE_READ
            | ProtectionDomain.REMOTE_WRITE
            | ProtectionDomain.REMOTE_ATOMIC;
    MemoryRegion region = keep(domain.register(arena.allocate(2 * PAGE_BYTES, PAGE_BYTES), all));
    server.createQueuePair(domain, queue, 1, 0);
    keep(server);
    MemorySegment said = arena.allocate(MEMORY_BYTES, Long.BYTES);
    said.set(JAVA_LONG, 0, region.remoteAddress());
    said.set(JAVA_INT, KEY_AT, region.remoteKey());
    server.accept(PATIENCE, said, MEMORY_BYTES);
  }

  /** The one who asked is told where the memory is. */
  private void established() {
    if (event.endpoint().equals(asking)) {
      remoteAddress = event.data().get(JAVA_LONG, 0);
      remoteKey = event.data().get(JAVA_INT, KEY_AT);
      connected = true;
    } else {
      accepted = true;
    }
  }

  // ---- measuring

  /** The median of so many, after as many that are not measured. */
  long medianNanos(RoundTrip kind, int count) {
    long[] took = new long[count];
    for (int i = -count; i < count; i++) {
      long begin = System.nanoTime();
      make(kind);
      if (i >= 0) {
        took[i] = System.nanoTime() - begin;
      }
    }
    Arrays.sort(took);
    return took[count / 2];
  }

  private void make(RoundTrip kind) {
    QueuePair work = requireNonNull(queuePair);
    CompletionQueue queue = requireNonNull(completions);
    MemoryRegion memory = requireNonNull(local);
    switch (kind) {
      case READ -> work.read(0, true, memory, 0, PAGE_BYTES, remoteAddress, remoteKey);
      case WRITE -> work.write(0, true, memory, 0, PAGE_BYTES, remoteAddress, remoteKey);
      case SWAP ->
          work.compareAndSwap(
              0, memory, 0, remoteAddress + PAGE_BYTES, remoteKey, swaps, swaps + 1);
    }
    hasEnded = false;
    if (!work.post()) {
      throw failure("the device takes no operation");
    }
    while (!hasEnded) {
      queue.poll(1, sink);
    }
    if (kind == RoundTrip.SWAP && memory.memory().get(JAVA_LONG, 0) != swaps++) {
      throw failure("a word was not what it was swapped to");
    }
  }

  private void ended(long mark, WorkStatus status) {
    if (status != WorkStatus.SUCCESS) {
      throw failure("an operation ended as " + status);
    }
    hasEnded = true;
  }

  private static EmpException failure(String what) {
    return new EmpException(Kind.DONOR, what + "; see rdma link, and 'emp doctor'");
  }

  // ---- closing

  private <T extends AutoCloseable> T keep(T one) {
    made.push(one);
    return one;
  }

  @Override
  public void close() {
    while (!made.isEmpty()) {
      close(made.pop());
    }
    arena.close();
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("verbs close without checked exceptions", e);
    }
  }
}
