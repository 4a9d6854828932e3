package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;

import io.elasticmemory.port.Memories;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that is lent, in slabs. A slab is free, taken, returning, or being cleaned; only a
 * clean one is free. Cleaning has a thread of its own, because gigabytes take a while and their
 * last holder need not wait; who wants slabs waits for it. Usable from every thread.
 *
 * <pre>
 *   free ──take──▶ taken ──expect──▶ returning ──giveBack──▶ being cleaned
 *     ▲                                                            │
 *     └────────────────────────── zero ────────────────────────────┘
 * </pre>
 */
final class SlabPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SlabPool.class);

  /**
   * How long {@link #take} waits at most for slabs that return or are being cleaned: less than a
   * client waits for an answer.
   */
  private static final long RETURN_MILLIS_MAX = 3_000;

  private final Memories memories;
  private final boolean reserve;
  private final MemorySegment memory;
  private final List<MemorySegment> segments = new ArrayList<>();
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private final BlockingQueue<Integer> dirty = new LinkedBlockingQueue<>();
  private final Thread cleaner;

  /** Guarded by this. */
  private final Deque<Integer> free = new ArrayDeque<>();

  /** Slabs that are expected, in {@link #dirty} or in the cleaner's hands; guarded by this. */
  private int onTheirWay;

  /**
   * Sets the memory aside.
   *
   * @param reserve take it now and never give it back to the system
   * @param forDevice ask for huge pages, of which a device has to know fewer
   */
  SlabPool(Memories memories, int slabs, boolean reserve, boolean forDevice) {
    this.memories = memories;
    this.reserve = reserve;
    memory = memories.reservePrivate(slabs * SLAB_BYTES);
    if (forDevice) {
      memories.preferHugePages(memory);
    }
    for (int slab = 0; slab < slabs; slab++) {
      MemorySegment segment = memory.asSlice(slab * SLAB_BYTES, SLAB_BYTES);
      if (reserve) {
        segment.fill((byte) 0);
      }
      segments.add(segment);
      buffers.add(segment.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
      free.add(slab);
    }
    cleaner = Thread.ofPlatform().daemon().name("exporter-cleaner").start(this::clean);
  }

  /** Slabs there are. */
  int slabs() {
    return segments.size();
  }

  /** Slabs that could be taken now. */
  synchronized int freeSlabs() {
    return free.size();
  }

  /**
   * What {@link #take} gave.
   *
   * @param slabs those that were wanted, all zero; none if there were too few
   * @param freeBefore slabs that could be taken then
   */
  record Taken(int[] slabs, int freeBefore) {}

  /**
   * Takes {@code wanted} slabs, or none. Those that are on their way are waited for if there are
   * enough then; who wants fewer gets them meanwhile.
   */
  synchronized Taken take(int wanted) throws InterruptedException {
    long end = System.nanoTime() + RETURN_MILLIS_MAX * 1_000_000;
    while (free.size() < wanted && free.size() + onTheirWay >= wanted) {
      long millis = (end - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        break;
      }
      wait(millis);
    }
    int before = free.size();
    int[] taken = new int[wanted <= before ? wanted : 0];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = free.removeFirst();
    }
    return new Taken(taken, before);
  }

  /** Notes that so many will be given back soon, so that who wants slabs waits for them. */
  synchronized void expect(int slabs) {
    onTheirWay += slabs;
  }

  /** Takes expected slabs back that nobody uses any more; they are free once they are zero. */
  void giveBack(int[] slabs) {
    for (int slab : slabs) {
      dirty.add(slab);
    }
  }

  /** Bytes of all slabs that are in huge pages. */
  long hugePageBytes() {
    return memories.hugePageBytes(memory);
  }

  /** The memory of one slab. */
  MemorySegment segment(int slab) {
    return segments.get(slab);
  }

  /** A view of bytes of one slab with its own position and limit. */
  ByteBuffer bytes(int slab, int offset, int length) {
    return buffers.get(slab).slice(offset, length);
  }

  private void clean() {
    try {
      while (true) {
        int slab = dirty.take();
        zero(slab);
        cleaned(slab);
      }
    } catch (InterruptedException e) {
      // The exporter has been closed.
    } catch (RuntimeException | Error e) {
      log.error("slabs cannot be cleaned any more, those given back stay unused", e);
    }
  }

  private void zero(int slab) {
    if (reserve) {
      segments.get(slab).fill((byte) 0);
    } else {
      memories.clearPrivate(segments.get(slab));
    }
  }

  private synchronized void cleaned(int slab) {
    onTheirWay--;
    free.addLast(slab);
    notifyAll();
  }

  /** Stops cleaning and gives the pages back. Nobody may use a slab any more. */
  @Override
  public void close() {
    cleaner.interrupt();
    try {
      cleaner.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    synchronized (this) {
      for (int slab = 0; slab < segments.size(); slab++) {
        if (reserve || !free.contains(slab)) {
          memories.clearPrivate(segments.get(slab));
        }
      }
      free.clear();
    }
  }
}
