package io.elasticmemory.ffm.disni.engine;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSge;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.verbs.MemoryRegion;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** A region of DiSNI. */
final class DisniRegion implements MemoryRegion {
  private final IbvMr region;
  private final MemorySegment memory;
  private final AtomicBoolean closed = new AtomicBoolean();

  DisniRegion(IbvMr region, MemorySegment memory) {
    this.region = region;
    this.memory = memory;
  }

  /** A part of it, as a request names it. */
  IbvSge range(long offset, int bytes) {
    Objects.checkFromIndexSize(offset, bytes, memory.byteSize());
    if (bytes <= 0 || closed.get()) {
      throw new IllegalArgumentException(
          closed.get() ? "the region is closed" : bytes + " bytes are nothing to move");
    }
    IbvSge range = new IbvSge();
    range.setAddr(memory.address() + offset);
    range.setLength(bytes);
    range.setLkey(region.getLkey());
    return range;
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public long remoteAddress() {
    return memory.address();
  }

  @Override
  public int remoteKey() {
    return region.getRkey();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Failing.run(Kind.PLATFORM, "giving a region back", () -> region.deregMr().execute().free());
    }
  }
}
