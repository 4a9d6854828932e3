package io.elasticmemory.port.verbs.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.MessageQueuePair;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
import io.elasticmemory.port.verbs.QueuePairCapacity;
import io.elasticmemory.port.verbs.WorkStatus;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Two connected ends in one thread: the client works, the server has memory. */
final class VerbsPair implements AutoCloseable {
  static final byte[] REQUEST = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  static final byte[] ANSWER = {11, 12, 13};
  private static final Patience PATIENCE = new Patience(14, 3);
  private static final int RESOLVE_MILLIS = 2_000;
  private static final int INLINE_BYTES = 128;
  static final int RECEIVES = 4;

  private final ConnectionEvent event = new ConnectionEvent();
  private final List<String> events = new ArrayList<>();
  private final List<WorkStatus> statuses = new ArrayList<>();

  /** What was made, the last first. */
  private final Deque<AutoCloseable> made = new ArrayDeque<>();

  final List<Long> reported = new ArrayList<>();
  boolean rejects;

  /** Whether the other end closes its endpoint instead of an answer. */
  boolean ignores;

  /** Whether both ends have queue pairs for messages. */
  boolean hasMessages;

  byte[] requestSeen = {};
  byte[] answerSeen = {};
  Endpoint client;
  Endpoint server;
  ProtectionDomain clientDomain;
  CompletionQueue completions;
  QueuePair queuePair;
  MemoryRegion here;
  MemoryRegion there;
  MessageQueuePair messages;
  MessageQueuePair messagesThere;
  CompletionQueue completionsThere;
  private ProtectionDomain serverDomain;
  private int slots;

  void connect(EventChannel clients, EventChannel servers, InetSocketAddress to, int slots) {
    Kind end = ask(clients, servers, to, slots);
    if (end != Kind.ESTABLISHED) {
      throw new AssertionError("the connection to " + to + " ended as " + end + ": " + events);
    }
    await(() -> isServerReady(clients, servers), "the other end to be ready");
  }

  private boolean serverReady;

  private boolean isServerReady(EventChannel clients, EventChannel servers) {
    turn(clients, servers);
    return serverReady;
  }

  /** Asks for a connection; says how that has ended for who has asked. */
  Kind ask(EventChannel clients, EventChannel servers, InetSocketAddress to, int slots) {
    this.slots = slots;
    client = clients.resolve(to, RESOLVE_MILLIS);
    return awaitEvent(clients, servers, client);
  }

  /** Lets both ends go on until something final has happened to one. */
  Kind awaitEvent(EventChannel clients, EventChannel servers, Endpoint whose) {
    Kind[] found = {null};
    await(
        () -> {
          Kind kind = turn(clients, servers);
          found[0] = kind != null && lastWas(whose) ? kind : found[0];
          return found[0] != null;
        },
        "an event");
    return found[0];
  }

  private boolean lastWas(Endpoint whose) {
    return event.endpoint().equals(whose);
  }

  private @Nullable Kind turn(EventChannel clients, EventChannel servers) {
    if (clients.next(event)) {
      events.add("client " + event.kind() + " " + event.status());
      return clientTurn();
    }
    if (servers.next(event)) {
      events.add("server " + event.kind() + " " + event.status());
      return serverTurn();
    }
    return null;
  }

  private @Nullable Kind clientTurn() {
    switch (event.kind()) {
      case RESOLVED -> {
        clientDomain = keep(client.allocateDomain());
        completions = keep(clientDomain.createCompletionQueue(slots + RECEIVES));
        queuePair = createClientQueuePair();
        client.connect(PATIENCE, segment(REQUEST), REQUEST.length);
        return null;
      }
      case OTHER -> {
        return null;
      }
      case ESTABLISHED -> {
        answerSeen = said(ANSWER.length);
        return Kind.ESTABLISHED;
      }
      default -> {
        return event.kind();
      }
    }
  }

  private QueuePair createClientQueuePair() {
    if (hasMessages) {
      messages = createMessageQueuePair(client, clientDomain, completions);
      return messages;
    }
    return client.createQueuePair(clientDomain, completions, slots, INLINE_BYTES);
  }

  private MessageQueuePair createMessageQueuePair(
      Endpoint endpoint, ProtectionDomain domain, CompletionQueue queue) {
    QueuePairCapacity capacity = new QueuePairCapacity(slots, RECEIVES, INLINE_BYTES);
    return endpoint.createMessageQueuePair(domain, queue, queue, capacity);
  }

