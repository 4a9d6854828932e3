package io.elasticmemory.ffm.process;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.JavaThreads;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Java threads by the kernel's ids. {@code Thread} has the address of HotSpot's structure for it
 * ({@code eetop}), and that leads to the id. The structures are read through {@code /proc/self/mem}
 * because a thread may end meanwhile: memory that is gone is an error there and a crash here. What
 * was read counts only if the thread still has its structure afterwards.
 *
 * <p>Needs {@code java.lang} to be open to this class.
 */
final class HotSpotThreads implements JavaThreads {
  /** Looks at all threads are no closer than this if the last one has not found what was asked. */
  private static final long FRUITLESS_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int UNKNOWN = 0;

  private final Field eetop;
  private final long osThreadAt;
  private final long idAt;
  private final RandomAccessFile memory;
  private final byte[] bytes = new byte[Long.BYTES];
  private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  private final Map<Integer, WeakReference<Thread>> known = new HashMap<>();
  private long fruitlessAt = System.nanoTime() - FRUITLESS_PAUSE_NANOS;

  private HotSpotThreads(Field eetop, HotSpotStructs structs, RandomAccessFile memory) {
    this.eetop = eetop;
    this.memory = memory;
    osThreadAt = structs.offset("", "_osthread");
    idAt = structs.offset("OSThread", "_thread_id");
  }

  static HotSpotThreads open() {
    try {
      Field eetop = Thread.class.getDeclaredField("eetop");
      eetop.setAccessible(true);
      RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r");
      try {
        HotSpotThreads threads = new HotSpotThreads(eetop, HotSpotStructs.read(), memory);
        threads.requireRight();
        return threads;
      } catch (IOException | RuntimeException e) {
        memory.close();
        throw e;
      }
    } catch (IOException | ReflectiveOperationException | RuntimeException e) {
      throw new EmpException(
          Kind.PLATFORM,
          "this JVM (%s) does not show which of its threads have faults: %s"
              .formatted(Runtime.version(), e.getMessage()),
          e);
    }
  }

  /** The kernel says who is running this: what the JVM's structures say must be the same. */
  private void requireRight() throws IOException {
    String self = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
    int id = idOf(Thread.currentThread());
    if (id != Integer.parseInt(self)) {
      throw new IllegalStateException("its structures say %d for thread %s".formatted(id, self));
    }
  }

  @Override
  public @Nullable Thread find(int id) {
    Thread thread = knownBy(id);
    if (thread == null && System.nanoTime() - fruitlessAt >= FRUITLESS_PAUSE_NANOS) {
      lookAtAll();
      thread = knownBy(id);
      if (thread == null) {
        fruitlessAt = System.nanoTime();
      }
    }
    return thread;
  }

  /** Ids are given again when threads have ended. */
  private @Nullable Thread knownBy(int id) {
    WeakReference<Thread> reference = known.get(id);
    Thread thread = reference == null ? null : reference.get();
    return thread != null && idOf(thread) == id ? thread : null;
  }

  private void lookAtAll() {
    known.clear();
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] all = new Thread[root.activeCount() * 2 + 16];
    int count = root.enumerate(all);
    for (int i = 0; i < count; i++) {
      int id = idOf(all[i]);
      if (id != UNKNOWN) {
        known.put(id, new WeakReference<>(all[i]));
      }
    }
  }

  private int idOf(Thread thread) {
    try {
      long structure = eetop.getLong(thread);
      if (structure == 0) {
        return UNKNOWN;
      }
      long osThread = readLong(structure + osThreadAt);
      int id = osThread == 0 ? UNKNOWN : (int) readLong(osThread + idAt);
      return eetop.getLong(thread) == structure ? id : UNKNOWN;
    } catch (IOException | IllegalAccessException e) {
      // It has ended: its structure is gone.
      return UNKNOWN;
    }
  }

  private long readLong(long address) throws IOException {
    memory.seek(address);
    memory.readFully(bytes);
    return buffer.getLong(0);
  }

  @Override
  public void close() {
    try {
      memory.close();
    } catch (IOException e) {
      // Nothing was written.
    }
  }
}
