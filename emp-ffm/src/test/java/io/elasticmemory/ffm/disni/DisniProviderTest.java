package io.elasticmemory.ffm.disni;

import java.net.InetAddress;

/** On the fabric in memory. */
class DisniProviderTest extends DisniProviderContract {
  @Override
  InetAddress install() {
    OnFabric.install();
    return OnFabric.ADDRESS;
  }
}
