package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.MessageQueuePair;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
import io.elasticmemory.port.verbs.QueuePairCapacity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One end of a connection; guarded by the fabric. */
final class FakeEndpoint implements Endpoint {
  /** As InfiniBand has it for a port at which nobody listens. */
  private static final int NOBODY_LISTENS = 8;

  private static final int REJECTED_BY_PEER = 28;

  /** Of every side that asks. */
  private static final int PORT = 30_000;

  private final FakeEventChannel channel;
  private final @Nullable InetSocketAddress to;
  private @Nullable FakeEndpoint peer;
  private @Nullable FakeQueuePair queuePair;
  private boolean connected;
  private boolean disconnected;
  private boolean answered;
  private boolean closed;

  FakeEndpoint(FakeEventChannel channel, @Nullable InetSocketAddress to) {
    this.channel = channel;
    this.to = to;
    channel.host().begins(this);
  }

  /** The device says something of itself. */
  void told(Kind kind) {
    channel.happens(kind, this, 0, FakeEventChannel.NOTHING);
  }

  /** The device fails it. */
  void failQueuePair() {
    if (queuePair != null) {
      queuePair.fail();
    }
  }

  FakeVerbs host() {
    return channel.host();
  }

  private FakeFabric fabric() {
    return channel.host().fabric;
  }

  /** Whether it cannot be told anything. */
  private boolean isCutOff(FakeEndpoint other) {
    return host().isCutOff() || other.host().isCutOff();
  }

  /** The queue pair at the other end; null if it does not answer. */
  @Nullable FakeQueuePair other() {
    boolean answers =
        connected && peer != null && peer.connected && !peer.closed && !isCutOff(peer);
    return answers ? Objects.requireNonNull(peer).queuePair : null;
  }

  @Override
  public String device() {
    return host().device();
  }

  @Override
  public @Nullable InetSocketAddress remote() {
    synchronized (fabric()) {
      if (closed) {
        return null;
      }
      return to != null
          ? to
          : new InetSocketAddress(Objects.requireNonNull(peer).host().address(), PORT);
    }
  }

  @Override
  public ProtectionDomain allocateDomain() {
    return new FakeDomain(host());
  }

  @Override
  public QueuePair createQueuePair(
      ProtectionDomain domain, CompletionQueue completions, int slots, int inlineBytesWanted) {
    QueuePairCapacity capacity = new QueuePairCapacity(slots, 1, inlineBytesWanted);
    return createMessageQueuePair(domain, completions, completions, capacity);
  }

  @Override
  public MessageQueuePair createMessageQueuePair(
      ProtectionDomain domain,
      CompletionQueue completions,
      CompletionQueue receptions,
      QueuePairCapacity capacity) {
    synchronized (fabric()) {
      if (queuePair != null) {
        throw new AssertionError("an endpoint has one queue pair");
      }
      FakeCompletionQueue sends = (FakeCompletionQueue) completions;
      FakeCompletionQueue receives = (FakeCompletionQueue) receptions;
      queuePair = new FakeQueuePair(this, (FakeDomain) domain, sends, receives, capacity);
      return queuePair;
    }
  }

  @Override
  public void connect(Patience patience, MemorySegment data, int bytes) {
    Objects.checkIndex(bytes, ConnectionEvent.REQUEST_BYTES_MAX + 1);
    synchronized (fabric()) {
      FakeListener listener = fabric().listenerAt(Objects.requireNonNull(to));
      if (listener == null) {
        channel.happens(Kind.REJECTED, this, NOBODY_LISTENS, FakeEventChannel.NOTHING);
        return;
      }
      FakeEndpoint asked = new FakeEndpoint(listener.channel(), null);
      asked.peer = this;
      peer = asked;
      byte[] padded = padded(data, bytes, ConnectionEvent.REQUEST_BYTES_MAX);
      listener.channel().happens(Kind.REQUESTED, asked, 0, padded);
    }
  }

  private static byte[] padded(MemorySegment data, int bytes, int length) {
    return Arrays.copyOf(data.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE), length);
  }

  @Override
  public void accept(Patience patience, MemorySegment data, int bytes) {
    Objects.checkIndex(bytes, ConnectionEvent.ANSWER_BYTES_MAX + 1);
    synchronized (fabric()) {
      connected = true;
      answered = true;
      FakeEndpoint asking = Objects.requireNonNull(peer);
      if (asking.closed) {
        channel.happens(Kind.UNREACHABLE, this, 0, FakeEventChannel.NOTHING);
        return;
      }
      byte[] padded =
          fabric().losesAnswers()
              ? FakeEventChannel.NOTHING
              : padded(data, bytes, ConnectionEvent.ANSWER_BYTES_MAX);
      asking.channel.happens(Kind.ESTABLISHED, asking, 0, padded);
    }
  }

  @Override
  public void reject() {
    synchronized (fabric()) {
      answered = true;
      FakeEndpoint asking = Objects.requireNonNull(peer);
      asking.channel.happens(Kind.REJECTED, asking, REJECTED_BY_PEER, FakeEventChannel.NOTHING);
    }
  }

  @Override
  public void disconnect() {
    synchronized (fabric()) {
      if (closed || disconnected || !connected || peer == null) {
        return;
      }
      disconnected = true;
      if (queuePair != null) {
        queuePair.fail();
      }
      if (!peer.closed && !isCutOff(peer)) {
        peer.channel.happens(Kind.DISCONNECTED, peer, 0, FakeEventChannel.NOTHING);
      }
    }
  }

  /** Who has asked finishes the connection when it sees that it stands; the other then hears. */
  void taken(Kind kind) {
    if (kind == Kind.ESTABLISHED && !connected && peer != null) {
      connected = true;
      peer.channel.happens(Kind.ESTABLISHED, peer, 0, FakeEventChannel.NOTHING);
    }
  }

  @Override
  public void close() {
    synchronized (fabric()) {
      if (closed) {
        return;
      }
      closed = true;
      channel.forget(this);
      host().ends(this);
      if (queuePair != null) {
        queuePair.end();
      }
      if (to == null && !answered) {
        reject(); // so the connection manager ends what nobody has answered
      }
      if (connected && !disconnected && peer != null && !peer.closed && !isCutOff(peer)) {
        peer.channel.happens(Kind.DISCONNECTED, peer, 0, FakeEventChannel.NOTHING);
      }
    }
  }
}
