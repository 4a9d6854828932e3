package io.elasticmemory.tiering.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.Stripes;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A page cache, a page table and a userfaultfd, as the real ones behave towards a shared memory
 * file. Per page: its bytes in the memory file (a hole reads as zeros), whether the page is there,
 * whether the application has it mapped, and whether the mapping is write-protected.
 *
 * <p>Threads of the application wait in their fault until they are woken, and then try again with
 * whatever holds by then: nobody hands them a page.
 */
final class SimKernel implements Faults, Pages {
  /** Calls of {@link #punch}. */
  int punches;

  private static final byte IS_PRESENT = 1;
  private static final byte IS_MAPPED = 2;
  private static final byte IS_PROTECTED = 4;
  private static final byte IS_PINNED = 8;

  /** A punch has zeroed and kept it. */
  private static final byte IS_KEPT = 16;

  /** An access is an error. */
  private static final byte IS_POISONED = 64;

  /** Nobody asked for it, and the application has not got it yet. */
  private static final byte IS_ALIEN = 32;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Stage stage;
  private final SimThread[] threads;
  private final byte[] memory;
  private final byte[] pages;
  private final int pageBytes;
  private final int pageShift;

  private SimThread[] queue;
  private long[] queueFaults;
  private int[] queueFlags;
  private int queueCount;
  private int resident;
  private boolean closed;
  private boolean exited;

  SimKernel(long capacityBytes, int pageBytes, int threadCount, Stage stage) {
    this.stage = stage;
    this.pageBytes = pageBytes;
    pageShift = Integer.numberOfTrailingZeros(pageBytes);
    memory = new byte[Math.toIntExact(capacityBytes)];
    pages = new byte[memory.length >>> pageShift];
    threads = new SimThread[threadCount];
    for (int i = 0; i < threadCount; i++) {
      threads[i] = new SimThread(i);
    }
    queue = new SimThread[4 * threadCount];
    queueFaults = new long[queue.length];
    queueFlags = new int[queue.length];
  }

  // ---- the application's side

  SimThread thread(int index) {
    return threads[index];
  }

  int threadCount() {
    return threads.length;
  }

  /**
   * True if the thread may load or store at once. Otherwise it waits in a fault, and the pager has
   * a message.
   */
  boolean access(SimThread thread, long offset, boolean write, long now) {
    byte page = pages[(int) (offset >>> pageShift)];
    if ((page & IS_POISONED) != 0) {
      thread.waitingSince = 0;
      throw new InternalError("a fault occurred in an unsafe memory access operation");
    }
    if ((page & IS_MAPPED) != 0 && (!write || (page & IS_PROTECTED) == 0)) {
      thread.waitingSince = 0;
      return true;
    }
    if (thread.waitingSince == 0) {
      thread.waitingSince = Math.max(1, now);
    }
    thread.waiting = true;
    thread.offset = offset;
    thread.write = write;
    report(thread, page);
    return false;
  }

  private void report(SimThread thread, byte page) {
    int flags = thread.write ? FaultBatch.WRITE : 0;
    if ((page & IS_MAPPED) != 0) {
      flags |= FaultBatch.PROTECTED;
      stage.seen(Happening.PROTECTED_WRITE);
    } else if ((page & IS_PRESENT) != 0) {
      flags |= FaultBatch.MINOR;
      stage.seen(thread.write ? Happening.MINOR_WRITE : Happening.MINOR_READ);
    } else {
      stage.seen(thread.write ? Happening.MISSING_WRITE : Happening.MISSING_READ);
    }
    stage.faulted(thread.offset, flags);
    thread.fault++;
    thread.told = false;
    dropVoidMessages();
    if (queueCount == queue.length) {
      queue = Arrays.copyOf(queue, 2 * queueCount);
      queueFaults = Arrays.copyOf(queueFaults, 2 * queueCount);
      queueFlags = Arrays.copyOf(queueFlags, 2 * queueCount);
    }
    queue[queueCount] = thread;
    queueFaults[queueCount] = thread.fault;
    queueFlags[queueCount] = flags;
    queueCount++;
  }

  /** Messages of threads that wait no more vanish unread. */
  private void dropVoidMessages() {
    int kept = 0;
    for (int i = 0; i < queueCount; i++) {
      if (queue[i].waiting && queue[i].fault == queueFaults[i]) {
        queue[kept] = queue[i];
        queueFaults[kept] = queueFaults[i];
        queueFlags[kept++] = queueFlags[i];
      }
    }
    queueCount = kept;
  }

  /** A signal reaches a thread in its fault: it faults again, so that its message comes twice. */
  void signal(SimThread thread) {
    if (thread.told) {
      stage.seen(Happening.DUPLICATE);
    }
    thread.waiting = false;
    thread.fault++;
  }

