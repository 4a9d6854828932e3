package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvMr;
import io.elasticmemory.port.verbs.MemoryRegion;
import java.io.IOException;

/** A region. Its one key serves both sides: some DiSNI programs send their lkey as rkey. */
final class PortRegion extends IbvMr {
  private final PortDomain domain;
  private final MemoryRegion region;

  PortRegion(PortDomain domain, MemoryRegion region, int access) throws IOException {
    super(
        domain.getContext(),
        region.remoteAddress(),
        (int) region.memory().byteSize(),
        access,
        region.remoteKey(),
        region.remoteKey(),
        0);
    this.domain = domain;
    this.region = region;
  }

  void deregister() throws IOException {
    Calls.open(this, isOpen()).close();
    domain.remove(region);
    Calls.io(region::close);
  }
}
