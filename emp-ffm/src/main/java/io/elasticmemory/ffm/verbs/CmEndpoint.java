package io.elasticmemory.ffm.verbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.socket.SocketAddress;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.MessageQueuePair;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
import io.elasticmemory.port.verbs.QueuePairCapacity;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A {@code rdma_cm_id} and its queue pair. */
final class CmEndpoint implements Endpoint {
  private static final long VERBS_AT = VerbsLayout.offset(VerbsLayout.CM_ID_HEAD, "verbs");
  private static final long QP_AT = VerbsLayout.offset(VerbsLayout.CM_ID_HEAD, "qp");
  private static final long REMOTE_AT =
      VerbsLayout.offset(VerbsLayout.CM_ID_HEAD, "route.addr.dst_storage");
  private static final long PORT_AT = VerbsLayout.offset(VerbsLayout.CM_ID_HEAD, "port_num");
  private static final long DEVICE_AT = VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "device");

  /** Reads under way that are asked for; devices have at least as many. */
  private static final byte READS = 16;

  /** Not used by reads and writes; forever, because nothing of it can fail. */
  private static final byte RECEIVER_RETRIES = 7;

  private final CmEventChannel channel;
  private final long id;
  private final int timeoutMillis;

  /** Guarded by the channel. */
  private boolean closed;

  /** The device it is on, 0 before it is on one; guarded by the channel. */
  private long context;

  /** Its name, which can be asked for when the connection is destroyed, too. */
  private volatile String device = "";

  private boolean connecting;
  private volatile @Nullable IbvQueuePair queuePair;

  CmEndpoint(CmEventChannel channel, long id, int timeoutMillis) {
    this.channel = channel;
    this.id = id;
    this.timeoutMillis = timeoutMillis;
  }

  /** The name of the device an id is bound to, empty if it is bound to none. */
  static String deviceOf(long id) {
    long context = contextOf(id);
    return context == 0
        ? ""
        : LinuxVerbs.nameOf(
            VerbsLayout.at(context, VerbsLayout.CONTEXT_HEAD).get(JAVA_LONG, DEVICE_AT));
  }

  long id() {
    return id;
  }

  /** It is on a device from now on, which is returned. */
  long onDevice() {
    context = contextOf(id);
    device = deviceOf(id);
    return context;
  }

  /** The device it is on, 0 for none. */
  long context() {
    return context;
  }

  /** Whether that is about this connection. */
  boolean isMeantBy(DeviceEvents.Told told) {
    if (context == 0 || context != told.context()) {
      return false;
    }
    IbvQueuePair made = queuePair;
    return switch (told.kind()) {
      case PORT_DOWN -> told.number() == port();
      case QUEUE_PAIR_FAILED -> made != null && made.number() == told.number();
      default -> true;
    };
  }

  private int port() {
    MemorySegment known = VerbsLayout.at(id, VerbsLayout.CM_ID_HEAD);
    return Byte.toUnsignedInt(known.get(JAVA_BYTE, PORT_AT));
  }

  private static long contextOf(long id) {
    return VerbsLayout.at(id, VerbsLayout.CM_ID_HEAD).get(JAVA_LONG, VERBS_AT);
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public @Nullable InetSocketAddress remote() {
    AtomicReference<@Nullable InetSocketAddress> found = new AtomicReference<>();
    channel.unlessDestroyed(
        this,
        () -> {
          MemorySegment known = VerbsLayout.at(id, VerbsLayout.CM_ID_HEAD);
          found.set(SocketAddress.read(known.asSlice(REMOTE_AT)));
        });
    return found.get();
  }

  /** The second half of its way; without it the event becomes UNREACHABLE. */
  void resolveRoute(ConnectionEvent event) {
    long result = ConnectionCalls.RESOLVE_ROUTE.call(id, timeoutMillis);
    if (result < 0) {
      event.happened(ConnectionEvent.Kind.UNREACHABLE, this, (int) result);
    }
  }

  @Override
  public ProtectionDomain allocateDomain() {
    return allocateDomain(id);
  }

  /** A domain on the device an id is bound to. */
  static ProtectionDomain allocateDomain(long id) {
    long context = contextOf(id);
    if (context == 0) {
      throw new IllegalStateException("what is bound to no device has no domain");
    }
    long domain = VerbsCalls.ALLOC_PD.call(context);
    if (domain == 0) {
      throw Failures.platform(
          "a protection domain of " + deviceOf(id), -Errno.last(), "connect fewer clients");
    }
    return new IbvDomain(context, domain, deviceOf(id));
  }

  @Override
  public QueuePair createQueuePair(
      ProtectionDomain domain, CompletionQueue completions, int slots, int inlineBytesWanted) {
    QueuePairCapacity wanted = new QueuePairCapacity(slots, 1, inlineBytesWanted);
    QueuePairCapacity had = createLargest(domain, completions, completions, wanted);
    IbvQueuePair made = new IbvQueuePair(queuePairPointer(), slots, had.inlineBytes());
    queuePair = made;
    return made;
  }

  @Override
  public MessageQueuePair createMessageQueuePair(
      ProtectionDomain domain,
      CompletionQueue completions,
      CompletionQueue receptions,
      QueuePairCapacity capacity) {
    QueuePairCapacity had = createLargest(domain, completions, receptions, capacity);
    IbvMessageQueuePair made = new IbvMessageQueuePair(queuePairPointer(), had);
    queuePair = made;
    return made;
  }

  private long queuePairPointer() {
    return VerbsLayout.at(id, VerbsLayout.CM_ID_HEAD).get(JAVA_LONG, QP_AT);
  }

  /** Makes it with as much within requests as is wanted, or as the device has. */
  private QueuePairCapacity createLargest(
      ProtectionDomain domain,
      CompletionQueue completions,
      CompletionQueue receptions,
      QueuePairCapacity wanted) {
    QueuePairCapacity tried = wanted;
    long result = create(domain, completions, receptions, tried);
    while (result < 0 && tried.inlineBytes() > 0) {
      tried = new QueuePairCapacity(wanted.slots(), wanted.receives(), tried.inlineBytes() / 2);
      result = create(domain, completions, receptions, tried);
    }
    Failures.require(
        result,
        "a queue pair of %s with %d slots".formatted(device(), wanted.slots()),
        "connect fewer clients, or raise ulimit -l");
    return tried;
  }

  private long create(
      ProtectionDomain domain,
      CompletionQueue completions,
      CompletionQueue receptions,
      QueuePairCapacity capacity) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment wanted = arena.allocate(VerbsLayout.QP_INIT_ATTR);
      wanted.set(JAVA_LONG, initial("send_cq"), ((IbvCompletionQueue) completions).pointer());
      wanted.set(JAVA_LONG, initial("recv_cq"), ((IbvCompletionQueue) receptions).pointer());
      wanted.set(JAVA_INT, initial("cap.max_send_wr"), capacity.slots());
      wanted.set(JAVA_INT, initial("cap.max_recv_wr"), capacity.receives());
      wanted.set(JAVA_INT, initial("cap.max_send_sge"), 1);
      wanted.set(JAVA_INT, initial("cap.max_recv_sge"), 1);
      wanted.set(JAVA_INT, initial("cap.max_inline_data"), capacity.inlineBytes());
      wanted.set(JAVA_INT, initial("qp_type"), VerbsConstants.IBV_QPT_RC);
      long pointer = ((IbvDomain) domain).pointer();
      return ConnectionCalls.CREATE_QP.call(id, pointer, wanted.address());
    }
  }

  private static long initial(String member) {
    return VerbsLayout.offset(VerbsLayout.QP_INIT_ATTR, member);
  }

  @Override
  public void connect(Patience patience, MemorySegment data, int bytes) {
    Objects.checkIndex(bytes, ConnectionEvent.REQUEST_BYTES_MAX + 1);
    setAckTimeout(patience);
    connecting = true;
    try (Arena arena = Arena.ofConfined()) {
      long parameters = parameters(arena, patience, data, bytes);
      long result = ConnectionCalls.CONNECT.call(id, parameters);
      require(result, "connecting by RDMA");
    }
  }

  @Override
  public void accept(Patience patience, MemorySegment data, int bytes) {
    Objects.checkIndex(bytes, ConnectionEvent.ANSWER_BYTES_MAX + 1);
    setAckTimeout(patience);
    connecting = true;
    try (Arena arena = Arena.ofConfined()) {
      long parameters = parameters(arena, patience, data, bytes);
      require(ConnectionCalls.ACCEPT.call(id, parameters), "accepting an RDMA connection");
    }
  }

  private void require(long result, String what) {
    if (result < 0) {
      throw Failures.failure(Kind.DONOR, what, result, "look at rdma link and at the other side");
    }
  }

  /** A library or device that does not know it has a longer one of its own, about 2 s. */
  private void setAckTimeout(Patience patience) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_BYTE, (byte) patience.ackTimeout());
      ConnectionCalls.SET_OPTION.call(
          id,
          VerbsConstants.RDMA_OPTION_ID,
          VerbsConstants.RDMA_OPTION_ID_ACK_TIMEOUT,
          value.address(),
          value.byteSize());
    }
  }

  private static long parameters(Arena arena, Patience patience, MemorySegment data, int bytes) {
    MemorySegment copy = arena.allocate(ConnectionEvent.DATA_BYTES_MAX);
    MemorySegment.copy(data, 0, copy, 0, bytes);
    MemorySegment parameters = arena.allocate(VerbsLayout.CONN_PARAM);
    parameters.set(JAVA_LONG, parameter("private_data"), copy.address());
    parameters.set(JAVA_BYTE, parameter("private_data_len"), (byte) bytes);
    parameters.set(JAVA_BYTE, parameter("responder_resources"), READS);
    parameters.set(JAVA_BYTE, parameter("initiator_depth"), READS);
    parameters.set(JAVA_BYTE, parameter("retry_count"), (byte) patience.retries());
    parameters.set(JAVA_BYTE, parameter("rnr_retry_count"), RECEIVER_RETRIES);
    return parameters.address();
  }

  private static long parameter(String member) {
    return VerbsLayout.offset(VerbsLayout.CONN_PARAM, member);
  }

  @Override
  public void reject() {
    ConnectionCalls.REJECT.call(id, 0, 0);
  }

  @Override
  public void disconnect() {
    channel.unlessDestroyed(this, () -> ConnectionCalls.DISCONNECT.call(id));
  }

  @Override
  public void close() {
    channel.destroy(this, this::destroy);
  }

  private void destroy() {
    if (closed) {
      return;
    }
    closed = true;
    if (connecting) {
      ConnectionCalls.DISCONNECT.call(id);
    }
    IbvQueuePair made = queuePair;
    if (made != null) {
      made.end();
      ConnectionCalls.DESTROY_QP.call(id);
    }
    ConnectionCalls.DESTROY_ID.call(id);
  }
}
