package io.elasticmemory.ffm.memfd;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.userfaultfd.Userfaultfd;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.contract.SpaceBench;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A real space of which the test is pager and application. The application's threads touch it
 * inside downcalls: in Java code they would stop the collector and with it the test.
 */
final class LinuxSpaceBench implements SpaceBench {
  private static final int PAGE_BYTES = 4096;
  private static final long SPACE_BYTES = 2L << 20;

  private final LinuxMemories memories = new LinuxMemories();
  private final SpaceMemory space = memories.createSpace(SPACE_BYTES);
  private final Descriptor uffd = Descriptor.of(space.faults());
  private final Faults faults = memories.adoptFaults(uffd.duplicate(), space.base(), SPACE_BYTES);
  private final Pages pages =
      memories.adoptPages(Descriptor.of(space.pages()).duplicate(), SPACE_BYTES);
  private final MemorySegment frames =
      Arena.ofAuto().allocate((long) PAGES_MIN * PAGE_BYTES, PAGE_BYTES);
  private final List<Touch> touches = new ArrayList<>();

  /** One access by a thread of its own. */
  private static final class Touch implements Access {
    private final MemorySegment word = Arena.ofAuto().allocate(JAVA_LONG);
    private final Thread thread;

    Touch(long address, boolean write, long value) {
      word.set(JAVA_LONG, 0, value);
      long target = write ? address : word.address();
      long source = write ? word.address() : address;
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("toucher")
              .start(() -> MemoryCalls.memcpy(target, source, Long.BYTES));
    }

    @Override
    public boolean hasEnded() {
      return !thread.isAlive();
    }

    @Override
    public long value() {
      return word.get(JAVA_LONG, 0);
    }

    void join() {
      try {
        thread.join(5000);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (thread.isAlive()) {
        throw new AssertionError("a thread waits although nothing is registered any more");
      }
    }
  }

  SpaceMemory space() {
    return space;
  }

  @Override
  public Faults faults() {
    return faults;
  }

  @Override
  public Pages pages() {
    return pages;
  }

  @Override
  public int pageBytes() {
    return PAGE_BYTES;
  }

  @Override
  public long capacityBytes() {
    return SPACE_BYTES;
  }

  @Override
  public MemorySegment frames() {
    return frames;
  }

  @Override
  public Access read(long offset) {
    return touch(new Touch(space.base() + offset, false, 0));
  }

  @Override
  public Access write(long offset, long value) {
    return touch(new Touch(space.base() + offset, true, value));
  }

  private Access touch(Touch touch) {
    touches.add(touch);
    return touch;
  }

  @Override
  public void unmap(long offset, long bytes) {
    space.unmap(offset, bytes);
  }

  @Override
  public void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    Userfaultfd.unregister(uffd, space.base(), SPACE_BYTES);
    touches.forEach(Touch::join);
    faults.close();
    pages.close();
    space.close();
  }
}
