package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection, or a listener; nothing until it is resolved, or listens. */
final class PortId extends RdmaCmId {
  private final PortEventChannel channel;
  private volatile @Nullable InetSocketAddress local;
  private volatile @Nullable Endpoint endpoint;
  private volatile @Nullable Listener listener;
  private volatile @Nullable PortQueuePair queuePair;
  private volatile @Nullable PortContext context;

  PortId(PortEventChannel channel) throws IOException {
    super(channel, null);
    this.channel = channel;
    ps = RdmaCm.RDMA_PS_TCP;
  }

  PortEventChannel channel() {
    return channel;
  }

  // ---- what it is

  void boundTo(InetSocketAddress address) {
    local = address;
  }

  @Nullable InetSocketAddress local() {
    Listener listening = listener;
    InetSocketAddress address = local;
    return listening == null || address == null
        ? address
        : new InetSocketAddress(address.getAddress(), listening.port());
  }

  @Nullable InetSocketAddress remote() {
    Endpoint connection = endpoint;
    return connection == null ? null : connection.remote();
  }

  void connects(Endpoint connection) {
    endpoint = connection;
  }

  void listens(Listener listening) {
    listener = listening;
  }

  /** It has a device now. */
  void has(PortContext device) {
    context = device;
    setVerbs(device);
    Endpoint connection = endpoint;
    if (connection != null) {
      device.bound(this, connection::allocateDomain);
    } else {
      device.bound(this, Objects.requireNonNull(listener)::allocateDomain);
    }
  }

  boolean hasDevice() {
    return context != null;
  }

  @Override
  public @Nullable IbvContext getVerbs() {
    return context;
  }

  Endpoint endpoint() throws IOException {
    Endpoint connection = endpoint;
    if (connection == null || !isOpen()) {
      throw new IOException(
          isOpen() ? "the id has no connection: resolve its address first" : "the id is destroyed");
    }
    return connection;
  }

  void works(PortQueuePair made) {
    queuePair = made;
    setQp(made);
  }

  // ---- its end

  /** Ends connection and queue pair, and keeps the id. */
  void end() {
    PortContext device = context;
    if (device != null) {
      device.unbound(this);
    }
    Endpoint connection = endpoint;
    if (connection != null) {
      channel.forget(connection);
      connection.close();
    }
    PortQueuePair work = queuePair;
    if (work != null) {
      work.ended();
    }
    Listener listening = listener;
    if (listening != null) {
      listening.close();
    }
  }
}
