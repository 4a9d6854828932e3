package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.VerbsDevice;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private boolean isDead;
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

  boolean isDead() {
    return isDead;
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
