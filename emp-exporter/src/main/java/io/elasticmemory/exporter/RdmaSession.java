package io.elasticmemory.exporter;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.ProtectionDomain;
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
 * What one client can reach past the CPU, in a protection domain of its own: keys are valid in this
 * domain only, and given back when its queue pairs are gone. It has a queue pair for each role.
 * Usable from every thread.
 */
abstract class RdmaSession implements AutoCloseable {
  /** This side asks for nothing, so it waits for nobody. */
  private static final Patience PATIENCE = new Patience(14, 3);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final ProtectionDomain domain;
  private final long instance;
  private final long token = RANDOM.nextLong();
  private final Consumer<RdmaSession> forget;
  private final List<MemoryRegion> regions = new ArrayList<>();

  /** By role; guarded by this. */
  private final Map<Integer, Endpoint> endpoints = new HashMap<>();

  private final List<CompletionQueue> queues = new ArrayList<>();

  /** Guarded by this. */
  private boolean closed;

  /**
   * A session in which nothing can be reached yet.
   *
   * @param domain of the session alone; closed with it
   * @param forget told when the session has ended
   */
  RdmaSession(ProtectionDomain domain, long instance, Consumer<RdmaSession> forget) {
    this.domain = domain;
    this.instance = instance;
    this.forget = forget;
  }

  /** Whether a connection with that role and lease belongs here. */
  abstract boolean isOurs(RdmaLayout.Request request);

  /** Fills what goes with the answer, at most {@link RdmaLayout#ANSWER_BYTES}; says how much. */
  abstract int answer(MemorySegment into);

  /** Nothing is registered any more. */
  abstract void ended();

  /** Makes memory reachable as long as the session lasts. */
  final MemoryRegion register(MemorySegment memory, int access) {
    MemoryRegion region = domain.register(memory, access);
    regions.add(region);
    return region;
  }

  /** What a client shows when it connects. */
  final long token() {
    return token;
  }

  /**
   * Takes a connection, or says that it does not belong here.
   *
   * @throws EmpException if the device does not have what that takes
   */
  final synchronized boolean accept(Endpoint endpoint, RdmaLayout.Request request) {
    boolean isOurs = request.instance() == instance && isOurs(request);
    if (closed || !isOurs || endpoints.containsKey(request.role())) {
      return false;
    }
    CompletionQueue queue = domain.createCompletionQueue(1);
    queues.add(queue);
    endpoint.createQueuePair(domain, queue, 1, 0);
    endpoints.put(request.role(), endpoint);
    try (Arena shortly = Arena.ofConfined()) {
      MemorySegment answer = shortly.allocate(RdmaLayout.ANSWER_BYTES);
      endpoint.accept(PATIENCE, answer, answer(answer));
    }
    return true;
  }

  /** When this returns nothing that the client has sent can land any more. */
  @Override
  public final void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      endpoints.values().forEach(Endpoint::close);
      release();
    }
    forget.accept(this);
    ended();
  }

  /** Gives everything back; also of a session that could not be opened. */
  final void release() {
    queues.forEach(CompletionQueue::close);
    regions.forEach(MemoryRegion::close);
    domain.close();
  }
}
