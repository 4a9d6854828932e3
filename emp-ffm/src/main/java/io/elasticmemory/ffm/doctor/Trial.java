package io.elasticmemory.ffm.doctor;

import static io.elasticmemory.ffm.libc.LinuxConstants.MADV_POPULATE_READ;
import static io.elasticmemory.ffm.libc.LinuxConstants.POLLIN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.memfd.LinuxMemories;
import io.elasticmemory.ffm.socket.Waiting;
import io.elasticmemory.ffm.userfaultfd.Userfaultfd;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.SpaceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * A small space of which this process is application and pager at once, on which each fact that the
 * order of an eviction relies on is tried. The facts build on each other: call them in the order in
 * which they stand here.
 */
final class Trial implements AutoCloseable {
  private static final long SPACE_BYTES = 2L << 20;
  private static final long PAGE_BYTES = 4096;

  /** Nothing here waits for a disk or a network: what takes longer does not come. */
  private static final long PATIENCE_MILLIS = 1000;

  private static final long FIRST = 0x1111_1111_1111_1111L;
  private static final long SECOND = 0x2222_2222_2222_2222L;
  private static final long THIRD = 0x3333_3333_3333_3333L;

  private final SpaceMemory space;
  private final Descriptor uffd;
  private final Faults faults;
  private final Pages pages;
  private final FaultBatch batch = new FaultBatch(16);
  private final List<Touch> touches = new ArrayList<>();

  // Freed by the collector: a touching thread may outlive this object.
  private final MemorySegment frame = Arena.ofAuto().allocate(PAGE_BYTES, PAGE_BYTES);
  private final MemorySegment value = Arena.ofAuto().allocate(JAVA_LONG);

  /** A fact that does not hold on this machine. */
  static final class Drift extends Exception {
    private static final long serialVersionUID = 1L;

    Drift(String what) {
      super(what);
    }
  }

  private Trial(SpaceMemory space, Faults faults, Pages pages) {
    this.space = space;
    this.faults = faults;
    this.pages = pages;
    uffd = Descriptor.of(space.faults());
  }

  /** A trial on this machine. */
  static Trial open(boolean acceptUserMode) {
    return open(acceptUserMode, UnaryOperator.identity(), UnaryOperator.identity());
  }

  /** A trial on a machine that differs: with something around its faults and pages. */
  static Trial open(
      boolean acceptUserMode,
      UnaryOperator<Faults> aroundFaults,
      UnaryOperator<Pages> aroundPages) {
    LinuxMemories memories = new LinuxMemories();
    SpaceMemory space = memories.createSpace(SPACE_BYTES, acceptUserMode);
    Descriptor uffd = Descriptor.of(space.faults()).duplicate();
    Descriptor memfd = Descriptor.of(space.pages()).duplicate();
    return new Trial(
        space,
        aroundFaults.apply(memories.adoptFaults(uffd, space.base(), SPACE_BYTES)),
        aroundPages.apply(memories.adoptPages(memfd, SPACE_BYTES)));
  }

  /** The size of the memory file can be changed by nobody. */
  void sealsHold() throws Drift {
    int memfd = space.pages().descriptor();
    expect("truncating a sealed memory file", FileCalls.ftruncate(memfd, 0), -Errno.EPERM);
    expect("growing it", FileCalls.ftruncate(memfd, 2 * SPACE_BYTES), -Errno.EPERM);
  }

  /** A read of an absent page waits, and gets what COPY installs. */
  void copyInstalls() throws Drift {
    Touch read = read();
    expectFault(0);
    fill(FIRST);
    expect("COPY", faults.copy(0, frame, 0, PAGE_BYTES, Faults.PROTECTED), PAGE_BYTES);
    expectEnd(read);
    expectValue(value.get(JAVA_LONG, 0), FIRST);
  }

  /** What was installed write-protected reports the first write, and holds it back. */
  void copyProtects() throws Drift {
    Touch write = write(SECOND);
    expectFault(FaultBatch.WRITE | FaultBatch.PROTECTED);
    expectValue(inMemoryFile(), FIRST);
    faults.unprotect(0, PAGE_BYTES);
    expectEnd(write);
    expectValue(inMemoryFile(), SECOND);
  }

