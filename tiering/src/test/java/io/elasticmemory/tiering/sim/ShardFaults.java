package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Stripes;
import java.lang.foreign.MemorySegment;

/** The faults of one shard's stripes, as strict about foreign ranges as the real ones. */
final class ShardFaults implements Faults {
  private final Faults faults;
  private final SimKernel kernel;
  private final Stripes stripes;
  private final int shard;

  ShardFaults(Faults faults, SimKernel kernel, Stripes stripes, int shard) {
    this.faults = faults;
    this.kernel = kernel;
    this.stripes = stripes;
    this.shard = shard;
  }

  private long own(long offset, long bytes) {
    if (!stripes.isOwn(shard, offset, bytes)) {
      throw new IllegalStateException(
          "range %d+%d is not inside one stripe of shard %d of %s"
              .formatted(offset, bytes, shard, stripes));
    }
    return offset;
  }

  @Override
  public int descriptor() {
    return faults.descriptor();
  }

  @Override
  public void read(FaultBatch batch) {
    kernel.read(batch, stripes, shard);
  }

  @Override
  public long copy(long offset, MemorySegment frames, long frameOffset, long bytes, int mode) {
    return faults.copy(own(offset, bytes), frames, frameOffset, bytes, mode);
  }

  @Override
  public long zero(long offset, long bytes, int mode) {
    return faults.zero(own(offset, bytes), bytes, mode);
  }

  @Override
  public long map(long offset, long bytes, int mode) {
    return faults.map(own(offset, bytes), bytes, mode);
  }

  @Override
  public long poison(long offset, long bytes) {
    return faults.poison(own(offset, bytes), bytes);
  }

  @Override
  public void protect(long offset, long bytes) {
    faults.protect(own(offset, bytes), bytes);
  }

  @Override
  public void unprotect(long offset, long bytes) {
    faults.unprotect(own(offset, bytes), bytes);
  }

  @Override
  public void wake(long offset, long bytes) {
    faults.wake(own(offset, bytes), bytes);
  }

  @Override
  public void close() {}
}
