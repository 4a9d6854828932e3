package io.elasticmemory.ffm.disni.engine;

import com.ibm.disni.verbs.RdmaCmId;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.verbs.Listener;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/** A listening id. */
final class DisniListener implements Listener {
  private final DisniEventChannel channel;
  private final RdmaCmId id;
  private final String device;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  DisniListener(DisniEventChannel channel, RdmaCmId id) {
    this.channel = channel;
    this.id = id;
    device = DisniEndpoint.deviceOf(id);
    port =
        Failing.of(
            Kind.DONOR,
            "asking for the port of a listener",
            () -> ((InetSocketAddress) id.getSource()).getPort());
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
    return DisniEndpoint.allocateDomain(id);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      channel.destroy(id, () -> Failing.run(Kind.DONOR, "closing a listener", id::destroyId));
    }
  }
}
