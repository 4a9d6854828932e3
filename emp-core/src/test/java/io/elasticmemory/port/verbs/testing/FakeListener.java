package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.verbs.Listener;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.net.InetSocketAddress;

/** An address of a host at which connections are taken. */
final class FakeListener implements Listener {
  private final FakeEventChannel channel;
  private final InetSocketAddress address;

  FakeListener(FakeEventChannel channel, InetSocketAddress address) {
    this.channel = channel;
    this.address = address;
  }

  FakeEventChannel channel() {
    return channel;
  }

  InetSocketAddress address() {
    return address;
  }

  @Override
  public String device() {
    return address.getAddress().isAnyLocalAddress() ? "" : channel.host().device();
  }

  @Override
  public int port() {
    return address.getPort();
  }

  @Override
  public ProtectionDomain allocateDomain() {
    if (device().isEmpty()) {
      throw new IllegalStateException("what is bound to no device has no domain");
    }
    return new FakeDomain(channel.host());
  }

  @Override
  public void close() {
    channel.host().fabric.listensNoMore(this);
  }
}