  private @Nullable Kind serverTurn() {
    switch (event.kind()) {
      case REQUESTED -> requested();
      case ESTABLISHED -> serverReady = true;
      default -> {
        return event.hasEndpoint() && event.kind() != Kind.OTHER ? event.kind() : null;
      }
    }
    return null;
  }

  private void requested() {
    requestSeen = said(REQUEST.length);
    server = event.endpoint();
    if (ignores) {
      server.close();
      return;
    }
    if (rejects) {
      server.reject();
      return;
    }
    serverDomain = keep(server.allocateDomain());
    completionsThere = keep(serverDomain.createCompletionQueue(slots + RECEIVES));
    if (hasMessages) {
      messagesThere = createMessageQueuePair(server, serverDomain, completionsThere);
    } else {
      server.createQueuePair(serverDomain, completionsThere, 1, 0);
    }
    server.accept(PATIENCE, segment(ANSWER), ANSWER.length);
  }

  private byte[] said(int bytes) {
    if (event.dataBytes() < bytes) {
      throw new AssertionError("only " + event.dataBytes() + " bytes came");
    }
    return event.data().asSlice(0, bytes).toArray(JAVA_BYTE);
  }

  private static MemorySegment segment(byte[] bytes) {
    return MemorySegment.ofArray(Arrays.copyOf(bytes, bytes.length));
  }

  private <T extends AutoCloseable> T keep(T one) {
    made.push(one);
    return one;
  }

  void register(MemorySegment clientMemory, MemorySegment serverMemory, int access) {
    here = keep(clientDomain.register(clientMemory, 0));
    there = keep(serverDomain.register(serverMemory, access));
  }

  // ---- work

  long remote(long offset) {
    return there.remoteAddress() + offset;
  }

  int key() {
    return there.remoteKey();
  }

  void write(long mark, boolean isReported, long offset, int bytes, long at) {
    queuePair.write(mark, isReported, here, offset, bytes, remote(at), key());
  }

  void read(long mark, boolean isReported, long offset, int bytes, long at) {
    queuePair.read(mark, isReported, here, offset, bytes, remote(at), key());
  }

  /** What came into room of the other side: how it ended, and how many bytes. */
  record Message(WorkStatus status, int bytes) {}

  /** Waits until what the other side has given room for is reported. */
  Message awaitThere(long mark) {
    await(
        () -> {
          completionsThere.poll(Integer.MAX_VALUE, received);
          return received.messages.containsKey(mark);
        },
        "message " + mark);
    return received.messages.get(mark);
  }

  private final Received received = new Received();

  private static final class Received implements CompletionQueue.Completed {
    private final Map<Long, Message> messages = new HashMap<>();

    @Override
    public void completed(long mark, WorkStatus status) {
      messages.put(mark, new Message(status, 0));
    }

    @Override
    public void received(long mark, int bytes) {
      messages.put(mark, new Message(WorkStatus.SUCCESS, bytes));
    }
  }

  /** Waits until the operation is reported. */
  WorkStatus await(long mark) {
    await(
        () -> {
          completions.poll(
              Integer.MAX_VALUE,
              (ended, status) -> {
                reported.add(ended);
                statuses.add(status);
              });
          return reported.contains(mark);
        },
        "the end of operation " + mark);
    return statuses.get(reported.lastIndexOf(mark));
  }

  void fill(long offset, int bytes, long value) {
    for (long at = 0; at < bytes; at += Long.BYTES) {
      here.memory().set(JAVA_LONG, offset + at, value + at);
    }
  }

  boolean isFilled(long offset, int bytes, long value) {
    for (long at = 0; at < bytes; at += Long.BYTES) {
      if (here.memory().get(JAVA_LONG, offset + at) != value + at) {
        return false;
      }
    }
    return true;
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds();
  }

  private void await(Condition condition, String what) {
    long end = System.nanoTime() + VerbsContract.PATIENCE_NANOS;
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain for " + what + ": " + events + reported);
      }
      Thread.onSpinWait();
    }
  }

  /** In the order of the port's package. */
  @Override
  public void close() {
    closeIfMade(client);
    closeIfMade(server);
    for (AutoCloseable one : made) {
      closeIfMade(one);
    }
  }

  private static void closeIfMade(@Nullable AutoCloseable one) {
    try {
      if (one != null) {
        one.close();
      }
    } catch (Exception e) {
      throw new AssertionError("closing", e);
    }
  }
}
