package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;

/**
 * The threads of the simulated application. Each goes from one operation to the next: single words,
 * runs of words, whole blocks, zeros, and unmapped ranges. Every value written is new, and every
 * value found, by a read or just before it is overwritten, must be the model's.
 */
final class Application {
  private enum Deed {
    READ,
    WRITE,
    CLEAR
  }

  /** One thread and what it is about. */
  private final class Worker {
    private final SimThread thread;
    private Deed deed = Deed.READ;
    private long at;
    private int left;
    private int strideBytes;
    private long restUntil;

    Worker(SimThread thread) {
      this.thread = thread;
    }

    boolean canStep() {
      return !thread.waiting && (left > 0 || !closing) && clock.nanoTime() >= restUntil;
    }

    void step() {
      if (left == 0) {
        begin(this);
        return;
      }
      boolean writes = deed != Deed.READ;
      if (!kernel.access(thread, at, writes, clock.nanoTime())) {
        trace.add(
            writes ? "thread %2$d waits to write word %3$d of block %1$d" : WAITS_TO_READ,
            geometry.blockOf(at),
            thread.id,
            wordOf(at));
        return;
      }
      visit(thread, at, deed);
      at = (at + strideBytes) % geometry.capacityBytes();
      if (--left == 0) {
        operations++;
      }
    }
  }

  private static final String WAITS_TO_READ = "thread %2$d waits to read word %3$d of block %1$d";

  private final Geometry geometry;
  private final SimKernel kernel;
  private final TableView table;
  private final Model model;
  private final VirtualClock clock;
  private final Seeded random;
  private final Tally tally;
  private final Trace trace;
  private final Pins pins;
  private final Worker[] workers;
  private int hotBlock;
  private int operations;
  private long stores;
  private long versions;
  private boolean closing;

  Application(
      Geometry geometry,
      SimKernel kernel,
      TableView table,
      Model model,
      VirtualClock clock,
      Seeded random,
      Tally tally,
      Trace trace,
      Pins pins) {
    this.geometry = geometry;
    this.kernel = kernel;
    this.table = table;
    this.model = model;
    this.clock = clock;
    this.random = random;
    this.tally = tally;
    this.trace = trace;
    this.pins = pins;
    workers = new Worker[kernel.threadCount()];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(kernel.thread(i));
    }
  }

  /** Operations that are over. */
  int operations() {
    return operations;
  }

  /** An operation that is no thread's, such as a command, is over. */
  void operationDone() {
    operations++;
  }

  /** Words written so far. */
  long stores() {
    return stores;
  }

  /** From now on threads finish what they are about and begin nothing. */
  void close() {
    closing = true;
  }

  /** All threads are gone, whatever they were about. */
  void exit() {
    closing = true;
    for (Worker worker : workers) {
      worker.left = 0;
    }
  }

  void reopen() {
    closing = false;
  }

  boolean isIdle() {
    for (Worker worker : workers) {
      if (worker.left > 0) {
        return false;
      }
    }
    return true;
  }

  /** Lets up to so many steps happen; returns how many did. */
  int steps(int most) {
    int done = 0;
    while (done < most) {
      Worker worker = pick();
      if (worker == null) {
        return done;
      }
      int burst = 1 + random.below(3);
      do {
        worker.step();
        done++;
      } while (--burst > 0 && done < most && worker.canStep());
    }
    return done;
  }

  private @org.jspecify.annotations.Nullable Worker pick() {
    int first = random.below(workers.length);
    for (int i = 0; i < workers.length; i++) {
      Worker worker = workers[(first + i) % workers.length];
      if (worker.canStep()) {
        return worker;
      }
    }
    return null;
  }

  /** When the next resting thread goes on; {@link Long#MAX_VALUE} if none rests. */
  long nextRestEnd() {
    long next = Long.MAX_VALUE;
    for (Worker worker : workers) {
      if (!worker.thread.waiting && worker.restUntil > clock.nanoTime()) {
        next = Math.min(next, worker.restUntil);
      }
    }
    return next;
  }

  private void begin(Worker worker) {
    worker.deed = random.below(5) < 2 ? Deed.READ : Deed.WRITE;
    worker.strideBytes = 8;
    int choice = random.below(32);
    if (choice < 18) {
      aim(worker, someWord(), 1 + random.below(2));
    } else if (choice < 24) {
      aim(worker, someWord(), 1 + random.below(16));
    } else if (choice < 28) {
      worker.strideBytes = geometry.subblockBytes();
      aim(worker, someWord(), 1 + random.below(2 * geometry.subblocks()));
    } else if (choice < 30) {
      clear(worker);
    } else if (choice < 31) {
      worker.restUntil = clock.nanoTime() + random.between(0, 400_000);
    } else {
      unmap();
    }
  }

  private void aim(Worker worker, long offset, int words) {
    worker.at = offset;
    worker.left = words;
  }

  private void clear(Worker worker) {
    int block = someBlock();
    worker.deed = Deed.CLEAR;
    if (random.oneIn(2)) {
      aim(worker, geometry.offsetOf(block), geometry.blockBytes() / 8);
    } else {
      int subblock = random.below(geometry.subblocks());
      aim(worker, geometry.offsetOf(block, subblock), geometry.subblockBytes() / 8);
    }
  }

  private void unmap() {
    int block = someBlock();
    if (pins.isAsked(block)) {
      return;
    }
    trace.add("application unmaps block %d", block);
    kernel.unmap(geometry.offsetOf(block), geometry.blockBytes());
    if (BlockWord.activity(table.word(block)) == BlockWord.LEAVING) {
      tally.add(Happening.UNMAP_WHILE_LEAVING);
    }
    operations++;
  }

  /** Hot blocks mostly, and seldom one that is being discarded: its owner has given it back. */
  int someBlock() {
    if (random.oneIn(64)) {
      hotBlock = random.below(geometry.blockCount());
    }
    int block =
        random.below(4) == 0
            ? random.below(geometry.blockCount())
            : (hotBlock + random.below(20)) % geometry.blockCount();
    if (model.isDiscarded(block) && !random.oneIn(4)) {
      return random.below(geometry.blockCount());
    }
    return block;
  }

  private long someWord() {
    return geometry.offsetOf(someBlock()) + 8L * random.below(geometry.blockBytes() / 8);
  }

  private int wordOf(long offset) {
    return (int) (offset & (geometry.blockBytes() - 1)) / 8;
  }

  /** One load or store that the kernel lets through. */
  private void visit(SimThread thread, long offset, Deed deed) {
    long found = kernel.load(offset);
    if (model.isRemoved(offset)) {
      visitRemoved(offset, deed, found);
    } else if (found != model.word(offset)) {
      throw new SimFailure(
          "thread "
              + thread.id
              + " finds "
              + found
              + " in word "
              + wordOf(offset)
              + " of block "
              + geometry.blockOf(offset)
              + ", and should find "
              + model.word(offset),
          geometry.blockOf(offset));
    }
    if (deed != Deed.READ) {
      long value = deed == Deed.CLEAR ? 0 : ++versions;
      trace.add(
          "thread %2$d writes %4$d to word %3$d of block %1$d",
          geometry.blockOf(offset), thread.id, wordOf(offset), value);
      kernel.store(offset, value);
      model.write(offset, value);
      stores++;
    }
  }

  private void visitRemoved(long offset, Deed deed, long found) {
    if (found != 0 && found != model.word(offset)) {
      throw new SimFailure(
          "a removed page holds neither zeros nor its old bytes: " + found,
          geometry.blockOf(offset));
    }
    if (deed != Deed.READ) {
      model.pageDecided(offset, kernel.memory());
    }
  }
}
