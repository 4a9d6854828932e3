package io.elasticmemory.ffm.disni.engine;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Listener;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** An event channel of DiSNI, with a thread that takes its events. */
final class DisniEventChannel implements EventChannel {
  private final RdmaEventChannel channel;
  private final Waiter waiter;
  private final Queue<RdmaCmEvent> events = new ConcurrentLinkedQueue<>();

  /** Guarded by this. */
  private final Map<RdmaCmId, DisniEndpoint> endpoints = new IdentityHashMap<>();

  /** Guarded by this. */
  private final Map<RdmaCmId, DisniListener> listeners = new IdentityHashMap<>();

  /** Guarded by this. */
  private boolean closed;

  private DisniEventChannel(RdmaEventChannel channel) {
    this.channel = channel;
    waiter = new Waiter("emp-disni-events", this::take);
  }

  static DisniEventChannel open() {
    DisniEventChannel opened =
        new DisniEventChannel(
            Failing.of(
                Kind.PLATFORM,
                "opening a channel for RDMA connections",
                RdmaEventChannel::createEventChannel));
    opened.waiter.start();
    return opened;
  }

  private boolean take() throws IOException {
    RdmaCmEvent event = channel.getCmEvent(Waiter.LOOK_MILLIS);
    if (event == null) {
      return false;
    }
    event.ackEvent();
    events.add(event);
    return true;
  }

  @Override
  public int descriptor() {
    return waiter.descriptor();
  }

  private RdmaCmId createId() {
    return Failing.of(
        Kind.PLATFORM, "making an RDMA connection", () -> channel.createId(RdmaCm.RDMA_PS_TCP));
  }

  @Override
  public Endpoint resolve(InetSocketAddress to, int timeoutMillis) {
    RdmaCmId id = createId();
    DisniEndpoint endpoint = new DisniEndpoint(this, id, timeoutMillis);
    synchronized (this) {
      endpoints.put(id, endpoint);
    }
    try {
      Failing.run(
          Kind.DONOR, "looking for a way to " + to, () -> id.resolveAddr(null, to, timeoutMillis));
    } catch (EmpException e) {
      endpoint.close();
      throw e;
    }
    return endpoint;
  }

  @Override
  public Listener listen(InetSocketAddress at, int backlog) {
    RdmaCmId id = createId();
    try {
      Failing.run(
          Kind.DONOR,
          "listening for RDMA on " + at,
          () -> {
            id.bindAddr(at);
            id.listen(backlog);
          });
    } catch (EmpException e) {
      Failing.run(Kind.DONOR, "giving up to listen", id::destroyId);
      throw e;
    }
    DisniListener listener = new DisniListener(this, id);
    synchronized (this) {
      listeners.put(id, listener);
    }
    if (listener.device().isEmpty() && !at.getAddress().isAnyLocalAddress()) {
      listener.close();
      throw new EmpException(
          Kind.DONOR, at + " belongs to no RDMA device; give an address of one, see rdma link");
    }
    return listener;
  }

  // ---- events

  @Override
  public boolean next(ConnectionEvent event) {
    RdmaCmEvent found = events.poll();
    if (found == null) {
      waiter.silence();
      found = events.poll(); // one that came before the bell was silenced
      if (found == null) {
        return false;
      }
      waiter.ring();
    }
    synchronized (this) {
      translate(found, event);
    }
    return true;
  }

  private void translate(RdmaCmEvent found, ConnectionEvent event) {
    EventType type = EventType.values()[found.getEvent()];
    DisniEndpoint endpoint =
        type == EventType.RDMA_CM_EVENT_CONNECT_REQUEST
            ? requested(found)
            : endpoints.get(found.getConnIdPriv());
    ConnectionEvent.Kind kind = endpoint == null ? ConnectionEvent.Kind.OTHER : kind(type);
    event.happened(kind, endpoint, found.getStatus());
    long data = found.getConn().getPrivate_data();
    int bytes = Byte.toUnsignedInt(found.getConn().getPrivate_data_len());
    if (data != 0) {
      event.carries(MemorySegment.ofAddress(data).reinterpret(bytes), bytes);
    }
    if (endpoint != null && type == EventType.RDMA_CM_EVENT_ADDR_RESOLVED) {
      endpoint.resolveRoute(event);
    }
  }

  private @Nullable DisniEndpoint requested(RdmaCmEvent found) {
    RdmaCmId id = found.getConnIdPriv();
    if (closed || !listeners.containsKey(found.getListenIdPriv())) {
      Failing.run(Kind.DONOR, "turning a connection down", id::destroyId);
      return null;
    }
    DisniEndpoint endpoint = new DisniEndpoint(this, id, 0);
    endpoints.put(id, endpoint);
    return endpoint;
  }

  private static ConnectionEvent.Kind kind(EventType type) {
    return switch (type) {
      case RDMA_CM_EVENT_ROUTE_RESOLVED -> ConnectionEvent.Kind.RESOLVED;
      case RDMA_CM_EVENT_CONNECT_REQUEST -> ConnectionEvent.Kind.REQUESTED;
      case RDMA_CM_EVENT_ESTABLISHED -> ConnectionEvent.Kind.ESTABLISHED;
      case RDMA_CM_EVENT_REJECTED -> ConnectionEvent.Kind.REJECTED;
      case RDMA_CM_EVENT_ADDR_ERROR,
          RDMA_CM_EVENT_ROUTE_ERROR,
          RDMA_CM_EVENT_CONNECT_ERROR,
          RDMA_CM_EVENT_UNREACHABLE ->
          ConnectionEvent.Kind.UNREACHABLE;
      case RDMA_CM_EVENT_DISCONNECTED -> ConnectionEvent.Kind.DISCONNECTED;
      case RDMA_CM_EVENT_DEVICE_REMOVAL -> ConnectionEvent.Kind.DEVICE_REMOVED;
      default -> ConnectionEvent.Kind.OTHER;
    };
  }

  // ---- closing

  /** Forgets a connection or listener and destroys it; no event of it is being taken meanwhile. */
  synchronized void destroy(RdmaCmId id, Runnable destruction) {
    endpoints.remove(id);
    listeners.remove(id);
    destruction.run();
  }

  @Override
  public void close() {
    List<RdmaCmId> left;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      left = new ArrayList<>(listeners.keySet());
      left.addAll(endpoints.keySet());
    }
    for (RdmaCmId id : left) {
      closeOne(id);
    }
    waiter.close();
    Failing.run(Kind.PLATFORM, "closing a channel", channel::destroyEventChannel);
  }

  private void closeOne(RdmaCmId id) {
    Listener listener;
    Endpoint endpoint;
    synchronized (this) {
      listener = listeners.get(id);
      endpoint = endpoints.get(id);
    }
    if (listener != null) {
      listener.close();
    }
    if (endpoint != null) {
      endpoint.close();
    }
  }
}
