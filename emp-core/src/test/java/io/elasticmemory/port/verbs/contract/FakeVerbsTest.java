package io.elasticmemory.port.verbs.contract;

import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.testing.FakeFabric;
import io.elasticmemory.port.verbs.testing.FakeVerbs;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The fabric in memory is as much RDMA as a device is. */
class FakeVerbsTest extends MessageContract {
  private final InetAddress address = address(2);
  private final FakeFabric fabric = new FakeFabric();
  private final FakeVerbs verbs = fabric.host(address(1), true);
  private final FakeVerbs otherVerbs = fabric.host(address, true);

  private static InetAddress address(int host) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  @Override
  protected Verbs verbs() {
    return verbs;
  }

  @Override
  protected Verbs otherVerbs() {
    return otherVerbs;
  }

  @Override
  protected InetAddress address() {
    return address;
  }

  @Override
  protected boolean isReadable(Pollable source) {
    return FakeFabric.isReadable(source);
  }
}
