package io.elasticmemory.ffm.disni.engine;

import io.elasticmemory.ffm.disni.OnFabric;
import java.net.InetAddress;

/** Over the fabric in memory. */
class DisniVerbsTest extends DisniVerbsContract {
  DisniVerbsTest() {
    OnFabric.install();
  }

  @Override
  protected InetAddress address() {
    return OnFabric.ADDRESS;
  }
}
