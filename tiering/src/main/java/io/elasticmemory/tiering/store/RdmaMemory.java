package io.elasticmemory.tiering.store;

import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of this side that a device may use: the segments that frames are in, each registered
 * when it is first seen. That takes some 100 µs, so it is done once; there are few of them, and
 * small. Used by one thread.
 */
final class RdmaMemory implements AutoCloseable {
  /** Frames come from so few segments. */
  private static final int REGIONS_MAX = 16;

  private final ProtectionDomain domain;
  private final List<MemoryRegion> regions = new ArrayList<>(REGIONS_MAX);

  RdmaMemory(ProtectionDomain domain) {
    this.domain = domain;
  }

  /**
   * The region of the segment that a frame is in.
   *
   * @throws io.elasticmemory.EmpException if it cannot be registered
   */
  MemoryRegion region(MemorySegment frames) {
    for (int i = 0; i < regions.size(); i++) {
      MemoryRegion region = regions.get(i);
      if (region.memory().address() == frames.address()
          && region.memory().byteSize() == frames.byteSize()) {
        return region;
      }
    }
    return register(frames);
  }

  private MemoryRegion register(MemorySegment frames) {
    if (regions.size() == REGIONS_MAX) {
      throw new IllegalStateException("frames in more than " + REGIONS_MAX + " segments");
    }
    MemoryRegion region = domain.register(frames, 0);
    regions.add(region);
    return region;
  }

  @Override
  public void close() {
    regions.forEach(MemoryRegion::close);
    regions.clear();
  }
}
