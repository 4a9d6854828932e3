package io.elasticmemory.ffm.verbs;

import static io.elasticmemory.ffm.libc.LinuxConstants.RLIMIT_MEMLOCK;
import static io.elasticmemory.ffm.libc.LinuxConstants.RLIM_INFINITY;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Addresses;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** An {@code ibv_pd}. */
final class IbvDomain implements ProtectionDomain {
  private static final long MIB = 1L << 20;

  /** The layouts were compared with what this process' libraries make. */
  private static final AtomicBoolean TESTED = new AtomicBoolean();

  private final long context;
  private final long domain;
  private final String device;
  private final AtomicBoolean closed = new AtomicBoolean();

  IbvDomain(long context, long domain, String device) {
    this.context = context;
    this.domain = domain;
    this.device = device;
  }

  long pointer() {
    return domain;
  }

  @Override
  public MemoryRegion register(MemorySegment memory, int access) {
    long address = Addresses.of(memory, 0, memory.byteSize());
    long region = VerbsCalls.REG_MR.call(domain, address, memory.byteSize(), ibvAccess(access));
    if (region == 0) {
      throw refusal(memory, Errno.last());
    }
    IbvRegion registered = new IbvRegion(region, memory);
    if (!TESTED.get()) {
      test(registered);
    }
    return registered;
  }

  private void test(IbvRegion registered) {
    try {
      LayoutSelfTest.require(context, registered);
      TESTED.set(true);
    } catch (EmpException e) {
      registered.close();
      throw e;
    }
  }

  private static int ibvAccess(int access) {
    int all = VerbsConstants.IBV_ACCESS_LOCAL_WRITE;
    all |= (access & REMOTE_READ) != 0 ? VerbsConstants.IBV_ACCESS_REMOTE_READ : 0;
    all |= (access & REMOTE_WRITE) != 0 ? VerbsConstants.IBV_ACCESS_REMOTE_WRITE : 0;
    return all | ((access & REMOTE_ATOMIC) != 0 ? VerbsConstants.IBV_ACCESS_REMOTE_ATOMIC : 0);
  }

  private EmpException refusal(MemorySegment memory, int errno) {
    String what =
        "registering %d MiB with RDMA device %s"
            .formatted((memory.byteSize() + MIB - 1) / MIB, device);
    return errno == Errno.ENOMEM
        ? Failures.platform(what, -errno, "raise ulimit -l, which is " + lockedMemory())
        : Failures.platform(what, -errno, "use memory that is writable, and no device's");
  }

  private static String lockedMemory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(Structs.RLIMIT);
      ProcessCalls.getrlimit(RLIMIT_MEMLOCK, limit.address());
      long bytes = limit.get(JAVA_LONG, 0);
      return bytes == RLIM_INFINITY ? "unlimited" : bytes / 1024 + " KiB";
    }
  }

  @Override
  public CompletionQueue createCompletionQueue(int entries) {
    return IbvCompletionQueue.create(context, entries, device);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      long result = VerbsCalls.DEALLOC_PD.call(domain);
      if (result != 0) {
        throw new IllegalStateException(
            "a protection domain is closed that is in use: "
                + Errno.describe((int) Math.abs(result)));
      }
    }
  }
}