  /**
   * A page that is protected, read out and punched is a hole; its writer, woken, faults again and
   * finds what is installed then.
   */
  void punchLeavesAHole() throws Drift {
    faults.protect(0, PAGE_BYTES);
    Touch write = write(THIRD);
    expectFault(FaultBatch.WRITE | FaultBatch.PROTECTED);
    pages.read(0, frame, 0, PAGE_BYTES);
    pages.punch(0, PAGE_BYTES);
    if (pages.nextPresent(0, PAGE_BYTES) != PAGE_BYTES) {
      throw new Drift("a punched page is still there: it is part of a huge page or pinned");
    }
    faults.wake(0, PAGE_BYTES);
    expectFault(FaultBatch.WRITE);
    expect("COPY", faults.copy(0, frame, 0, PAGE_BYTES, 0), PAGE_BYTES);
    expectEnd(write);
    expectValue(inMemoryFile(), THIRD);
  }

  /** A page that is unmapped but kept comes back as MINOR, and mapped protected it stays so. */
  void mapProtects() throws Drift {
    space.unmap(0, PAGE_BYTES);
    Touch read = read();
    expectFault(FaultBatch.MINOR);
    expect("CONTINUE", faults.map(0, PAGE_BYTES, Faults.PROTECTED), PAGE_BYTES);
    expectEnd(read);
    expectValue(value.get(JAVA_LONG, 0), THIRD);
    Touch write = write(FIRST);
    expectFault(FaultBatch.WRITE | FaultBatch.PROTECTED);
    faults.unprotect(0, PAGE_BYTES);
    expectEnd(write);
  }

  /** Accesses by the kernel wait for the page too: loading ahead, read(), write(). */
  void kernelAccessTraps() throws Drift {
    long page = space.base() + PAGE_BYTES;
    Touch populate = touch(() -> MemoryCalls.madvise(page, PAGE_BYTES, MADV_POPULATE_READ));
    expectFaultAt(PAGE_BYTES, 0);
    expect("ZEROPAGE", faults.zero(PAGE_BYTES, PAGE_BYTES, 0), PAGE_BYTES);
    expectEnd(populate);
    expect("MADV_POPULATE_READ", populate.result(), 0);
  }

  /** The kernel counts the pages of the memory file exactly. */
  void framesAreCounted(long pageCount) throws Drift {
    expect("bytes of " + pageCount + " pages", pages.residentBytes(), pageCount * PAGE_BYTES);
  }

  private Touch read() {
    return touch(() -> MemoryCalls.memcpy(value.address(), space.base(), Long.BYTES));
  }

  private Touch write(long newValue) {
    value.set(JAVA_LONG, 0, newValue);
    return touch(() -> MemoryCalls.memcpy(space.base(), value.address(), Long.BYTES));
  }

  private Touch touch(LongSupplier access) {
    Touch touch = Touch.start(access);
    touches.add(touch);
    return touch;
  }

  private void fill(long newValue) {
    frame.fill((byte) 0);
    frame.set(JAVA_LONG, 0, newValue);
    frame.set(JAVA_BYTE, PAGE_BYTES - 1, (byte) newValue);
  }

  private long inMemoryFile() {
    pages.read(0, frame, 0, PAGE_BYTES);
    return frame.get(JAVA_LONG, 0);
  }

  private void expectFault(int flags) throws Drift {
    expectFaultAt(0, flags);
  }

  private void expectFaultAt(long offset, int flags) throws Drift {
    if (Waiting.await(uffd, POLLIN, PATIENCE_MILLIS) == 0) {
      throw new Drift("no page fault was reported within " + PATIENCE_MILLIS + " ms");
    }
    faults.read(batch);
    if (batch.count() != 1 || batch.offset(0) != offset || batch.flags(0) != flags) {
      String seen = batch.count() == 0 ? "nothing" : batch.flags(0) + " at " + batch.offset(0);
      throw new Drift("a page fault of kind " + flags + " was reported as " + seen);
    }
  }

  private static void expectEnd(Touch touch) throws Drift {
    if (!touch.ended(PATIENCE_MILLIS)) {
      throw new Drift("a thread still waits for a page that was installed");
    }
  }

  private static void expectValue(long seen, long expected) throws Drift {
    if (seen != expected) {
      throw new Drift("a page holds %x instead of %x".formatted(seen, expected));
    }
  }

  private static void expect(String what, long seen, long expected) throws Drift {
    if (seen != expected) {
      throw new Drift(what + " gave " + seen + " instead of " + expected);
    }
  }

  /** Frees threads that still wait, and only then the memory they wait for. */
  @Override
  public void close() {
    Userfaultfd.unregister(uffd, space.base(), SPACE_BYTES);
    boolean allEnded = touches.stream().allMatch(touch -> touch.ended(PATIENCE_MILLIS));
    faults.close();
    pages.close();
    if (allEnded) {
      space.close();
    }
  }
}
