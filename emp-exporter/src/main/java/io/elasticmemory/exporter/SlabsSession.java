package io.elasticmemory.exporter;

import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.RdmaLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slabs of a lease, and a directory of them. The lease is in use as long as the session lasts,
 * so its slabs go to nobody else.
 */
final class SlabsSession extends RdmaSession {
  /** What a client may do with its slabs. */
  static final int ACCESS = ProtectionDomain.REMOTE_READ | ProtectionDomain.REMOTE_WRITE;

  private final Lease lease;
  private final Arena arena = Arena.ofShared();
  private @Nullable MemoryRegion directory;

  private SlabsSession(
      ProtectionDomain domain, Lease lease, long instance, Consumer<RdmaSession> forget) {
    super(domain, instance, forget);
    this.lease = lease;
  }

  /**
   * Registers the slabs of a lease that has been entered; it is left when the session is closed.
   *
   * @param domain of the session alone; closed with it, or if this fails
   * @param forget told when the session has ended
   * @throws io.elasticmemory.EmpException if they cannot be registered
   */
  static SlabsSession open(
      ProtectionDomain domain,
      Lease lease,
      SlabPool pool,
      long instance,
      Consumer<RdmaSession> forget) {
    SlabsSession session = new SlabsSession(domain, lease, instance, forget);
    try {
      session.register(pool);
    } catch (RuntimeException e) {
      session.release();
      session.arena.close();
      throw e;
    }
    return session;
  }

  private void register(SlabPool pool) {
    long bytes = (long) lease.slabs() * RdmaLayout.ENTRY_BYTES;
    MemorySegment entries = arena.allocate(bytes, Long.BYTES);
    for (int slab = 0; slab < lease.slabs(); slab++) {
      MemorySegment memory = pool.segment(lease.slabOf(slab * MessageLayout.SLAB_BYTES));
      MemoryRegion region = register(memory, ACCESS);
      RdmaLayout.putSlab(entries, lease.id(), slab, region.remoteAddress(), region.remoteKey());
    }
    directory = register(entries, ProtectionDomain.REMOTE_READ);
  }

  /** Where the client finds its slabs; with the answer by RDMA, too, which some never see. */
  long directoryAddress() {
    return Objects.requireNonNull(directory).remoteAddress();
  }

  /** The key of that. */
  int directoryKey() {
    return Objects.requireNonNull(directory).remoteKey();
  }

  @Override
  boolean isOurs(RdmaLayout.Request request) {
    boolean isRole = request.role() == MessageLayout.URGENT || request.role() == MessageLayout.BULK;
    return isRole && request.lease() == lease.id();
  }

  @Override
  int answer(MemorySegment into) {
    new RdmaLayout.Answer(directoryAddress(), directoryKey(), lease.slabs()).write(into);
    return RdmaLayout.ANSWER_BYTES;
  }

  @Override
  void ended() {
    arena.close();
    lease.leave();
  }
}
