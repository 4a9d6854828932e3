package io.elasticmemory;

import io.elasticmemory.space.EnvironmentSpace;
import io.elasticmemory.space.Space;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * A space: memory for one program that may be larger than its DRAM, as ordinary segments of {@link
 * Arena}s. A pager in a process of its own moves the space's blocks between DRAM and the donors of
 * the {@link MemPath} it was opened with.
 *
 * {@snippet :
 * try (Emp emp = Emp.open("dram:1024|/var/tmp/spill:8192:0");
 *     Arena arena = emp.ofShared()) {
 *   MemorySegment rows = arena.allocate(4L << 30, 64);
 *   rows.set(ValueLayout.JAVA_LONG, 0, 42);
 * }
 * }
 *
 * <p>A thread that touches an absent block waits for it, and every safepoint of the JVM waits with
 * it. So {@link #scan} what is gone through in order, {@link #load} what will be needed next, or
 * {@link #prefetch} it; and fill or copy at most a block per call. What devices, direct I/O or
 * io_uring read or write must be {@link #pin}ned meanwhile.
 *
 * <p>A program can have several spaces. If the pager of one ends, or a block is lost for good, the
 * process is killed with one line on standard error: no thread inside it could be relied on.
 *
 * <p>Safe for use by many threads. Methods of a closed space throw an {@link EmpException} of kind
 * CLOSED; so do those that wait for the pager when the space is closed meanwhile.
 */
public final class Emp implements AutoCloseable {
  /** Windows of a scan are as large as this, if the budget is. */
  private static final long SCAN_BYTES = 1L << 20;

  /** So many windows of a scan have room in a smaller budget. */
  private static final int SCANS_IN_DRAM = 8;

  private final Space space;
  private final boolean closeable;

  private Emp(Space space, boolean closeable) {
    this.space = space;
    this.closeable = closeable;
  }

  /**
   * Opens a space.
   *
   * @param path such as {@code dram:1024|/var/tmp/spill:8192:0}
   * @throws EmpException if the path is wrong, or this machine, a donor or the pager refuses
   */
  public static Emp open(String path) {
    return open(MemPath.parse(path));
  }

  /**
   * Opens a space.
   *
   * @throws EmpException if this machine, a donor or the pager refuses
   */
  public static Emp open(MemPath path) {
    return new Emp(Space.open(path), true);
  }

  /** Says in code what a path says in text. */
  public static EmpBuilder builder() {
    return new EmpBuilder();
  }

  /**
   * The space of the environment: of the system property {@code emp.path} (which the agent sets),
   * or of {@code EMP_PMEM_PATH}, or of {@code EMP_MEM_PATH}. It is opened at the first call, every
   * call returns the same, and it lives as long as the process: it cannot be closed.
   *
   * @throws EmpException if there is no path, or it is wrong, or the space cannot be opened; the
   *     next call tries again
   */
  public static Emp fromEnvironment() {
    return EnvironmentSpace.get(space -> new Emp(space, false));
  }

  /** An arena of this space like {@link Arena#ofConfined}. */
  public EmpArena ofConfined() {
    Arena lifetime = Arena.ofConfined();
    return new EmpArena(lifetime, space.openArena(lifetime), true);
  }

  /** An arena of this space like {@link Arena#ofShared}. */
  public EmpArena ofShared() {
    Arena lifetime = Arena.ofShared();
    return new EmpArena(lifetime, space.openArena(lifetime), true);
  }

  /** An arena of this space like {@link Arena#ofAuto}. */
  public EmpArena ofAuto() {
    Arena lifetime = Arena.ofAuto();
    return new EmpArena(lifetime, space.openAutoArena(lifetime), false);
  }

  /**
   * An arena of this space like {@link Arena#global}. Its segments live as long as the space: for
   * ever on the space of the environment, otherwise until {@link #close}.
   */
  public EmpArena global() {
    return new EmpArena(space.globalLifetime(), space.globalArena(), false);
  }

  /** The path the space was opened with. */
  public MemPath path() {
    return space.path();
  }

  /** Length of the space in bytes: how much can be allocated, at most. */
  public long capacityBytes() {
    return space.geometry().capacityBytes();
  }

  /** The DRAM budget in bytes, as last asked for. */
  public long dramBytes() {
    return space.budgetBytes();
  }

  /** Bytes of a block, the unit of replacement. */
  public int blockBytes() {
    return space.geometry().blockBytes();
  }

  /** Bytes of a subblock, the unit of transfer. */
  public int subblockBytes() {
    return space.geometry().subblockBytes();
  }

  /** Process id of the pager. */
  public long pagerPid() {
    return space.pagerPid();
  }

  /**
   * Changes the DRAM budget. Accepted at once; the future completes when the bytes present are
   * within the new budget, and exceptionally with an {@link EmpException} if the space is closed
   * before. Several changes may be under way: the last one holds, and one that was overtaken
   * completes with it.
   *
   * @throws IllegalArgumentException if it is less than the space can work with, or than twice what
   *     is pinned; the message says how much that is
   */
  public CompletableFuture<Void> resizeDram(long bytes) {
    return space.resize(bytes);
  }

  /**
   * Makes a whole segment present, see {@link #load(MemorySegment, long, long)}.
   *
   * @param segment of this space
   */
  public void load(MemorySegment segment) {
    load(segment, 0, segment.byteSize());
  }

  /**
   * Makes a part of a segment present before it is needed, and waits until it is. Safepoints and
   * collections go on meanwhile, which they do not while a thread waits for an absent block in
   * ordinary access. What is present counts as used, so that others leave before it: the pager is
   * told, which takes as long as a fault. A part larger than the budget pushes its own beginning
   * out again.
   *
   * <p>Nothing keeps what is loaded from leaving again. Where {@link #isUserModeOnly}, a system
   * call on it may fail then, and one that writes to it (a file is read) fails also on what is
   * present, because a page of which a donor has a copy is protected: {@link #pin} it instead.
   *
   * @param segment of this space
   * @param offset first byte in the segment
   * @param bytes how many
   * @throws IllegalArgumentException if the segment is not of this space
   * @throws IndexOutOfBoundsException if the part is not within the segment
   */
  public void load(MemorySegment segment, long offset, long bytes) {
    space.load(segment, offset, bytes);
  }

  /** Pins a whole segment, see {@link #pin(MemorySegment, long, long)}. */
  public Pin pin(MemorySegment segment) {
    return pin(segment, 0, segment.byteSize());
  }

  /**
   * Makes the blocks that hold a part of a segment present, mapped and writable, waits until they
   * are, and keeps them so until the pin is closed: they do not leave, and no access to them waits,
   * whoever makes it. Safepoints and collections go on meanwhile. Parts that overlap may be pinned
   * any number of times.
   *
   * <p>That is needed for what writes to memory without a page fault that a pager could see: direct
   * I/O ({@code O_DIRECT}), buffers registered with io_uring, RDMA and other devices. Their writes
   * to a block that is not pinned are lost when it leaves meanwhile, whatever the rights of the
   * program. Ordinary reads and writes of files and sockets need no pin, except where {@link
   * #isUserModeOnly}.
   *
   * {@snippet :
   * try (Pin pin = emp.pin(buffer)) {
   *   channel.read(buffer.asByteBuffer());
   * }
   * }
   *
   * <p>What is pinned counts as written when it may leave again. It cannot be discarded. If its
   * arena is closed before the pin, it is given to nobody else until the pin is closed, so that a
   * device that still writes there does no harm.
   *
   * @param segment of this space
   * @param offset first byte in the segment
   * @param bytes how many; whole blocks are pinned
   * @throws EmpException of kind CAPACITY if more than half of the DRAM budget would be pinned, or
   *     the blocks could not be brought; nothing more is pinned then
   * @throws IllegalArgumentException if the segment is not of this space
   * @throws IndexOutOfBoundsException if the part is not within the segment
   */
  public Pin pin(MemorySegment segment, long offset, long bytes) {
    long start = space.pin(segment, offset, bytes);
    return new Pin(segment, bytes, () -> space.unpin(start, bytes));
  }

  /**
   * True if the space was opened with {@code usermode=true} by a program without the right to more:
   * only accesses by the program's own code wait for absent memory. A system call on absent memory
   * fails with EFAULT, which is an {@link java.io.IOException} "Bad address" in Java, unless the
   * memory is {@link #pin}ned.
   */
  public boolean isUserModeOnly() {
    return space.isUserModeOnly();
  }

  /** Asks for a whole segment, see {@link #prefetch(MemorySegment, long, long)}. */
  public void prefetch(MemorySegment segment) {
    prefetch(segment, 0, segment.byteSize());
  }

  /**
   * Asks the pager to bring a part of a segment in and returns at once. A hint: dropped when many
   * are under way already or no DRAM is free.
   */
  public void prefetch(MemorySegment segment, long offset, long bytes) {
    space.prefetch(segment, offset, bytes);
  }

  /**
   * Asks the pager to bring single places of a segment in and returns at once: of each, the
   * subblock that holds it and no more. For a program that knows where it will read next: many
   * places can be on their way from a disk or an exporter at the same time, where threads that
   * touch them would wait for one after the other. A hint: what does not fit into a queue of 1024
   * is forgotten, and what is already present costs nothing. Takes no lock; one call for many
   * places is cheaper than many calls.
   *
   * <p>Two offsets have to be given as an array: two numbers are an offset and a length, see {@link
   * #prefetch(MemorySegment, long, long)}.
   *
   * {@snippet :
   * long[] rows = nextRows(64);
   * emp.prefetch(table, rows);
   * for (long row : rows) {
   *   sum += table.get(ValueLayout.JAVA_LONG, row);
   * }
   * }
   *
   * @param offsets bytes from the start of the segment, in the order in which they will be needed
   * @throws IndexOutOfBoundsException if one of them is not within the segment; then none was asked
   *     for
   */
  public void prefetch(MemorySegment segment, long... offsets) {
    space.prefetch(segment, offsets);
  }

  /** Goes through a segment in windows of a size that suits the space, see {@link SegmentScan}. */
  public SegmentScan scan(MemorySegment segment) {
    long blocks = Math.min(SCAN_BYTES, dramBytes() / SCANS_IN_DRAM) / blockBytes();
    return scan(segment, Math.max(1, blocks) * blockBytes());
  }

  /**
   * Goes through a segment in windows, each of which is present when it is handed out, see {@link
   * SegmentScan}.
   *
   * @param segment of this space
   * @param windowBytes bytes of a window, best whole elements and several blocks
   * @throws IllegalArgumentException if the segment is not of this space, or a window with those
   *     that are asked for ahead does not fit into the DRAM budget
   */
  public SegmentScan scan(MemorySegment segment, long windowBytes) {
    load(segment, 0, 0);
    long windowBytesMax = dramBytes() / (1 + SegmentScan.WINDOWS_AHEAD);
    if (windowBytes > windowBytesMax) {
      throw new IllegalArgumentException(
          ("windows of %d bytes are larger than the %d of which three fit into the DRAM budget;"
                  + " give smaller ones, or raise dram:<MiB>")
              .formatted(windowBytes, windowBytesMax));
    }
    return new SegmentScan(segment, windowBytes, this::load, this::prefetch);
  }

  /**
   * Says how a whole segment will be used, see {@link #advise(MemorySegment, long, long, Advice)}.
   */
  public void advise(MemorySegment segment, Advice advice) {
    advise(segment, 0, segment.byteSize(), advice);
  }

  /**
   * Says how a part of a segment will be used, and returns at once. A hint: dropped when many are
   * under way already. It holds for whole regions of 2 MiB that the part touches, until another is
   * given; {@link Advice#WILL_NEED} and {@link Advice#DONT_NEED} are done once.
   */
  public void advise(MemorySegment segment, long offset, long bytes, Advice advice) {
    space.advise(segment, offset, bytes, advice);
  }

  /** Evicts a whole segment, see {@link #unload(MemorySegment, long, long)}. */
  public void unload(MemorySegment segment) {
    unload(segment, 0, segment.byteSize());
  }

  /**
   * Sends the blocks that hold a part of a segment out of DRAM and waits until they have left.
   * Their contents stay: the next touch brings them back. Blocks that are touched meanwhile may
   * stay. An interrupted thread stops waiting, with its interrupt status set. Does nothing if there
   * is no tier below DRAM.
   */
  public void unload(MemorySegment segment, long offset, long bytes) {
    space.unload(segment, offset, bytes);
  }

  /** Whether a whole segment is present, see {@link #isLoaded(MemorySegment, long, long)}. */
  public boolean isLoaded(MemorySegment segment) {
    return isLoaded(segment, 0, segment.byteSize());
  }

  /** Whether every page of a part of a segment is in DRAM now. Touches nothing. */
  public boolean isLoaded(MemorySegment segment, long offset, long bytes) {
    return space.isLoaded(segment, offset, bytes);
  }

  /** Forgets a whole segment, see {@link #discard(MemorySegment, long, long)}. */
  public void discard(MemorySegment segment) {
    discard(segment, 0, segment.byteSize());
  }

  /**
   * Makes a part of a segment zero without writing it: whole blocks are forgotten in every tier,
   * only the edges are filled. Waits until it is done. Whoever writes to the part meanwhile may
   * lose what was written.
   *
   * @throws IllegalArgumentException also if the segment is read-only
   * @throws IllegalStateException if whole blocks of the part are pinned
   */
  public void discard(MemorySegment segment, long offset, long bytes) {
    space.discard(segment, offset, bytes);
  }

  /** Figures of the space. */
  public EmpStatistics statistics() {
    return space.statistics();
  }

  /**
   * Closes the space and ends its pager; what was in it is gone. If segments of automatic arenas
   * can still be reached, no more is handed out from now on and the space ends when the last of
   * them is gone. Closing twice is harmless.
   *
   * @throws IllegalStateException if confined or shared arenas are still open, or a segment of the
   *     global arena is in use; the space stays open
   * @throws UnsupportedOperationException on the space of the environment
   */
  @Override
  public void close() {
    if (!closeable) {
      throw new UnsupportedOperationException(
          "the space of the environment lives as long as the process");
    }
    space.close();
  }

  @Override
  public String toString() {
    return "Emp[" + path() + "]";
  }
}
