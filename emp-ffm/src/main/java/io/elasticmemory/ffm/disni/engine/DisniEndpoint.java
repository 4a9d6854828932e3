package io.elasticmemory.ffm.disni.engine;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.MessageQueuePair;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
import io.elasticmemory.port.verbs.QueuePairCapacity;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An id of DiSNI and its queue pair. */
final class DisniEndpoint implements Endpoint {
  /** For as long as the other side takes: there is always room, or it is on its way. */
  private static final byte RECEIVER_RETRIES = 7;

  private final DisniEventChannel channel;
  private final RdmaCmId id;
  private final int timeoutMillis;

  /** Guarded by the channel. */
  private boolean closed;

  private @Nullable DisniQueuePair queuePair;

  DisniEndpoint(DisniEventChannel channel, RdmaCmId id, int timeoutMillis) {
    this.channel = channel;
    this.id = id;
    this.timeoutMillis = timeoutMillis;
  }

  /** What a device is called, empty if the id is bound to none. */
  static String deviceOf(RdmaCmId id) {
    return contextOf(id) == null ? "" : DisniVerbs.DEVICE;
  }

  private static @Nullable IbvContext contextOf(RdmaCmId id) {
    try {
      return id.getVerbs();
    } catch (IOException e) {
      return null; // As DiSNI says it where there is none yet.
    }
  }

  static ProtectionDomain allocateDomain(RdmaCmId id) {
    IbvContext context = contextOf(id);
    if (context == null) {
      throw new IllegalStateException("what is bound to no device has no domain");
    }
    return new DisniDomain(
        context, Failing.of(Kind.PLATFORM, "a protection domain", context::allocPd));
  }

  @Override
  public String device() {
    return deviceOf(id);
  }

  @Override
  public @Nullable InetSocketAddress remote() {
    try {
      return (InetSocketAddress) id.getDestination();
    } catch (IOException e) {
      return null; // As DiSNI says it of an id that is destroyed.
    }
  }

  /** The second half of its way; without it the event becomes UNREACHABLE. */
  void resolveRoute(ConnectionEvent event) {
    try {
      Failing.run(Kind.DONOR, "finding a route", () -> id.resolveRoute(timeoutMillis));
    } catch (EmpException e) {
      event.happened(ConnectionEvent.Kind.UNREACHABLE, this, 0);
    }
  }

  @Override
  public ProtectionDomain allocateDomain() {
    return allocateDomain(id);
  }

  // ---- queue pair

  @Override
  public QueuePair createQueuePair(
      ProtectionDomain domain, CompletionQueue completions, int slots, int inlineBytesWanted) {
    return createMessageQueuePair(
        domain, completions, completions, new QueuePairCapacity(slots, 1, inlineBytesWanted));
  }

  @Override
  public MessageQueuePair createMessageQueuePair(
      ProtectionDomain domain,
      CompletionQueue completions,
      CompletionQueue receptions,
      QueuePairCapacity capacity) {
    IbvQPInitAttr wanted = new IbvQPInitAttr();
    wanted.setQp_type(IbvQP.IBV_QPT_RC);
    wanted.setSend_cq(((DisniCompletionQueue) completions).queue());
    wanted.setRecv_cq(((DisniCompletionQueue) receptions).queue());
    wanted.cap().setMax_send_wr(capacity.slots());
    wanted.cap().setMax_recv_wr(capacity.receives());
    wanted.cap().setMax_send_sge(1);
    wanted.cap().setMax_recv_sge(1);
    DisniDomain of = (DisniDomain) domain;
    int inlineBytes = capacity.inlineBytes();
    IbvQP made = create(of, wanted, inlineBytes);
    while (made == null && inlineBytes > 0) {
      inlineBytes /= 2;
      made = create(of, wanted, inlineBytes);
    }
    if (made == null) {
      throw new EmpException(
          Kind.PLATFORM,
          "a queue pair with %d slots by DiSNI: the device refuses; connect fewer clients, or raise ulimit -l"
              .formatted(capacity.slots()));
    }
    queuePair = new DisniQueuePair(id, made, capacity, inlineBytes);
    return queuePair;
  }

  /** Null if the device does not have so much. */
  private @Nullable IbvQP create(DisniDomain domain, IbvQPInitAttr wanted, int inlineBytes) {
    wanted.cap().setMax_inline_data(inlineBytes);
    try {
      return id.createQP(domain.domain(), wanted);
    } catch (IOException e) {
      return null;
    }
  }

  // ---- connection

  @Override
  public void connect(Patience patience, MemorySegment data, int bytes) {
    Objects.checkIndex(bytes, ConnectionEvent.REQUEST_BYTES_MAX + 1);
    try (Arena arena = Arena.ofConfined()) {
      RdmaConnParam wanted = parameters(arena, patience, data, bytes);
      Failing.run(Kind.DONOR, "connecting", () -> id.connect(wanted));
    }
  }

  @Override
  public void accept(Patience patience, MemorySegment data, int bytes) {
    Objects.checkIndex(bytes, ConnectionEvent.ANSWER_BYTES_MAX + 1);
    try (Arena arena = Arena.ofConfined()) {
      RdmaConnParam wanted = parameters(arena, patience, data, bytes);
      Failing.run(Kind.DONOR, "accepting a connection", () -> id.accept(wanted));
    }
  }

  /** DiSNI knows no ack timeout: the device has one of its own, about 2 s. */
  private static RdmaConnParam parameters(
      Arena arena, Patience patience, MemorySegment data, int bytes) {
    MemorySegment copy = arena.allocate(ConnectionEvent.DATA_BYTES_MAX);
    MemorySegment.copy(data, 0, copy, 0, bytes);
    RdmaConnParam wanted = new RdmaConnParam();
    Failing.run(
        Kind.DONOR,
        "describing a connection",
        () -> {
          wanted.setPrivate_data(copy.address());
          wanted.setPrivate_data_len((byte) bytes);
          wanted.setRetry_count((byte) patience.retries());
          wanted.setRnr_retry_count(RECEIVER_RETRIES);
        });
    return wanted;
  }

  /** DiSNI has no word for it: the connection manager rejects what is destroyed unanswered. */
  @Override
  public void reject() {
    close();
  }

  @Override
  public void disconnect() {
    end(id);
  }

  @Override
  public void close() {
    channel.destroy(id, this::destroy);
  }

  private void destroy() {
    if (closed) {
      return;
    }
    closed = true;
    DisniQueuePair work = queuePair;
    if (work != null) {
      work.end();
      end(id);
      Failing.run(Kind.DONOR, "closing a queue pair", id::destroyQP);
    }
    Failing.run(Kind.DONOR, "closing a connection", id::destroyId);
  }

  /** Ends a connection; what was under way ends as flushed. */
  static void end(RdmaCmId id) {
    try {
      id.disconnect();
    } catch (IOException e) {
      // There was none, or none any more.
    }
  }
}
