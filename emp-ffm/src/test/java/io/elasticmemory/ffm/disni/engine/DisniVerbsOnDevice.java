package io.elasticmemory.ffm.disni.engine;

import io.elasticmemory.ffm.disni.DisniProvider;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Over a device of this machine, wanted with {@code -Demp.rdma.address=}, an address of it. */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class DisniVerbsOnDevice extends DisniVerbsContract {
  DisniVerbsOnDevice() {
    DisniProvider.install();
  }

  @Override
  protected InetAddress address() {
    try {
      return InetAddress.getByName(System.getProperty("emp.rdma.address"));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("-Demp.rdma.address is no address", e);
    }
  }
}
