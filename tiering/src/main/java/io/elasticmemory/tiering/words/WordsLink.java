package io.elasticmemory.tiering.words;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.RemoteWords.Outcome;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.WorkStatus;
import io.elasticmemory.tiering.store.RdmaWish;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.RdmaLayout;
import io.elasticmemory.wire.WordsLayout;
import io.elasticmemory.wire.WordsLayout.Grant;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A queue pair to words that the exporter's device serves, on which one operation is made at a time
 * and waited for. Whatever goes wrong, it can only be closed then. Used by one thread.
 */
final class WordsLink implements AutoCloseable {
  private static final int RESOLVE_MILLIS_MAX = 2_000;

  private final RdmaWish wish;
  private final Grant grant;
  private final long instance;
  private final Poller poller;
  private final Clock clock;
  private final Arena arena = Arena.ofShared();
  private final EventChannel channel;
  private final ConnectionEvent event = new ConnectionEvent();
  private final Endpoint endpoint;
  private @Nullable ProtectionDomain domain;
  private @Nullable CompletionQueue completions;
  private @Nullable MemoryRegion before;
  private @Nullable QueuePair queuePair;
  private boolean isEstablished;
  private boolean isChannelReady;
  private boolean isQueueReady;
  private long mark;

  /** How the last operation has ended, null before it has. */
  private @Nullable WorkStatus ended;

  /** Takes the poller over, unless this fails. */
  private WordsLink(
      RdmaWish wish, InetSocketAddress to, Grant grant, long instance, Poller poller, Clock clock) {
    this.wish = wish;
    this.grant = grant;
    this.instance = instance;
    this.poller = poller;
    this.clock = clock;
    channel = wish.verbs().openChannel();
    try {
      endpoint = channel.resolve(to, RESOLVE_MILLIS_MAX);
    } catch (RuntimeException e) {
      channel.close();
      throw e;
    }
    poller.watch(channel, Poller.READ, _ -> isChannelReady = true);
  }