  /** Reads eight bytes after {@link #access} said yes. */
  long load(long offset) {
    return (long) WORD.get(memory, (int) offset);
  }

  /** Writes eight bytes after {@link #access} said yes. */
  void store(long offset, long value) {
    WORD.set(memory, (int) offset, value);
  }

  /** A device writes to the page it was given, of which nothing is left here if it was punched. */
  void deviceStore(long offset, long value) {
    if (isPresent(offset)) {
      store(offset, value);
    }
  }

  /** The application's {@code madvise(MADV_DONTNEED)}: pages stay, mappings go. */
  void unmap(long offset, long bytes) {
    for (int page = page(offset); page < page(offset + bytes); page++) {
      pages[page] &= ~(IS_MAPPED | IS_PROTECTED);
    }
  }

  /** The application's {@code madvise(MADV_DONTNEED)} on what is poisoned. */
  void heal(long offset, long bytes) {
    for (int page = page(offset); page < page(offset + bytes); page++) {
      pages[page] &= ~IS_POISONED;
    }
  }

  /** The application's {@code madvise(MADV_REMOVE)}: the page goes behind the pager's back. */
  void remove(long offset) {
    drop(page(offset));
  }

  /** Somebody outside reads a hole through a mapping: a page of zeros that nobody asked for. */
  void appear(long offset) {
    int page = page(offset);
    if ((pages[page] & IS_PRESENT) == 0) {
      pages[page] |= IS_PRESENT | IS_ALIEN;
      resident++;
    }
  }

  /** A device holds the page: a punch will only zero it. */
  void pin(long offset) {
    pages[page(offset)] |= IS_PINNED;
  }

  void unpin(long offset) {
    pages[page(offset)] &= ~IS_PINNED;
  }

  /** The application exits: its threads and its address space are gone, the memory file stays. */
  void exit() {
    exited = true;
    queueCount = 0;
    unmap(0, memory.length);
    for (SimThread thread : threads) {
      thread.waiting = false;
    }
  }

  boolean hasExited() {
    return exited;
  }

  private long refusal(Call call) {
    return exited ? GONE : stage.refusal(call);
  }

  // ---- what the simulation looks at

  /** The memory file's bytes: zeros where no page is present. */
  byte[] memory() {
    return memory;
  }

  int pageBytes() {
    return pageBytes;
  }

  /** In {@link #look}: a page of the range is there. */
  static final int ANY_PRESENT = IS_PRESENT;

  /** In {@link #look}: the application can write to a page without anybody noticing. */
  static final int ANY_WRITABLE = 2;

  /** In {@link #look}: a page holds zeros because a punch could not free it or nobody knows it. */
  static final int ANY_STRANGE = 4;

  /** What holds of the pages of a range. */
  int look(long offset, int bytes) {
    int first = page(offset);
    int end = first + (bytes >>> pageShift);
    int found = 0;
    for (int i = first; i < end; i++) {
      byte page = pages[i];
      found |= page & IS_PRESENT;
      if ((page & (IS_MAPPED | IS_PROTECTED)) == IS_MAPPED) {
        found |= ANY_WRITABLE;
      }
      if ((page & (IS_KEPT | IS_ALIEN)) != 0) {
        found |= ANY_STRANGE;
      }
    }
    return found;
  }

  /** True if all pages of the range are present and mapped. */
  boolean isMapped(long offset, int bytes) {
    return allAre(IS_PRESENT | IS_MAPPED, IS_PRESENT | IS_MAPPED, offset, bytes);
  }

  /** True if no access to the range is a fault. */
  boolean isOpen(long offset, int bytes) {
    int mask = IS_PRESENT | IS_MAPPED | IS_PROTECTED;
    return allAre(mask, IS_PRESENT | IS_MAPPED, offset, bytes);
  }

  private boolean allAre(int mask, int wanted, long offset, int bytes) {
    for (int page = page(offset); page < page(offset + bytes); page++) {
      if ((pages[page] & mask) != wanted) {
        return false;
      }
    }
    return true;
  }

  boolean isPresent(long offset) {
    return (pages[page(offset)] & IS_PRESENT) != 0;
  }

  boolean isPinned(long offset) {
    return (pages[page(offset)] & IS_PINNED) != 0;
  }

  /** True if messages wait to be read. */
  boolean hasMessages() {
    dropVoidMessages();
    return queueCount > 0;
  }

  private int page(long offset) {
    return (int) (offset >>> pageShift);
  }

