package io.elasticmemory.ffm.process;

import static io.elasticmemory.ffm.libc.LinuxConstants.O_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_RDONLY;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.port.Cpus;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** CPUs through {@code sched_setaffinity} and {@code /proc}. */
final class LinuxCpus implements Cpus {
  private static final int MASK_BYTES = 128;
  private static final int TEXT_BYTES = 1024;
  private static final int CALLING_THREAD = 0;
  private static final String THREAD_WAITS = "/proc/thread-self/schedstat";
  private static final byte[] BEFORE_ID = "/proc/".getBytes(US_ASCII);
  private static final byte[] AFTER_ID = "/stat\0".getBytes(US_ASCII);

  /** In {@code /proc/ID/stat}, counted from what follows the name. */
  private static final int PROCESSOR_FIELD = 37;

  private final MemorySegment all;
  private final MemorySegment one;
  private final MemorySegment now;
  private final MemorySegment text;
  private final @Nullable Descriptor waits;
  private int count;
  private boolean bound;

  /** The CPUs of the calling thread. */
  LinuxCpus() {
    // Freed by the collector: closing a shared arena would wait for every thread in a fault.
    Arena arena = Arena.ofAuto();
    all = arena.allocate(MASK_BYTES);
    one = arena.allocate(MASK_BYTES);
    now = arena.allocate(MASK_BYTES);
    text = arena.allocate(TEXT_BYTES);
    long result = ProcessCalls.schedGetaffinity(CALLING_THREAD, MASK_BYTES, all.address());
    // Where that is refused there is nothing to choose from; nobody fails for want of a choice.
    count = result < 0 ? 1 : size(all);
    long opened = FileCalls.open(THREAD_WAITS, O_RDONLY | O_CLOEXEC, 0);
    waits = opened < 0 ? null : new Descriptor((int) opened, THREAD_WAITS);
  }

  private static int size(MemorySegment mask) {
    int bits = 0;
    for (int i = 0; i < MASK_BYTES; i++) {
      bits += Integer.bitCount(mask.get(JAVA_BYTE, i) & 0xff);
    }
    return bits;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int cpu(int index) {
    int left = index;
    for (int cpu = 0; cpu < MASK_BYTES * Byte.SIZE; cpu++) {
      if (contains(cpu) && left-- == 0) {
        return cpu;
      }
    }
    throw new IndexOutOfBoundsException("CPU " + index + " of " + count);
  }

  /** Whoever else has changed where the thread may run had a reason: it holds from now on. */
  private void heedOthers() {
    long result = ProcessCalls.schedGetaffinity(CALLING_THREAD, MASK_BYTES, now.address());
    Reference.reachabilityFence(now);
    if (result >= 0 && now.mismatch(bound ? one : all) >= 0) {
      all.copyFrom(now);
      count = size(all);
      bound = false;
    }
  }

  @Override
  public boolean bind(int cpu) {
    if (!contains(cpu)) {
      return false;
    }
    one.fill((byte) 0);
    one.set(JAVA_BYTE, cpu / Byte.SIZE, (byte) (1 << cpu % Byte.SIZE));
    if (pin(one)) {
      bound = true;
    } else {
      release();
    }
    return bound;
  }

  @Override
  public void release() {
    if (bound) {
      pin(all);
      bound = false;
    }
  }

  private static boolean pin(MemorySegment mask) {
    long result = ProcessCalls.schedSetaffinity(CALLING_THREAD, MASK_BYTES, mask.address());
    Reference.reachabilityFence(mask);
    return result >= 0;
  }

  private boolean contains(int cpu) {
    return cpu >= 0
        && cpu < MASK_BYTES * Byte.SIZE
        && (all.get(JAVA_BYTE, cpu / Byte.SIZE) >>> cpu % Byte.SIZE & 1) != 0;
  }

  @Override
  public int cpuOf(int thread) {
    heedOthers();
    writePath(thread);
    long opened = FileCalls.open(text.address(), O_RDONLY | O_CLOEXEC, 0);
    if (opened < 0) {
      return -1;
    }
    long bytes = FileCalls.read((int) opened, text.address(), TEXT_BYTES);
    FileCalls.close((int) opened);
    int cpu = bytes < 0 ? -1 : (int) number(bytes, afterName(bytes), PROCESSOR_FIELD);
    Reference.reachabilityFence(text);
    return contains(cpu) ? cpu : -1;
  }

  private void writePath(int thread) {
    MemorySegment.copy(BEFORE_ID, 0, text, JAVA_BYTE, 0, BEFORE_ID.length);
    int digits = 1;
    for (int rest = thread / 10; rest > 0; rest /= 10) {
      digits++;
    }
    int rest = thread;
    for (int at = BEFORE_ID.length + digits - 1; at >= BEFORE_ID.length; at--) {
      text.set(JAVA_BYTE, at, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    MemorySegment.copy(AFTER_ID, 0, text, JAVA_BYTE, BEFORE_ID.length + digits, AFTER_ID.length);
  }

  /** A thread's name is in brackets and may hold anything, brackets included. */
  private long afterName(long bytes) {
    long at = bytes - 1;
    while (at > 0 && text.get(JAVA_BYTE, at) != ')') {
      at--;
    }
    return at + 1;
  }

  /** The number at a place in a row of fields with one blank before each; -1 if there is none. */
  private long number(long bytes, long from, int field) {
    long at = from;
    for (int blanks = 0; at < bytes; at++) {
      if (text.get(JAVA_BYTE, at) == ' ' && ++blanks == field) {
        break;
      }
    }
    long value = -1;
    for (at++; at < bytes; at++) {
      int digit = text.get(JAVA_BYTE, at) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = 10 * Math.max(0, value) + digit;
    }
    return value;
  }

  @Override
  public long waitedNanos() {
    if (waits == null) {
      return 0;
    }
    long bytes = FileCalls.pread(waits.descriptor(), text.address(), TEXT_BYTES, 0);
    Reference.reachabilityFence(text);
    return Math.max(0, number(bytes, 0, 1));
  }

  @Override
  public void close() {
    release();
    if (waits != null) {
      waits.close();
    }
  }
}