  /**
   * Connects to the device of an exporter that has made this grant.
   *
   * @param poller of the link alone; closed with it, or if this fails
   */
  static WordsLink connect(
      RdmaWish wish,
      InetSocketAddress to,
      Grant grant,
      long instance,
      Poller poller,
      Clock clock,
      long deadlineNanos)
      throws WordsFailure {
    WordsLink made;
    try {
      made = new WordsLink(wish, to, grant, instance, poller, clock);
    } catch (EmpException e) {
      poller.close();
      throw lost(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      poller.close();
      throw e;
    }
    try {
      made.awaitEstablished(deadlineNanos);
      return made;
    } catch (WordsFailure | EmpException e) {
      made.close();
      throw lost(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Whether some device of this machine has the operations that words need. */
  static boolean canServe(Verbs verbs, String device) {
    return verbs.devices().stream()
        .filter(one -> device.isEmpty() || one.name().equals(device))
        .anyMatch(one -> one.atomics());
  }

  // ---- connecting

  private void awaitEstablished(long deadlineNanos) throws WordsFailure {
    takeEvents();
    while (!isEstablished) {
      awaitSomething(deadlineNanos, Outcome.NOT_DONE);
      takeEvents();
    }
  }

  private void takeEvents() throws WordsFailure {
    if (isChannelReady) {
      isChannelReady = false;
      while (channel.next(event)) {
        if (event.hasEndpoint()) {
          happened();
        }
      }
    }
  }

  private void happened() throws WordsFailure {
    switch (event.kind()) {
      case RESOLVED -> connect();
      case ESTABLISHED -> isEstablished = true;
      case REJECTED -> throw lost("the exporter has refused a connection by RDMA");
      case UNREACHABLE -> throw lost("there is no way by RDMA");
      case DISCONNECTED -> throw lost("the exporter has ended the connection by RDMA");
      case DEVICE_REMOVED -> throw lost("the RDMA device goes away");
      case PORT_DOWN -> throw lost("the port of %s is down".formatted(endpoint.device()));
      case QUEUE_PAIR_FAILED -> throw lost("the device has failed the connection by RDMA");
      case REQUESTED, OTHER -> {}
    }
  }

  private static WordsFailure lost(String why) {
    return new WordsFailure(Outcome.NOT_DONE, why);
  }

  private void connect() throws WordsFailure {
    if (!wish.device().isEmpty() && !wish.device().equals(endpoint.device())) {
      throw lost("the way leads through %s, not %s".formatted(endpoint.device(), wish.device()));
    }
    ProtectionDomain made = endpoint.allocateDomain();
    domain = made;
    CompletionQueue queue = made.createCompletionQueue(1);
    completions = queue;
    poller.watch(queue, Poller.READ, _ -> isQueueReady = true);
    before = made.register(arena.allocate(JAVA_LONG), 0);
    queuePair = endpoint.createQueuePair(made, queue, 1, 0);
    MemorySegment data = arena.allocate(RdmaLayout.REQUEST_BYTES);
    new RdmaLayout.Request(WordsLayout.ROLE, 0, grant.token(), instance).write(data);
    endpoint.connect(wish.patience(), data, RdmaLayout.REQUEST_BYTES);
  }

  // ---- operations

  /** Looks whether it stands, as far as can be seen from here. */
  void requireStanding() throws WordsFailure {
    poller.await(0);
    takeEvents();
  }

  /**
   * Changes a word; returns what it was.
   *
   * @param operation SWAP_WORD or ADD_WORD
   */
  long change(int operation, int word, long first, long second, long deadlineNanos)
      throws WordsFailure {
    QueuePair work = requireNonNull(queuePair);
    MemoryRegion into = requireNonNull(before);
    long address = grant.address() + word * JAVA_LONG.byteSize();
    mark++;
    ended = null;
    if (operation == MessageLayout.SWAP_WORD) {
      work.compareAndSwap(mark, into, 0, address, grant.key(), first, second);
    } else {
      work.fetchAndAdd(mark, into, 0, address, grant.key(), first);
    }
    if (!work.post()) {
      throw new WordsFailure(Outcome.UNKNOWN, "the device takes no more operations");
    }
    WorkStatus status = awaitEnd(deadlineNanos);
    return switch (status) {
      case SUCCESS -> into.memory().get(JAVA_LONG, 0);
      case REMOTE_ACCESS ->
          throw new WordsFailure(Outcome.NOT_DONE, "the exporter does not allow it any more");
      case RETRY_EXCEEDED, FLUSHED, LOCAL, OTHER ->
          throw new WordsFailure(Outcome.UNKNOWN, "the operation has ended as " + status);
    };
  }

  private WorkStatus awaitEnd(long deadlineNanos) throws WordsFailure {
    CompletionQueue queue = requireNonNull(completions);
    queue.poll(1, this::completed);
    if (ended == null) {
      queue.arm();
      queue.poll(1, this::completed); // what has ended just before it was armed
    }
    while (ended == null) {
      awaitSomething(deadlineNanos, Outcome.UNKNOWN);
      takeEventsDuringOperation();
      if (isQueueReady) {
        isQueueReady = false;
        queue.disarm();
        queue.arm();
      }
      queue.poll(1, this::completed);
    }
    return ended;
  }

  private void takeEventsDuringOperation() throws WordsFailure {
    try {
      takeEvents();
    } catch (WordsFailure e) {
      throw e.as(Outcome.UNKNOWN);
    }
  }

  private void completed(long whose, WorkStatus status) {
    if (whose == mark) {
      ended = status;
    }
  }

  private void awaitSomething(long deadlineNanos, Outcome meanwhile) throws WordsFailure {
    long left = deadlineNanos - clock.nanoTime();
    if (left <= 0) {
      throw new WordsFailure(meanwhile, "no answer by RDMA in time");
    }
    poller.await(left);
  }

  /** Ends it: the queue pair first, then what it used. What was sent may still be done. */
  @Override
  public void close() {
    endpoint.close();
    if (completions != null) {
      poller.forget(completions);
      completions.close();
    }
    if (before != null) {
      before.close();
    }
    if (domain != null) {
      domain.close();
    }
    poller.forget(channel);
    channel.close();
    poller.close();
    arena.close();
  }
}
