package io.elasticmemory.exporter;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.RdmaLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What one client can reach: the slabs of its lease, in a protection domain of its own. The lease
 * is in use as long as the session lasts, so its slabs go to nobody else; keys are valid in this
 * domain only, and given back when its queue pairs are gone. Usable from every thread.
 */
final class RdmaSession implements AutoCloseable {
  /** What a client may do with its slabs. */
  static final int ACCESS = ProtectionDomain.REMOTE_READ | ProtectionDomain.REMOTE_WRITE;

  /** This side asks for nothing, so it waits for nobody. */
  private static final Patience PATIENCE = new Patience(14, 3);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final ProtectionDomain domain;
  private final Lease lease;
  private final long instance;
  private final long token = RANDOM.nextLong();
  private final Consumer<RdmaSession> forget;
  private final Arena arena = Arena.ofShared();
  private final List<MemoryRegion> regions = new ArrayList<>();

  /** By role; guarded by this. */
  private final Map<Integer, Endpoint> endpoints = new HashMap<>();

  private final List<CompletionQueue> queues = new ArrayList<>();

  /** Guarded by this. */
  private boolean closed;

  private RdmaSession(
      ProtectionDomain domain, Lease lease, long instance, Consumer<RdmaSession> forget) {
    this.domain = domain;
    this.lease = lease;
    this.instance = instance;
    this.forget = forget;
  }

  /**
   * Registers the slabs of a lease that has been entered; it is left when the session is closed.
   *
   * @param domain of the session alone; closed with it, or if this fails
   * @param forget told when the session has ended
   * @throws EmpException if they cannot be registered
   */
  static RdmaSession open(
      ProtectionDomain domain,
      Lease lease,
      SlabPool pool,
      long instance,
      Consumer<RdmaSession> forget) {
    RdmaSession session = new RdmaSession(domain, lease, instance, forget);
    try {
      session.register(pool);
    } catch (RuntimeException e) {
      session.release();
      throw e;
    }
    return session;
  }

  private void register(SlabPool pool) {
    long bytes = (long) lease.slabs() * RdmaLayout.ENTRY_BYTES;
    MemorySegment directory = arena.allocate(bytes, Long.BYTES);
    for (int slab = 0; slab < lease.slabs(); slab++) {
      MemorySegment memory = pool.segment(lease.slabOf(slab * MessageLayout.SLAB_BYTES));
      MemoryRegion region = domain.register(memory, ACCESS);
      regions.add(region);
      RdmaLayout.putSlab(directory, lease.id(), slab, region.remoteAddress(), region.remoteKey());
    }
    regions.add(domain.register(directory, ProtectionDomain.REMOTE_READ));
  }

  /** What a client shows when it connects. */
  long token() {
    return token;
  }

  /** Where the client finds its slabs; with the answer by RDMA, too, which some never see. */
  long directoryAddress() {
    return regions.getLast().remoteAddress();
  }

  /** The key of that. */
  int directoryKey() {
    return regions.getLast().remoteKey();
  }

  /**
   * Takes a connection, or says that it does not belong here.
   *
   * @throws EmpException if the device does not have what that takes
   */
  synchronized boolean accept(Endpoint endpoint, RdmaLayout.Request request) {
    boolean isOurs = request.lease() == lease.id() && request.instance() == instance;
    boolean isRole = request.role() == MessageLayout.URGENT || request.role() == MessageLayout.BULK;
    if (closed || !isOurs || !isRole || endpoints.containsKey(request.role())) {
      return false;
    }
    CompletionQueue queue = domain.createCompletionQueue(1);
    queues.add(queue);
    endpoint.createQueuePair(domain, queue, 1, 0);
    endpoints.put(request.role(), endpoint);
    MemoryRegion directory = regions.getLast();
    try (Arena shortly = Arena.ofConfined()) {
      MemorySegment answer = shortly.allocate(RdmaLayout.ANSWER_BYTES);
      new RdmaLayout.Answer(directory.remoteAddress(), directory.remoteKey(), lease.slabs())
          .write(answer);
      endpoint.accept(PATIENCE, answer, RdmaLayout.ANSWER_BYTES);
    }
    return true;
  }

  /** When this returns nothing that the client has sent can land any more. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      endpoints.values().forEach(Endpoint::close);
      release();
    }
    forget.accept(this);
    lease.leave();
  }

  private void release() {
    queues.forEach(CompletionQueue::close);
    regions.forEach(MemoryRegion::close);
    domain.close();
    arena.close();
  }
}
