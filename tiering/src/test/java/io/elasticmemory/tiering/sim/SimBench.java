package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.contract.SpaceBench;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A simulated kernel on its own, with one thread of the application for each access. */
final class SimBench implements SpaceBench {
  private static final int PAGE_BYTES = 256;
  private static final int PAGES = 32;
  private static final int THREADS = 16;

  private final SimKernel kernel =
      new SimKernel((long) PAGES * PAGE_BYTES, PAGE_BYTES, THREADS, Stage.QUIET);
  private final MemorySegment frames =
      MemorySegment.ofArray(new long[PAGES_MIN * PAGE_BYTES / Long.BYTES]);
  private final List<SimAccess> accesses = new ArrayList<>();

  /** Tries again whenever its thread is awake. */
  private final class SimAccess implements Access {
    private final SimThread thread;
    private final long offset;
    private final boolean write;
    private long value;
    private boolean ended;

    SimAccess(SimThread thread, long offset, boolean write, long value) {
      this.thread = thread;
      this.offset = offset;
      this.write = write;
      this.value = value;
    }

    void step() {
      if (ended || thread.waiting || !kernel.access(thread, offset, write, 0)) {
        return;
      }
      if (write) {
        kernel.store(offset, value);
      } else {
        value = kernel.load(offset);
      }
      ended = true;
    }

    @Override
    public boolean hasEnded() {
      return ended;
    }

    @Override
    public long value() {
      return value;
    }
  }

  @Override
  public Faults faults() {
    return kernel;
  }

  @Override
  public Pages pages() {
    return kernel;
  }

  @Override
  public int pageBytes() {
    return PAGE_BYTES;
  }

  @Override
  public long capacityBytes() {
    return (long) PAGES * PAGE_BYTES;
  }

  @Override
  public MemorySegment frames() {
    return frames;
  }

  @Override
  public Access read(long offset) {
    return begin(offset, false, 0);
  }

  @Override
  public Access write(long offset, long value) {
    return begin(offset, true, value);
  }

  private Access begin(long offset, boolean write, long value) {
    SimThread thread = kernel.thread(accesses.size());
    SimAccess access = new SimAccess(thread, offset, write, value);
    accesses.add(access);
    access.step();
    return access;
  }

  @Override
  public void unmap(long offset, long bytes) {
    kernel.unmap(offset, bytes);
  }

  @Override
  public void pause() {
    accesses.forEach(SimAccess::step);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
