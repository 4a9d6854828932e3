package io.elasticmemory.ffm.verbs;

import static io.elasticmemory.ffm.libc.LinuxConstants.F_GETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_NONBLOCK;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.ffm.socket.SocketAddress;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Listener;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event channel of librdmacm, non-blocking, which also says what becomes of the devices of its
 * connections.
 *
 * <p>An event names its connection by an address, and the library may use that again once the
 * connection is destroyed. So an event is taken, attributed and acknowledged under a lock, and an
 * endpoint is forgotten and destroyed under it.
 */
final class CmEventChannel implements EventChannel {
  private static final long ID_AT = VerbsLayout.offset(VerbsLayout.CM_EVENT, "id");
  private static final long LISTEN_ID_AT = VerbsLayout.offset(VerbsLayout.CM_EVENT, "listen_id");
  private static final long EVENT_AT = VerbsLayout.offset(VerbsLayout.CM_EVENT, "event");
  private static final long STATUS_AT = VerbsLayout.offset(VerbsLayout.CM_EVENT, "status");
  private static final long DATA_AT =
      VerbsLayout.offset(VerbsLayout.CM_EVENT, "param.conn.private_data");
  private static final long DATA_BYTES_AT =
      VerbsLayout.offset(VerbsLayout.CM_EVENT, "param.conn.private_data_len");

  /** What a device has told about a connection. */
  private record Told(ConnectionEvent.Kind kind, CmEndpoint endpoint) {}

  private final long channel;
  private final DeviceWatch watch;
  private final MemorySegment pointer = Arena.ofAuto().allocate(JAVA_LONG);

  /** By the address of their {@code rdma_cm_id}; guarded by this. */
  private final Map<Long, CmEndpoint> endpoints = new HashMap<>();

  /** Guarded by this. */
  private final Map<Long, CmListener> listeners = new HashMap<>();

  /** Guarded by this. */
  private final Deque<Told> told = new ArrayDeque<>();

  /** Guarded by this. */
  private boolean closed;

  private CmEventChannel(long channel, DeviceWatch watch) {
    this.channel = channel;
    this.watch = watch;
  }

  static CmEventChannel open() {
    long channel = ConnectionCalls.CREATE_EVENT_CHANNEL.call();
    if (channel == 0) {
      throw Failures.platform(
          "opening a channel for RDMA connections",
          -Errno.last(),
          "load the kernel's rdma_ucm, and a driver with a device: see rdma link");
    }
    int descriptor = VerbsLayout.at(channel, VerbsLayout.EVENT_CHANNEL_HEAD).get(JAVA_INT, 0);
    try {
      long flags = FileCalls.fcntl(descriptor, F_GETFL, 0);
      long result = FileCalls.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
      SystemCallException.check(result, "fcntl", "event channel");
      return new CmEventChannel(channel, DeviceWatch.over(descriptor, DeviceEvents::take));
    } catch (RuntimeException e) {
      ConnectionCalls.DESTROY_EVENT_CHANNEL.call(channel);
      throw e;
    }
  }

  @Override
  public int descriptor() {
    return watch.descriptor();
  }

  @Override
  public Endpoint resolve(InetSocketAddress to, int timeoutMillis) {
    long id = createId();
    CmEndpoint endpoint = new CmEndpoint(this, id, timeoutMillis);
    synchronized (this) {
      endpoints.put(id, endpoint);
    }
    long result = resolve(id, to, timeoutMillis);
    if (result < 0) {
      endpoint.close();
      throw Failures.failure(
          Kind.DONOR, "no RDMA way to " + to, result, "see rdma link, and ip route get");
    }
    return endpoint;
  }

  private static long resolve(long id, InetSocketAddress to, int timeoutMillis) {
    try (Arena arena = Arena.ofConfined()) {
      long address = SocketAddress.of(arena, to).bytes().address();
      return ConnectionCalls.RESOLVE_ADDR.call(id, 0, address, timeoutMillis);
    } catch (UnknownHostException e) {
      throw new EmpException(Kind.DONOR, to + " is no known host; give its address", e);
    }
  }

