package io.elasticmemory.ffm.verbs;

import io.elasticmemory.port.verbs.Listener;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.util.concurrent.atomic.AtomicBoolean;

/** A listening {@code rdma_cm_id}. */
final class CmListener implements Listener {
  private final CmEventChannel channel;
  private final long id;
  private final String device;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  CmListener(CmEventChannel channel, long id) {
    this.channel = channel;
    this.id = id;
    device = CmEndpoint.deviceOf(id);
    port = Short.toUnsignedInt(Short.reverseBytes((short) ConnectionCalls.GET_SRC_PORT.call(id)));
  }

  long id() {
    return id;
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public ProtectionDomain allocateDomain() {
    return CmEndpoint.allocateDomain(id);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      channel.destroy(this, () -> ConnectionCalls.DESTROY_ID.call(id));
    }
  }
}
