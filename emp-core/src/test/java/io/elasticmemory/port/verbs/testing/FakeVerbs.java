package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.VerbsDevice;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A host of a {@link FakeFabric}, with one device. */
public final class FakeVerbs implements Verbs {
  private static final int SLOTS_MAX = 1024;
  private static final int READS_MAX = 16;

  final FakeFabric fabric;
  private final InetAddress address;
  private final boolean atomics;

  /** By key; guarded by the fabric. */
  private final Map<Integer, FakeRegion> regions = new HashMap<>();

  /** Not closed yet; guarded by the fabric. */
  private final Set<FakeEndpoint> endpoints = new LinkedHashSet<>();

  private long bytesAllowed = Long.MAX_VALUE;
  private boolean isDead;
  private boolean isPortDown;
  private boolean hasDevice = true;

  FakeVerbs(FakeFabric fabric, InetAddress address, boolean atomics) {
    this.fabric = fabric;
    this.address = address;
    this.atomics = atomics;
  }

  @Override
  public List<VerbsDevice> devices() {
    synchronized (fabric) {
      return hasDevice
          ? List.of(
              new VerbsDevice(
                  device(), atomics, 1L << 40, 1 << 16, SLOTS_MAX, 4 * SLOTS_MAX, READS_MAX))
          : List.of();
    }
  }

  @Override
  public EventChannel openChannel() {
    return new FakeEventChannel(this);
  }

  // ---- what tests say

  /** The host stops at once: it acknowledges nothing, and nobody is told. */
  public void die() {
    synchronized (fabric) {
      isDead = true;
    }
  }

  /** The device comes or goes. */
  public void hasDevice(boolean has) {
    synchronized (fabric) {
      hasDevice = has;
    }
  }

  /** The port of the device loses its network, which its own host is told. */
  public void portGoesDown() {
    synchronized (fabric) {
      isPortDown = true;
      tell(Kind.PORT_DOWN);
    }
  }

  /** It has it again, which nobody is told. */
  public void portComesUp() {
    synchronized (fabric) {
      isPortDown = false;
    }
  }

  /** The device is pulled out: it is gone, and its own host is told. */
  public void removeDevice() {
    synchronized (fabric) {
      hasDevice = false;
      tell(Kind.DEVICE_REMOVED);
    }
  }

  /** The device fails all queue pairs it has, and its own host is told. */
  public void failQueuePairs() {
    synchronized (fabric) {
      endpoints.forEach(FakeEndpoint::failQueuePair);
      tell(Kind.QUEUE_PAIR_FAILED);
    }
  }

  private void tell(Kind kind) {
    endpoints.forEach(one -> one.told(kind));
  }

  /** No more than that may be registered at a time. */
  public void allow(long bytes) {
    synchronized (fabric) {
      bytesAllowed = bytes;
    }
  }

  void requireAllowed(long more) {
    long there = regions.values().stream().mapToLong(one -> one.memory().byteSize()).sum();
    if (there + more > bytesAllowed) {
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "registering %d KiB: raise ulimit -l, which is %d KiB"
              .formatted(more / 1024, bytesAllowed / 1024));
    }
  }

  /** Regions that are registered now. */
  public int regions() {
    synchronized (fabric) {
      return regions.size();
    }
  }

  // ---- what its parts say

  String device() {
    return "fake-" + address.getHostAddress();
  }

  InetAddress address() {
    return address;
  }

  boolean hasAtomics() {
    return atomics;
  }

  /** True while nothing gets to this host, or from it. */
  boolean isCutOff() {
    return isDead || isPortDown || !hasDevice;
  }

  boolean isDead() {
    return isDead;
  }

  void begins(FakeEndpoint endpoint) {
    endpoints.add(endpoint);
  }

  void ends(FakeEndpoint endpoint) {
    endpoints.remove(endpoint);
  }

  boolean hasDevice() {
    return hasDevice;
  }

  void registered(FakeRegion region) {
    regions.put(region.remoteKey(), region);
  }

  void deregistered(FakeRegion region) {
    regions.remove(region.remoteKey());
  }

  @Nullable FakeRegion region(int key) {
    return regions.get(key);
  }
}