  private void check(long offset, long bytes) {
    if (offset < 0 || bytes <= 0 || bytes > memory.length - offset) {
      throw new IllegalStateException(
          "range " + offset + "+" + bytes + " is not inside the space of " + memory.length);
    }
    if (((offset | bytes) & (pageBytes - 1)) != 0) {
      throw new IllegalStateException(
          "range " + offset + "+" + bytes + " is not a range of pages of " + pageBytes);
    }
    if (closed) {
      throw new IllegalStateException("closed");
    }
  }

  // ---- Faults

  @Override
  public int descriptor() {
    return -1;
  }

  @Override
  public void read(FaultBatch batch) {
    read(batch, Stripes.one(memory.length), 0);
  }

  /** Reads the messages of a shard. */
  void read(FaultBatch batch, Stripes stripes, int shard) {
    stage.before(Call.READ_MESSAGES, 0, 0, 0);
    batch.clear();
    dropVoidMessages();
    int kept = 0;
    for (int i = 0; i < queueCount; i++) {
      boolean own = stripes.shardOf(queue[i].offset) == shard;
      if (own && batch.count() < batch.capacity()) {
        queue[i].told = true;
        batch.add(queue[i].offset, queueFlags[i], queue[i].id + 1);
      } else {
        queue[kept] = queue[i];
        queueFaults[kept] = queueFaults[i];
        queueFlags[kept++] = queueFlags[i];
      }
    }
    queueCount = kept;
    stage.after(Call.READ_MESSAGES, 0, 0, 0, batch.count());
  }

  @Override
  public long copy(long offset, MemorySegment frames, long frameOffset, long bytes, int mode) {
    check(offset, bytes);
    stage.before(Call.COPY, offset, bytes, mode);
    long result = refusal(Call.COPY);
    if (result == 0) {
      long done = 0;
      while (done < bytes && !isPresent(offset + done)) {
        int at = (int) (offset + done);
        MemorySegment.copy(frames, JAVA_BYTE, frameOffset + done, memory, at, pageBytes);
        install(at, mode);
        done += pageBytes;
        stage.between();
      }
      result = installed(offset, done, mode);
    }
    stage.after(Call.COPY, offset, bytes, mode, result);
    return result;
  }

  @Override
  public long zero(long offset, long bytes, int mode) {
    check(offset, bytes);
    stage.before(Call.ZERO, offset, bytes, mode);
    long result = refusal(Call.ZERO);
    if (result == 0) {
      long done = 0;
      while (done < bytes && !isPresent(offset + done)) {
        install((int) (offset + done), mode & QUIET);
        done += pageBytes;
        stage.between();
      }
      result = installed(offset, done, mode);
    }
    stage.after(Call.ZERO, offset, bytes, mode, result);
    return result;
  }

  private void install(int offset, int mode) {
    pages[page(offset)] =
        (byte) (IS_PRESENT | IS_MAPPED | ((mode & PROTECTED) != 0 ? IS_PROTECTED : 0));
    resident++;
  }

  /** The kernel wakes who waits for what was done, and nobody if nothing was. */
  private long installed(long offset, long done, int mode) {
    if (done == 0) {
      return PRESENT;
    }
    if ((mode & QUIET) == 0) {
      wakeRange(offset, done);
    }
    return done;
  }

  @Override
  public long map(long offset, long bytes, int mode) {
    check(offset, bytes);
    stage.before(Call.MAP, offset, bytes, mode);
    long result = refusal(Call.MAP);
    if (result == 0) {
      result = mapPages(offset, bytes, mode);
    }
    stage.after(Call.MAP, offset, bytes, mode, result);
    return result;
  }

  private long mapPages(long offset, long bytes, int mode) {
    long done = 0;
    long stop = 0;
    while (done < bytes && stop == 0) {
      int page = page(offset + done);
      if ((pages[page] & IS_PRESENT) == 0) {
        stop = ABSENT;
      } else if ((pages[page] & IS_MAPPED) != 0) {
        stop = PRESENT;
      } else {
        pages[page] &= ~IS_ALIEN;
        pages[page] |= (byte) (IS_MAPPED | ((mode & PROTECTED) != 0 ? IS_PROTECTED : 0));
        done += pageBytes;
        stage.between();
      }
    }
    if (done > 0 && (mode & QUIET) == 0) {
      wakeRange(offset, done);
    }
    return done > 0 ? done : stop;
  }

  @Override
  public long poison(long offset, long bytes) {
    check(offset, bytes);
    stage.before(Call.POISON, offset, bytes, 0);
    long result = refusal(Call.POISON);
    if (result == 0) {
      long done = 0;
      while (done < bytes && (pages[page(offset + done)] & (IS_PRESENT | IS_POISONED)) == 0) {
        pages[page(offset + done)] |= IS_POISONED;
        done += pageBytes;
        stage.between();
      }
      result = installed(offset, done, 0);
    }
    stage.after(Call.POISON, offset, bytes, 0, result);
    return result;
  }

