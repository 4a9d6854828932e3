package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Listener;
import io.elasticmemory.port.verbs.Verbs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events of some ids. Each listening id has a channel of the port to itself: that says whose a
 * request is.
 */
final class PortEventChannel extends RdmaEventChannel {
  private final Verbs verbs;
  private final PortDevices devices;
  private final Readiness readiness;
  private final EventChannel outgoing;

  /** By channel the id that listens there, null for the one of outgoing connections. */
  private final Map<EventChannel, @Nullable PortId> channels = new LinkedHashMap<>();

  private final Map<Endpoint, PortId> ids = new IdentityHashMap<>();
  private final Deque<PortEvent> made = new ArrayDeque<>();
  private final ConnectionEvent event = new ConnectionEvent();

  /** Guards what is above. */
  private final Object lock = new Object();

  PortEventChannel(Verbs verbs, Poller poller, PortDevices devices) throws IOException {
    super(0);
    this.verbs = verbs;
    this.devices = devices;
    readiness = new Readiness(poller);
    outgoing = verbs.openChannel();
    channels.put(outgoing, null);
    readiness.add(outgoing, () -> {});
  }

  void resolve(PortId id, InetSocketAddress to, int timeoutMillis) {
    synchronized (lock) {
      Endpoint endpoint = outgoing.resolve(to, timeoutMillis);
      id.connects(endpoint);
      ids.put(endpoint, id);
    }
  }

  void resolveRoute(PortId id) throws IOException {
    if (!id.hasDevice()) {
      throw new IOException("the address is not resolved yet: wait for ADDR_RESOLVED first");
    }
    synchronized (lock) {
      made.add(new PortEvent(id));
    }
  }

  void listen(PortId id, InetSocketAddress at, int backlog) throws IOException {
    EventChannel own = Calls.io(verbs::openChannel);
    Listener listener;
    try {
      listener = Calls.io(() -> own.listen(at, backlog));
    } catch (IOException e) {
      own.close();
      throw e;
    }
    synchronized (lock) {
      id.listens(listener);
      if (!listener.device().isEmpty()) {
        id.has(devices.context(listener.device()));
      }
      channels.put(own, id);
    }
    readiness.add(own, () -> {});
  }

  void forget(Endpoint endpoint) {
    synchronized (lock) {
      ids.remove(endpoint);
    }
  }

  // ---- events

  /** The next event, null if there is none in time; waits without limit if that is negative. */
  @Nullable PortEvent next(int timeoutMillis) throws IOException {
    PortEvent found = take();
    boolean isReady = true;
    while (found == null && isReady && isOpen()) {
      isReady = readiness.await(timeoutMillis);
      found = take();
    }
    return found;
  }

  private @Nullable PortEvent take() throws IOException {
    synchronized (lock) {
      PortEvent found = made.poll();
      for (Map.Entry<EventChannel, @Nullable PortId> one : channels.entrySet()) {
        while (found == null && one.getKey().next(event)) {
          found = translate(one.getValue());
        }
      }
      return found;
    }
  }

  private @Nullable PortEvent translate(@Nullable PortId listening) throws IOException {
    if (!event.hasEndpoint()) {
      return null;
    }
    if (event.kind() == ConnectionEvent.Kind.REQUESTED) {
      return requested(listening);
    }
    PortId id = ids.get(event.endpoint());
    if (id == null) {
      return null; // destroyed meanwhile
    }
    EventType type = type(event.kind(), id.hasDevice());
    if (event.kind() == ConnectionEvent.Kind.RESOLVED) {
      id.has(devices.context(event.endpoint().device()));
    }
    return type == null ? null : new PortEvent(type, null, id, event);
  }

  private PortEvent requested(@Nullable PortId listening) throws IOException {
    PortId id = new PortId(this);
    id.connects(event.endpoint());
    id.has(devices.context(event.endpoint().device()));
    ids.put(event.endpoint(), id);
    return new PortEvent(EventType.RDMA_CM_EVENT_CONNECT_REQUEST, listening, id, event);
  }

  private static @Nullable EventType type(ConnectionEvent.Kind kind, boolean isResolved) {
    return switch (kind) {
      case RESOLVED -> EventType.RDMA_CM_EVENT_ADDR_RESOLVED;
      case REQUESTED -> EventType.RDMA_CM_EVENT_CONNECT_REQUEST;
      case ESTABLISHED -> EventType.RDMA_CM_EVENT_ESTABLISHED;
      case REJECTED -> EventType.RDMA_CM_EVENT_REJECTED;
      case UNREACHABLE ->
          isResolved ? EventType.RDMA_CM_EVENT_UNREACHABLE : EventType.RDMA_CM_EVENT_ADDR_ERROR;
      case DISCONNECTED -> EventType.RDMA_CM_EVENT_DISCONNECTED;
      case DEVICE_REMOVED -> EventType.RDMA_CM_EVENT_DEVICE_REMOVAL;
      // DiSNI has no events of devices; what is under way ends badly, which its programs see.
      case PORT_DOWN, QUEUE_PAIR_FAILED, OTHER -> null;
    };
  }

  void destroy() {
    close();
    readiness.close();
    synchronized (lock) {
      channels.keySet().forEach(EventChannel::close);
      channels.clear();
      ids.clear();
    }
  }
}
