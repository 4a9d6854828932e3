package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.verbs.WorkStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RDMA between hosts that are objects. Operations are executed when they are posted, or held until
 * the test lets them go; they end as they would, or as the test says. What devices of hardware
 * count is counted, and misuse that they answer with lost memory is an {@link AssertionError}.
 * Usable from every thread: all of it is guarded by the fabric.
 */
public final class FakeFabric {
  private final Map<InetAddress, FakeVerbs> hosts = new HashMap<>();
  private final Map<InetSocketAddress, FakeListener> listeners = new HashMap<>();
  private final Deque<FakeQueuePair> underWay = new ArrayDeque<>();

  /** Those whose oldest operation is a message that the other side has no room for yet. */
  private final Deque<FakeQueuePair> waiting = new ArrayDeque<>();

  private final Deque<WorkStatus> script = new ArrayDeque<>();
  private final List<Runnable> strays = new ArrayList<>();
  private boolean holding;
  private boolean losesAnswers;
  private int nextKey = 0x1000;
  private int nextPort = 40_000;
  private int posts;

  /**
   * A host with one device.
   *
   * @param atomics whether that has atomic operations
   */
  public synchronized FakeVerbs host(InetAddress address, boolean atomics) {
    FakeVerbs host = new FakeVerbs(this, address, atomics);
    hosts.put(address, host);
    return host;
  }

  // ---- what tests say

  /** What is said with answers does not come through from now on, as with some libraries. */
  public synchronized void loseAnswers() {
    losesAnswers = true;
  }

  /** Operations that are posted from now on stay under way. */
  public synchronized void hold() {
    holding = true;
  }

  /** So many of those held, oldest first, are executed. */
  public synchronized void release(int operations) {
    for (int i = 0; i < operations && !underWay.isEmpty(); i++) {
      FakeQueuePair next = underWay.removeFirst();
      if (next.waitsForRoom()) {
        waiting.addLast(next);
      } else {
        next.executeOldest(nextStatus());
      }
    }
  }

  /** The operation that was posted last ends so, before all others. */
  public synchronized void releaseLast(WorkStatus status) {
    underWay.removeLast().executeOldest(status);
  }

  /** Nothing is held any more. */
  public synchronized void release() {
    holding = false;
    release(underWay.size());
  }

  /** The operations executed next end so, one after the other; SUCCESS is as they would. */
  public synchronized void endAs(WorkStatus... statuses) {
    script.addAll(List.of(statuses));
  }

  /**
   * Writes and atomic operations that were under way when their own end was closed arrive, as far
   * as the other end is still there.
   */
  public synchronized void landStrays() {
    strays.forEach(Runnable::run);
    strays.clear();
  }

  /** Whether a poller would say that a channel or queue of a fabric is readable. */
  public static boolean isReadable(Pollable source) {
    return switch (source) {
      case FakeEventChannel channel -> channel.isReadable();
      case FakeCompletionQueue queue -> queue.isReadable();
      default -> throw new IllegalArgumentException("not of a fabric: " + source);
    };
  }

  /** Operations under way. */
  public synchronized int underWay() {
    return underWay.size() + waiting.size();
  }

  /** How often operations were handed over, one or many at a time. */
  public synchronized int posts() {
    return posts;
  }

  // ---- what its parts say

  synchronized @Nullable FakeVerbs hostAt(InetAddress address) {
    return hosts.get(address);
  }

  synchronized boolean losesAnswers() {
    return losesAnswers;
  }

  synchronized int newKey() {
    return nextKey += 0x101;
  }

  synchronized boolean listens(FakeListener listener) {
    return listeners.putIfAbsent(listener.address(), listener) == null;
  }

  synchronized void listensNoMore(FakeListener listener) {
    listeners.remove(listener.address(), listener);
  }

  synchronized @Nullable FakeListener listenerAt(InetSocketAddress address) {
    FakeListener listener = listeners.get(address);
    return listener == null ? listeners.get(wildcard(address.getPort())) : listener;
  }

  private static InetSocketAddress wildcard(int port) {
    return new InetSocketAddress(port);
  }

  synchronized int freePort() {
    return nextPort++;
  }

  synchronized void posted(FakeQueuePair queuePair, int operations) {
    posts++;
    for (int i = 0; i < operations; i++) {
      underWay.addLast(queuePair);
    }
    if (!holding) {
      release(underWay.size());
    }
  }

  /** There is room for a message that may have waited for it. */
  synchronized void hasRoom() {
    underWay.addAll(waiting);
    waiting.clear();
    if (!holding) {
      release(underWay.size());
    }
  }

  /** A queue pair has ended or failed: nothing of it is under way. */
  synchronized void abandon(FakeQueuePair queuePair) {
    waiting.removeIf(one -> one == queuePair);
    List<FakeQueuePair> left = new ArrayList<>(underWay);
    left.removeIf(one -> one == queuePair);
    underWay.clear();
    underWay.addAll(left);
  }

  synchronized void strays(Runnable landing) {
    strays.add(landing);
  }

  private WorkStatus nextStatus() {
    return script.isEmpty() ? WorkStatus.SUCCESS : script.removeFirst();
  }
}
