package io.elasticmemory.tiering.store;

import static java.util.Objects.requireNonNull;

import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
import io.elasticmemory.port.verbs.WorkStatus;
import io.elasticmemory.tiering.store.LinkFailure.Trouble;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.RdmaLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The two connections by which the slabs of a lease are reached past the exporter's CPU, from the
 * search for a way to their end. Made for one session of the exporter, and never used again. Once
 * it is ready nothing is allocated. Used by one thread, that of its poller.
 *
 * <pre>
 *   resolving ──▶ connecting, urgent and bulk ──▶ reading the directory of slabs ──▶ ready
 * </pre>
 */
final class RdmaLink implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final int RESOLVE_MILLIS_MAX = 2_000;

  /** No operation of a transfer has it. */
  private static final long DIRECTORY_MARK = 0;

  /** A device that does not even say that it has given up: beyond its own patience. */
  private static final long SILENCE_NANOS = Duration.ofSeconds(2).toNanos();

  private static final int SILENCE_PATIENCE = 4;

  private final RdmaWish wish;
  private final RdmaLayout.Request request;
  private final RdmaLayout.Answer told;
  private final RdmaWork[] works;
  private final TransferRing ended;
  private final EventChannel channel;
  private final ConnectionEvent event = new ConnectionEvent();
  private final CompletionQueue.Completed sink = this::completed;
  private final Poller.Ready channelReady = _ -> isChannelReady = true;
  private final Poller.Ready queueReady = _ -> isQueueReady = true;
  private final Arena arena = Arena.ofShared();
  private final @Nullable Endpoint[] endpoints = new Endpoint[2];
  private final @Nullable QueuePair[] queuePairs = new QueuePair[2];
  private final boolean[] established = new boolean[2];
  private final long deadlineNanos;
  private Poller poller;
  private boolean isChannelReady = true;
  private boolean isQueueReady;
  private boolean isArmed;
  private long now;
  private @Nullable ProtectionDomain domain;
  private @Nullable CompletionQueue completions;
  private @Nullable RdmaMemory memory;
  private @Nullable MemorySegment directory;
  private boolean isDirectoryRead;
  private @Nullable RdmaSlabs slabs;
  private @Nullable WorkStatus failure;

  /**
   * Begins to connect.
   *
   * @param request what the exporter is told; its role is filled in
   * @param told by TCP what the answer says, too: not every engine hands that on
   * @param works urgent and bulk
   * @param ended receives what is done
   * @throws io.elasticmemory.EmpException if there is no RDMA here
   */
  RdmaLink(
      RdmaWish wish,
      InetSocketAddress to,
      RdmaLayout.Request request,
      RdmaLayout.Answer told,
      RdmaWork[] works,
      TransferRing ended,
      Poller poller,
      long nowNanos) {
    this.wish = wish;
    this.request = request;
    this.told = told;
    this.works = works;
    this.ended = ended;
    this.poller = poller;
    deadlineNanos = nowNanos + CONNECT_MAX.toNanos();
    channel = wish.verbs().openChannel();
    poller.watch(channel, Poller.READ, channelReady);
    try {
      for (int i = 0; i < endpoints.length; i++) {
        endpoints[i] = channel.resolve(to, RESOLVE_MILLIS_MAX);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** True once transfers can be handed over. */
  boolean isReady() {
    return slabs != null;
  }

  /** Does what is to be done now. */
  void turn(long nowNanos) throws LinkFailure {
    now = nowNanos;
    if (isChannelReady) {
      isChannelReady = false;
      while (channel.next(event)) {
        if (event.hasEndpoint()) {
          happened();
        }
      }
    }
    if (slabs != null) {
      post(slabs);
    }
    poll();
    if (isDirectoryRead && slabs == null) {
      slabs = RdmaSlabs.of(requireNonNull(directory), request.lease(), told.slabs());
    }
    requireInTime();
  }

  private void requireInTime() throws LinkFailure {
    if (slabs == null && now - deadlineNanos >= 0) {
      throw new LinkFailure(
          Trouble.SILENT, "no connection within " + CONNECT_MAX.toSeconds() + " s");
    }
    long silent = Math.max(works[0].silentNanos(now), works[1].silentNanos(now));
    if (silent > SILENCE_NANOS + SILENCE_PATIENCE * wish.patience().nanos()) {
      throw new LinkFailure(Trouble.SILENT, "the device is silent");
    }
  }

  /** How long until something is to be done even if no event happens. */
  long nanosToNextEvent(long nowNanos) {
    if (slabs == null) {
      return Math.max(0, deadlineNanos - nowNanos);
    }
    return works[0].isBusy() || works[1].isBusy() ? SILENCE_NANOS : Long.MAX_VALUE;
  }

  /** Has another poller watch it. */
  void moveTo(Poller other) {
    poller.forget(channel);
    other.watch(channel, Poller.READ, channelReady);
    isChannelReady = true;
    if (completions != null) {
      poller.forget(completions);
      other.watch(completions, Poller.READ, queueReady);
    }
    poller = other;
  }

  // ---- connecting

  private void happened() throws LinkFailure {
    int which = event.endpoint().equals(endpoints[0]) ? 0 : 1;
    switch (event.kind()) {
      case RESOLVED -> connect(which);
      case ESTABLISHED -> established(which);
      case REJECTED -> throw new LinkFailure(Trouble.BROKEN, "the exporter has refused it");
      case UNREACHABLE -> throw new LinkFailure(Trouble.BROKEN, "there is no way by RDMA");
      case DISCONNECTED -> throw new LinkFailure(Trouble.BROKEN, "the exporter has ended it");
      case DEVICE_REMOVED -> throw new LinkFailure(Trouble.BROKEN, "the device goes away");
      case PORT_DOWN ->
          throw new LinkFailure(
              Trouble.BROKEN, "the port of %s is down".formatted(event.endpoint().device()));
      case QUEUE_PAIR_FAILED -> throw new LinkFailure(Trouble.BROKEN, "the device has failed it");
      case REQUESTED, OTHER -> {}
    }
  }

  private void connect(int which) throws LinkFailure {
    Endpoint endpoint = requireNonNull(endpoints[which]);
    if (!wish.device().isEmpty() && !wish.device().equals(endpoint.device())) {
      throw new LinkFailure(
          Trouble.BROKEN,
          "the way leads through %s, not %s".formatted(endpoint.device(), wish.device()));
    }
    if (domain == null) {
      prepare(endpoint);
    }
    queuePairs[which] =
        endpoint.createQueuePair(
            requireNonNull(domain), requireNonNull(completions), RdmaWork.SLOTS, 0);
    int role = which == 0 ? MessageLayout.URGENT : MessageLayout.BULK;
    try (Arena shortly = Arena.ofConfined()) {
      MemorySegment data = shortly.allocate(RdmaLayout.REQUEST_BYTES);
      new RdmaLayout.Request(role, request.lease(), request.token(), request.instance())
          .write(data);
      endpoint.connect(wish.patience(), data, RdmaLayout.REQUEST_BYTES);
    }
  }

  private void prepare(Endpoint endpoint) {
    ProtectionDomain made = endpoint.allocateDomain();
    domain = made;
    CompletionQueue queue = made.createCompletionQueue(2 * RdmaWork.SLOTS);
    completions = queue;
    poller.watch(queue, Poller.READ, queueReady);
    memory = new RdmaMemory(made);
  }

  private void established(int which) throws LinkFailure {
    RdmaLayout.Answer answer = event.dataBytes() == 0 ? told : answered();
    established[which] = true;
    if (established[0] && established[1]) {
      works[0].begin(requireNonNull(queuePairs[0]));
      works[1].begin(requireNonNull(queuePairs[1]));
      readDirectory(answer);
    }
  }

  private RdmaLayout.Answer answered() throws LinkFailure {
    if (!RdmaLayout.isKnown(event.data(), event.dataBytes(), RdmaLayout.ANSWER_BYTES)) {
      throw new LinkFailure(Trouble.FOREIGN, "what accepts there is no exporter of this version");
    }
    RdmaLayout.Answer answer = RdmaLayout.Answer.read(event.data());
    if (answer.slabs() != told.slabs()) {
      throw new LinkFailure(Trouble.FOREIGN, "it speaks of %d slabs".formatted(answer.slabs()));
    }
    return answer;
  }

  private void readDirectory(RdmaLayout.Answer answer) throws LinkFailure {
    int bytes = told.slabs() * RdmaLayout.ENTRY_BYTES;
    MemorySegment into = arena.allocate(bytes, Long.BYTES);
    directory = into;
    MemoryRegion region = requireNonNull(memory).region(into);
    QueuePair reader = requireNonNull(queuePairs[0]);
    reader.read(
        DIRECTORY_MARK, true, region, 0, bytes, answer.directoryAddress(), answer.directoryKey());
    if (!reader.post()) {
      throw refused();
    }
  }

  // ---- working

  private void post(RdmaSlabs known) throws LinkFailure {
    RdmaMemory frames = requireNonNull(memory);
    if (!works[0].post(frames, known, now) || !works[1].post(frames, known, now)) {
      throw refused();
    }
  }

  private static LinkFailure refused() {
    return new LinkFailure(Trouble.BROKEN, "the device takes no more operations");
  }

  private void poll() throws LinkFailure {
    CompletionQueue queue = completions;
    if (queue == null) {
      return;
    }
    if (isQueueReady) {
      isQueueReady = false;
      queue.disarm();
      isArmed = false;
    }
    queue.poll(Integer.MAX_VALUE, sink);
    if (!isArmed) {
      queue.arm();
      isArmed = true;
      queue.poll(Integer.MAX_VALUE, sink); // what has ended just before it was armed
    }
    if (failure != null) {
      boolean isSilent = failure == WorkStatus.RETRY_EXCEEDED;
      throw new LinkFailure(isSilent ? Trouble.SILENT : Trouble.BROKEN, describe(failure));
    }
  }

  private void completed(long mark, WorkStatus status) {
    if (status != WorkStatus.SUCCESS) {
      failure = failure == null ? status : failure;
    } else if (mark == DIRECTORY_MARK) {
      isDirectoryRead = true;
    } else if (failure == null) {
      works[(int) (mark & 1)].completed(mark, ended, now);
    }
  }

  private static String describe(WorkStatus status) {
    return switch (status) {
      case RETRY_EXCEEDED -> "the exporter does not acknowledge";
      case REMOTE_ACCESS -> "the exporter does not allow access any more";
      case FLUSHED -> "it was ended";
      case LOCAL -> "the device refuses an operation";
      case SUCCESS, OTHER -> "an operation failed: " + status;
    };
  }

  /**
   * Ends it: queue pairs first, then what they used. When this returns no frame is touched any
   * more; what was sent may still land at the exporter.
   */
  @Override
  public void close() {
    for (Endpoint endpoint : endpoints) {
      if (endpoint != null) {
        endpoint.close();
      }
    }
    if (completions != null) {
      poller.forget(completions);
      completions.close();
    }
    if (memory != null) {
      memory.close();
    }
    if (domain != null) {
      domain.close();
    }
    poller.forget(channel);
    channel.close();
    arena.close();
  }
}
