package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Listener;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** Events that wait. */
final class FakeEventChannel implements EventChannel {
  /** Told when it is taken, as a connection manager does its part then. */
  private record Waiting(Kind kind, FakeEndpoint endpoint, int status, byte[] data) {}

  private final FakeVerbs host;
  private final Deque<Waiting> events = new ArrayDeque<>();
  private boolean closed;

  FakeEventChannel(FakeVerbs host) {
    this.host = host;
  }

  FakeVerbs host() {
    return host;
  }

  @Override
  public int descriptor() {
    return -1;
  }

  /** Whether a poller would say that it is readable. */
  boolean isReadable() {
    synchronized (host.fabric) {
      return !events.isEmpty();
    }
  }

  void happens(Kind kind, FakeEndpoint endpoint, int status, byte[] data) {
    if (!closed && !host.isDead()) {
      events.add(new Waiting(kind, endpoint, status, data));
    }
  }

  void forget(FakeEndpoint endpoint) {
    events.removeIf(event -> event.endpoint() == endpoint);
  }

  @Override
  public Endpoint resolve(InetSocketAddress to, int timeoutMillis) {
    synchronized (host.fabric) {
      FakeEndpoint endpoint = new FakeEndpoint(this, to);
      FakeVerbs there = host.fabric.hostAt(to.getAddress());
      boolean isThere = !host.isCutOff() && there != null && !there.isCutOff();
      happens(isThere ? Kind.RESOLVED : Kind.UNREACHABLE, endpoint, isThere ? 0 : -19, NOTHING);
      return endpoint;
    }
  }

  static final byte[] NOTHING = {};

  @Override
  public Listener listen(InetSocketAddress at, int backlog) {
    synchronized (host.fabric) {
      int port = at.getPort() == 0 ? host.fabric.freePort() : at.getPort();
      FakeListener listener = new FakeListener(this, new InetSocketAddress(at.getAddress(), port));
      boolean isOurs =
          at.getAddress().isAnyLocalAddress() || at.getAddress().equals(host.address());
      if (!isOurs || !host.hasDevice() || !host.fabric.listens(listener)) {
        throw new EmpException(
            EmpException.Kind.DONOR, at + " belongs to no device, or is in use: choose another");
      }
      return listener;
    }
  }

  @Override
  public boolean next(ConnectionEvent event) {
    synchronized (host.fabric) {
      if (closed || events.isEmpty()) {
        return false;
      }
      Waiting waiting = events.removeFirst();
      event.happened(waiting.kind(), waiting.endpoint(), waiting.status());
      event.carries(MemorySegment.ofArray(waiting.data()), waiting.data().length);
      waiting.endpoint().taken(waiting.kind());
      return true;
    }
  }

  @Override
  public void close() {
    synchronized (host.fabric) {
      closed = true;
      events.clear();
    }
  }
}