  @Override
  public void protect(long offset, long bytes) {
    check(offset, bytes);
    stage.before(Call.PROTECT, offset, bytes, 0);
    for (int page = page(offset); page < page(offset + bytes); page++) {
      if ((pages[page] & IS_MAPPED) != 0) {
        pages[page] |= IS_PROTECTED;
      }
      stage.between();
    }
    stage.after(Call.PROTECT, offset, bytes, 0, 0);
  }

  @Override
  public void unprotect(long offset, long bytes) {
    check(offset, bytes);
    stage.before(Call.UNPROTECT, offset, bytes, 0);
    for (int page = page(offset); page < page(offset + bytes); page++) {
      pages[page] &= ~IS_PROTECTED;
      stage.between();
    }
    wakeRange(offset, bytes);
    stage.after(Call.UNPROTECT, offset, bytes, 0, 0);
  }

  @Override
  public void wake(long offset, long bytes) {
    check(offset, bytes);
    stage.before(Call.WAKE, offset, bytes, 0);
    wakeRange(offset, bytes);
    stage.after(Call.WAKE, offset, bytes, 0, 0);
  }

  private void wakeRange(long offset, long bytes) {
    for (SimThread thread : threads) {
      if (thread.waiting && thread.offset >= offset && thread.offset < offset + bytes) {
        thread.waiting = false;
      }
    }
  }

  // ---- Pages

  @Override
  public void read(long offset, MemorySegment frames, long frameOffset, long bytes) {
    check(offset, bytes);
    stage.before(Call.READ_PAGES, offset, bytes, 0);
    for (long done = 0; done < bytes; done += pageBytes) {
      int at = (int) (offset + done);
      MemorySegment.copy(memory, at, frames, JAVA_BYTE, frameOffset + done, pageBytes);
      stage.between();
    }
    stage.after(Call.READ_PAGES, offset, bytes, 0, 0);
  }

  @Override
  public void punch(long offset, long bytes) {
    punches++;
    check(offset, bytes);
    stage.before(Call.PUNCH, offset, bytes, 0);
    // All mappings go at once, the pages one after the other: who touches one in between is told of
    // a page that is not mapped, and by the time somebody looks there is none.
    unmap(offset, bytes);
    for (int page = page(offset); page < page(offset + bytes); page++) {
      if ((pages[page] & IS_PINNED) != 0) {
        Arrays.fill(memory, page << pageShift, (page + 1) << pageShift, (byte) 0);
        pages[page] |= IS_KEPT;
      } else {
        drop(page);
      }
      stage.between();
    }
    stage.after(Call.PUNCH, offset, bytes, 0, 0);
  }

  private void drop(int page) {
    if ((pages[page] & IS_PRESENT) != 0) {
      Arrays.fill(memory, page << pageShift, (page + 1) << pageShift, (byte) 0);
      pages[page] &= IS_PINNED | IS_POISONED;
      resident--;
    }
  }

  @Override
  public void write(long offset, MemorySegment frames, long frameOffset, long bytes) {
    check(offset, bytes);
    stage.before(Call.WRITE_PAGES, offset, bytes, 0);
    MemorySegment.copy(frames, JAVA_BYTE, frameOffset, memory, (int) offset, (int) bytes);
    for (int page = page(offset); page < page(offset + bytes); page++) {
      resident += 1 - (pages[page] & IS_PRESENT);
      pages[page] |= IS_PRESENT;
    }
    stage.after(Call.WRITE_PAGES, offset, bytes, 0, 0);
  }

  @Override
  public long nextPresent(long offset, long end) {
    check(offset, end - offset);
    stage.before(Call.NEXT_PRESENT, offset, end - offset, 0);
    return next(offset, end, true);
  }

  @Override
  public long nextAbsent(long offset, long end) {
    check(offset, end - offset);
    stage.before(Call.NEXT_ABSENT, offset, end - offset, 0);
    return next(offset, end, false);
  }

  private long next(long offset, long end, boolean present) {
    long at = offset;
    while (at < end && isPresent(at) != present) {
      at += pageBytes;
    }
    return at;
  }

  @Override
  public long residentBytes() {
    return (long) resident << pageShift;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** The memory file, what is mapped of it, who waits, and of whom no pager knows yet. */
  void print(Fingerprint print) {
    print.add(memory, 0, memory.length);
    print.add(pages, 0, pages.length);
    for (SimThread thread : threads) {
      print.add(thread.waiting ? 2 * thread.offset + (thread.write ? 1 : 0) : -1);
    }
    dropVoidMessages();
    for (int i = 0; i < queueCount; i++) {
      print.add(16L * queue[i].id + queueFlags[i]);
    }
    print.add(queueCount);
  }
}
