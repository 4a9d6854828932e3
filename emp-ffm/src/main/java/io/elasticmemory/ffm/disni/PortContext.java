package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvContext;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A device, as far as there is anything bound to it. In place of a descriptor it has a number,
 * which DiSNI's endpoints tell devices apart by.
 */
final class PortContext extends IbvContext {
  private static final int VECTORS = 1;

  private final String device;

  /** What is bound to the device, and how it makes a domain; guarded by this. */
  private final Map<Object, Supplier<ProtectionDomain>> bound = new LinkedHashMap<>();

  /** Of completion queues, which DiSNI makes without one; never given back. Guarded by this. */
  private @Nullable ProtectionDomain ofQueues;

  PortContext(String device, int number) throws IOException {
    super(number, VECTORS);
    this.device = device;
  }

  synchronized void bound(Object what, Supplier<ProtectionDomain> domains) {
    bound.put(what, domains);
  }

  /** Before it is closed. */
  synchronized void unbound(Object what) {
    bound.remove(what);
  }

  synchronized ProtectionDomain allocateDomain() throws IOException {
    if (bound.isEmpty()) {
      throw new IOException("nothing is bound to " + device + " any more: bind or resolve first");
    }
    return Calls.io(bound.values().iterator().next());
  }

  synchronized CompletionQueue createQueue(int entries) throws IOException {
    if (ofQueues == null) {
      ofQueues = allocateDomain();
    }
    ProtectionDomain of = ofQueues;
    return Calls.io(() -> of.createCompletionQueue(entries));
  }
}
