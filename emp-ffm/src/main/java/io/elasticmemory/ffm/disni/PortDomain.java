package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvPd;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A domain, and its regions by their keys: DiSNI names memory by address and key only. */
final class PortDomain extends IbvPd {
  private final ProtectionDomain domain;
  private final Map<Integer, MemoryRegion> regions = new ConcurrentHashMap<>();

  PortDomain(PortContext context, ProtectionDomain domain) throws IOException {
    super(context);
    this.domain = domain;
  }

  ProtectionDomain domain() {
    return domain;
  }

  void add(MemoryRegion region) {
    regions.put(region.remoteKey(), region);
  }

  void remove(MemoryRegion region) {
    regions.remove(region.remoteKey(), region);
  }

  /** The region of a key. */
  MemoryRegion region(int key) throws IOException {
    MemoryRegion region = regions.get(key);
    if (region == null) {
      throw new IOException("no region of this domain has lkey 0x%x".formatted(key));
    }
    return region;
  }
}