  private long createId() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment id = arena.allocate(JAVA_LONG);
      long result =
          ConnectionCalls.CREATE_ID.call(channel, id.address(), 0, VerbsConstants.RDMA_PS_TCP);
      Failures.require(result, "making an RDMA connection", "see rdma link");
      return id.get(JAVA_LONG, 0);
    }
  }

  @Override
  public Listener listen(InetSocketAddress at, int backlog) {
    long id = createId();
    long result = bindAndListen(id, at, backlog);
    if (result < 0) {
      ConnectionCalls.DESTROY_ID.call(id);
      throw Failures.failure(
          Kind.DONOR,
          "cannot listen for RDMA on " + at,
          result,
          "give an address of an RDMA device (rdma link, ip address), and a port that is free");
    }
    CmListener listener = new CmListener(this, id);
    synchronized (this) {
      listeners.put(id, listener);
    }
    if (listener.device().isEmpty() && !at.getAddress().isAnyLocalAddress()) {
      listener.close();
      throw new EmpException(
          Kind.DONOR,
          at + " belongs to no RDMA device; give an address of one, see rdma link and ip address");
    }
    return listener;
  }

  private static long bindAndListen(long id, InetSocketAddress at, int backlog) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment yes = arena.allocateFrom(JAVA_INT, 1);
      ConnectionCalls.SET_OPTION.call(
          id,
          VerbsConstants.RDMA_OPTION_ID,
          VerbsConstants.RDMA_OPTION_ID_REUSEADDR,
          yes.address(),
          yes.byteSize());
      long address = SocketAddress.of(arena, at).bytes().address();
      long bound = ConnectionCalls.BIND_ADDR.call(id, address);
      return bound < 0 ? bound : ConnectionCalls.LISTEN.call(id, backlog);
    } catch (UnknownHostException e) {
      throw new EmpException(Kind.DONOR, at + " is no known host; give its address", e);
    }
  }

  // ---- events

  @Override
  public boolean next(ConnectionEvent event) {
    CmEndpoint resolved;
    synchronized (this) {
      if (closed) {
        return false;
      }
      watch.take(this::note);
      if (takeTold(event)) {
        return true;
      }
      if (ConnectionCalls.GET_CM_EVENT.call(channel, pointer.address()) != 0) {
        return false;
      }
      long address = pointer.get(JAVA_LONG, 0);
      MemorySegment found = VerbsLayout.at(address, VerbsLayout.CM_EVENT);
      try {
        resolved = take(found, event);
      } finally {
        ConnectionCalls.ACK_CM_EVENT.call(address); // else its connection is never destroyed
      }
    }
    if (resolved != null) {
      resolved.resolveRoute(event);
    }
    return true;
  }

  private void note(DeviceEvents.Told one) {
    for (CmEndpoint endpoint : endpoints.values()) {
      if (endpoint.isMeantBy(one)) {
        told.add(new Told(one.kind(), endpoint));
      }
    }
  }

  private boolean takeTold(ConnectionEvent event) {
    Told one = told.poll();
    if (one != null) {
      event.happened(one.kind(), one.endpoint(), 0);
    }
    return one != null;
  }

  /** Says what happened; returns an endpoint that has only got half of its way. */
  private @Nullable CmEndpoint take(MemorySegment found, ConnectionEvent event) {
    int what = found.get(JAVA_INT, EVENT_AT);
    long id = found.get(JAVA_LONG, ID_AT);
    CmEndpoint endpoint = endpoints.get(id);
    if (what == VerbsConstants.RDMA_CM_EVENT_CONNECT_REQUEST) {
      endpoint = requested(id, found.get(JAVA_LONG, LISTEN_ID_AT));
    }
    if (endpoint != null && endpoint.context() == 0 && endpoint.onDevice() != 0) {
      DeviceEvents.begin(endpoint.context());
      watch.begin(endpoint.context());
    }
    ConnectionEvent.Kind kind = endpoint == null ? ConnectionEvent.Kind.OTHER : kind(what);
    event.happened(kind, endpoint, found.get(JAVA_INT, STATUS_AT));
    if (carriesData(kind)) {
      carry(found, event);
    }
    return what == VerbsConstants.RDMA_CM_EVENT_ADDR_RESOLVED ? endpoint : null;
  }

  private @Nullable CmEndpoint requested(long id, long listenId) {
    if (!listeners.containsKey(listenId)) {
      return null; // The library has it with its listener, and ends it with that.
    }
    CmEndpoint endpoint = new CmEndpoint(this, id, 0);
    endpoints.put(id, endpoint);
    return endpoint;
  }

  private static boolean carriesData(ConnectionEvent.Kind kind) {
    return switch (kind) {
      case REQUESTED, ESTABLISHED, REJECTED -> true;
      default -> false;
    };
  }

  private static void carry(MemorySegment found, ConnectionEvent event) {
    long data = found.get(JAVA_LONG, DATA_AT);
    int bytes = Byte.toUnsignedInt(found.get(JAVA_BYTE, DATA_BYTES_AT));
    if (data != 0 && bytes > 0) {
      event.carries(MemorySegment.ofAddress(data).reinterpret(bytes), bytes);
    }
  }

  private static ConnectionEvent.Kind kind(int event) {
    return switch (event) {
      case VerbsConstants.RDMA_CM_EVENT_ROUTE_RESOLVED -> ConnectionEvent.Kind.RESOLVED;
      case VerbsConstants.RDMA_CM_EVENT_CONNECT_REQUEST -> ConnectionEvent.Kind.REQUESTED;
      case VerbsConstants.RDMA_CM_EVENT_ESTABLISHED -> ConnectionEvent.Kind.ESTABLISHED;
      case VerbsConstants.RDMA_CM_EVENT_REJECTED -> ConnectionEvent.Kind.REJECTED;
      case VerbsConstants.RDMA_CM_EVENT_ADDR_ERROR,
          VerbsConstants.RDMA_CM_EVENT_ROUTE_ERROR,
          VerbsConstants.RDMA_CM_EVENT_CONNECT_ERROR,
          VerbsConstants.RDMA_CM_EVENT_UNREACHABLE ->
          ConnectionEvent.Kind.UNREACHABLE;
      case VerbsConstants.RDMA_CM_EVENT_DISCONNECTED -> ConnectionEvent.Kind.DISCONNECTED;
      case VerbsConstants.RDMA_CM_EVENT_DEVICE_REMOVAL -> ConnectionEvent.Kind.DEVICE_REMOVED;
      default -> ConnectionEvent.Kind.OTHER;
    };
  }

  // ---- closing

  /**
   * Forgets a connection and destroys it: no event of it is being taken meanwhile, and none is
   * unacknowledged.
   */
  synchronized void destroy(CmEndpoint endpoint, Runnable destruction) {
    // Closed twice, its address may belong to another one by now.
    if (endpoints.remove(endpoint.id(), endpoint)) {
      told.removeIf(one -> one.endpoint() == endpoint);
      if (endpoint.context() != 0) {
        watch.end(endpoint.context());
        DeviceEvents.end(endpoint.context());
      }
    }
    destruction.run();
  }

  /** The same for a listener. */
  synchronized void destroy(CmListener listener, Runnable destruction) {
    listeners.remove(listener.id(), listener);
    destruction.run();
  }

  /** Does something with a connection that is there, and stays there meanwhile. */
  synchronized void unlessDestroyed(CmEndpoint endpoint, Runnable work) {
    if (endpoints.get(endpoint.id()) == endpoint) {
      work.run();
    }
  }

  @Override
  public void close() {
    List<AutoCloseable> left;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      left = new ArrayList<>(listeners.values());
      left.addAll(endpoints.values());
    }
    for (AutoCloseable one : left) {
      close(one);
    }
    watch.close();
    ConnectionCalls.DESTROY_EVENT_CHANNEL.call(channel);
  }

  private static void close(AutoCloseable one) {
    switch (one) {
      case CmListener listener -> listener.close();
      case CmEndpoint endpoint -> endpoint.close();
      default -> throw new IllegalStateException("neither listener nor endpoint: " + one);
    }
  }
}
