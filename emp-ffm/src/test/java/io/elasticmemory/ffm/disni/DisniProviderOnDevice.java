package io.elasticmemory.ffm.disni;

import java.net.InetAddress;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** On a device of this machine, wanted with {@code -Demp.rdma.address=}, an address of it. */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class DisniProviderOnDevice extends DisniProviderContract {
  @Override
  InetAddress install() throws Exception {
    DisniProvider.install();
    return InetAddress.getByName(System.getProperty("emp.rdma.address"));
  }
}
