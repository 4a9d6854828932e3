package io.elasticmemory.ffm.disni.engine;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.ffm.libc.Addresses;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** A domain of DiSNI. */
final class DisniDomain implements ProtectionDomain {
  private final IbvContext context;
  private final IbvPd domain;
  private final AtomicBoolean closed = new AtomicBoolean();

  DisniDomain(IbvContext context, IbvPd domain) {
    this.context = context;
    this.domain = domain;
  }

  IbvPd domain() {
    return domain;
  }

  @Override
  public MemoryRegion register(MemorySegment memory, int access) {
    long address = Addresses.of(memory, 0, memory.byteSize());
    if (memory.byteSize() > Integer.MAX_VALUE) {
      throw new EmpException(
          Kind.PLATFORM,
          "registering %d bytes: DiSNI registers at most %d at once; leave engine=disni out"
              .formatted(memory.byteSize(), Integer.MAX_VALUE));
    }
    int bytes = (int) memory.byteSize();
    IbvMr region =
        Failing.of(
            Kind.PLATFORM,
            "registering %d bytes".formatted(bytes),
            () -> domain.regMr(address, bytes, disniAccess(access)).execute().free().getMr());
    return new DisniRegion(region, memory);
  }

  private static int disniAccess(int access) {
    int all = IbvMr.IBV_ACCESS_LOCAL_WRITE;
    all |= (access & REMOTE_READ) != 0 ? IbvMr.IBV_ACCESS_REMOTE_READ : 0;
    return all | ((access & REMOTE_WRITE) != 0 ? IbvMr.IBV_ACCESS_REMOTE_WRITE : 0);
  }

  @Override
  public CompletionQueue createCompletionQueue(int entries) {
    return DisniCompletionQueue.create(context, entries);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Failing.run(Kind.PLATFORM, "giving a protection domain back", domain::deallocPd);
    }
  }
}
