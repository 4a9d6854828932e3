package io.elasticmemory.tiering.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Holdings;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.tiering.store.Passage.Stage;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.LongFunction;

/**
 * A disk that keeps the copy of what an exporter has, and may be behind: a write is done when its
 * bytes are in the pager's memory and {@link Debts} says that the disk owes them. What the disk
 * does not take, or fails at, is tried again; when there is room for no more, nothing more is
 * taken, so that writes wait for the disk. While it may not lag, or no more debts can be noted, a
 * write is done when the disk has it: what earlier pagers have owed is paid by such writes, too.
 *
 * <p>Transfers to the same bytes keep their order. All bytes go through room of its own: a disk
 * that hangs holds nobody's frame, also after it was dropped.
 *
 * <p>Its time stands still while it is not polled. Used by one thread; allocates nothing in use.
 */
public final class BackupDonor implements Donor, Holdings {
  private static final long WRITE_BYTES = 12L << 20;
  private static final int WRITES_MIN = 16;
  private static final int WRITES_MAX = 192;
  private static final long READ_BYTES = 4L << 20;
  private static final int READS_MIN = 8;
  private static final int READS_MAX = 64;

  private static final long GAP_NANOS_MAX = MILLISECONDS.toNanos(20);
  private static final long RETRY_NANOS = MILLISECONDS.toNanos(10);

  private final Donor disk;
  private final MirrorSettings settings;
  private final Debts debts;
  private final Clock clock;
  private final MemorySegment room;
  private final Passage[] passages;
  private final int writes;
  private final IndexQueue freeWrites;
  private final IndexQueue freeReads;

  /** What the disk does not have yet, in the order in which it came. */
  private final IndexQueue waiting;

  private final IndexQueue toReport;
  private final Ended sink = this::ended;

  /** Slots that an earlier pager owed, by place of the debt. */
  private final int[] inherited;

  private int inheritedCount;
  private boolean mayLag;
  private boolean dropped;

  /** Reported as done, or to be, and not at the disk. */
  private int owed;

  private int active;
  private int startedSincePoll;
  private long order;
  private long polledAt;
  private long now;

  /** It has failed for too long at what was reported as done. */
  private boolean broken;

  private boolean closed;

  /**
   * A copy on a disk.
   *
   * @param disk has it, and is used by nobody else; closed with this
   * @param privateMemory gives memory that costs nothing until touched, aligned to pages
   */
  public BackupDonor(
      Donor disk,
      MirrorSettings settings,
      Debts debts,
      Clock clock,
      LongFunction<MemorySegment> privateMemory) {
    this.disk = disk;
    this.settings = settings;
    this.debts = debts;
    this.clock = clock;
    int blockBytes = settings.blockBytes();
    writes = (int) Math.clamp(WRITE_BYTES / blockBytes, WRITES_MIN, WRITES_MAX);
    int reads = (int) Math.clamp(READ_BYTES / blockBytes, READS_MIN, READS_MAX);
    passages = new Passage[writes + reads];
    freeWrites = new IndexQueue(writes);
    freeReads = new IndexQueue(reads);
    waiting = new IndexQueue(passages.length);
    toReport = new IndexQueue(passages.length);
    room = privateMemory.apply((long) passages.length * blockBytes);
    for (int i = 0; i < passages.length; i++) {
      passages[i] = new Passage(i, (long) i * blockBytes);
      (i < writes ? freeWrites : freeReads).add(i);
    }
    inherited = new int[debts.places()];
    for (int place = 0; place < inherited.length; place++) {
      inherited[place] = debts.slot(place);
      inheritedCount += inherited[place] == Debts.NONE ? 0 : 1;
    }
    polledAt = clock.nanoTime();
  }

  // ---- what a mirror asks

  /** Whether a write may be reported as done before the disk has it. */
  void mayLag(boolean may) {
    mayLag = may;
  }

  /** True if something that was reported as done is not at the disk. */
  boolean owes() {
    return owed > 0;
  }

  /** True if an earlier pager has owed the slot, and nobody has paid since. */
  boolean lacks(int slot) {
    for (int place = 0; inheritedCount > 0 && place < inherited.length; place++) {
      if (inherited[place] == slot) {
        return true;
      }
    }
    return false;
  }

  /** How many debts of earlier pagers are not paid. */
  int lackingCount() {
    return inheritedCount;
  }

  /** Their slots. */
  void eachLacking(IntConsumer slots) {
    for (int slot : inherited) {
      if (slot != Debts.NONE) {
        slots.accept(slot);
      }
    }
  }

  /** Nobody has what earlier pagers have owed. */
  void forgiveLacking() {
    for (int place = 0; inheritedCount > 0 && place < inherited.length; place++) {
      payInherited(place);
    }
  }

  private void payInherited(int place) {
    if (inherited[place] != Debts.NONE) {
      debts.pay(place);
      inherited[place] = Debts.NONE;
      inheritedCount--;
    }
  }

  private void payInheritedOf(long position, int bytes) {
    int blockBytes = settings.blockBytes();
    if (inheritedCount > 0 && bytes == blockBytes && position % blockBytes == 0) {
      int slot = (int) (position / blockBytes);
      for (int place = 0; place < inherited.length; place++) {
        if (inherited[place] == slot) {
          payInherited(place);
        }
      }
    }
  }

  /** True if it has failed at what was reported as done, for longer than that may pass. */
  boolean isBroken() {
    return broken;
  }

  /** True if the disk has had something that was reported as done for too long. */
  boolean isStuck() {
    return oldestNanos() >= settings.lateNanos();
  }

  private long oldestNanos() {
    long oldest = 0;
    for (int i = 0; owed > 0 && i < writes; i++) {
      Passage passage = passages[i];
      if (passage.place != Debts.NONE) {
        oldest = Math.max(oldest, now - passage.begunAt);
      }
    }
    return oldest;
  }

  /** Forgets everything but what the disk is just about; that goes on in room of its own. */
  void drop() {
    dropped = true;
    mayLag = false;
    broken = false;
    forgiveLacking();
    clear(waiting);
    clear(toReport);
    for (Passage passage : passages) {
      payDebtOf(passage);
      passage.owner = null;
      if (passage.stage == Stage.WAITING || passage.stage == Stage.ENDED) {
        release(passage);
      }
    }
  }

  private static void clear(IndexQueue queue) {
    while (!queue.isEmpty()) {
      queue.take();
    }
  }

  /** After {@link #drop}: true once nothing of before is under way, and new writes may come. */
  boolean isDrained() {
    disk.poll(sink);
    return active == 0 && disk.isFenced();
  }

  /** It is used again, as one that has nothing. */
  void use() {
    dropped = false;
  }

  // ---- Donor

  @Override
  public String name() {
    return disk.name();
  }

  @Override
  public Tier tier() {
    return disk.tier();
  }

  @Override
  public long grantedBytes() {
    return disk.grantedBytes();
  }

  @Override
  public boolean isElsewhere() {
    return disk.isElsewhere();
  }

  @Override
  public boolean isFenced() {
    return disk.isFenced();
  }

  @Override
  public boolean start(Transfer transfer) {
    if (dropped) {
      throw new IllegalStateException(name() + " was dropped, and is asked");
    }
    Bounds.require(transfer, this, settings.blockBytes());
    boolean write = transfer.isWrite();
    IndexQueue free = write ? freeWrites : freeReads;
    if (free.isEmpty()) {
      return false;
    }
    int debt = Debts.NONE;
    if (write && mayLag && isInOneSlot(transfer)) {
      debt = debts.owe(slotOf(transfer.position()));
      owed += debt == Debts.NONE ? 0 : 1;
    }
    Passage passage = passages[free.take()];
    active++;
    passage.begin(transfer, debt, ++order, now);
    passage.ask(
        write, transfer.isUrgent(), transfer.position(), room, passage.roomAt, transfer.bytes());
    if (write) {
      MemorySegment.copy(
          transfer.frames(), transfer.frameOffset(), room, passage.roomAt, transfer.bytes());
    }
    if (passage.isPromised) {
      toReport.add(passage.index);
    }
    if (!isReady(passage) || !isTaken(passage)) {
      waiting.add(passage.index);
    }
    return true;
  }

  private int slotOf(long position) {
    return (int) (position / settings.blockBytes());
  }

  private boolean isInOneSlot(Transfer transfer) {
    return slotOf(transfer.position()) == slotOf(transfer.position() + transfer.bytes() - 1);
  }

  private boolean isReady(Passage passage) {
    boolean ready = now - passage.notBefore >= 0;
    for (int i = 0; ready && i < writes; i++) {
      ready = !passage.isBehind(passages[i]);
    }
    return ready;
  }

  private boolean isTaken(Passage passage) {
    if (!disk.start(passage)) {
      return false;
    }
    passage.stage = Stage.UNDER_WAY;
    startedSincePoll++;
    return true;
  }

  @Override
  public int poll(Ended ended) {
    long time = clock.nanoTime();
    now += Math.min(time - polledAt, GAP_NANOS_MAX);
    polledAt = time;
    startedSincePoll = 0;
    disk.poll(sink);
    sendWaiting();
    return report(ended);
  }

  private void sendWaiting() {
    boolean full = false;
    int count = waiting.size();
    for (int i = 0; i < count; i++) {
      Passage passage = passages[waiting.take()];
      boolean ready = (!full || passage.isUrgent()) && isReady(passage);
      boolean taken = ready && isTaken(passage);
      full |= ready && !taken;
      if (!taken) {
        waiting.add(passage.index);
      }
    }
  }

  private int report(Ended ended) {
    int count = toReport.size();
    for (int i = 0; i < count; i++) {
      Passage passage = passages[toReport.take()];
      Transfer owner = Objects.requireNonNull(passage.owner);
      owner.end(passage.isPromised ? Outcome.DONE : passage.outcome());
      passage.owner = null;
      if (passage.stage == Stage.ENDED) {
        release(passage);
      }
      ended.ended(owner);
    }
    return count;
  }

  private void ended(Transfer transfer) {
    Passage passage = (Passage) transfer;
    if (dropped) {
      release(passage);
      return;
    }
    boolean good = passage.outcome() == Outcome.DONE;
    if (passage.isPromised && !good) {
      broken |= passage.fails(now, now + RETRY_NANOS) >= settings.failingNanos();
      waiting.add(passage.index);
      return;
    }
    broken &= !passage.hasFailed(); // whatever else fails still says so again
    payDebtOf(passage);
    passage.stage = Stage.ENDED;
    Transfer owner = passage.owner;
    if (good && passage.isWrite()) {
      payInheritedOf(passage.position(), passage.bytes());
    } else if (good && owner != null) {
      MemorySegment.copy(
          room, passage.roomAt, owner.frames(), owner.frameOffset(), passage.bytes());
    }
    if (owner == null) {
      release(passage);
    } else if (!passage.isPromised) {
      toReport.add(passage.index);
    }
  }

  private void payDebtOf(Passage passage) {
    if (passage.place != Debts.NONE) {
      debts.pay(passage.place);
      passage.place = Debts.NONE;
      owed--;
    }
  }

  private void release(Passage passage) {
    passage.stage = Stage.FREE;
    active--;
    (passage.index < writes ? freeWrites : freeReads).add(passage.index);
  }

  @Override
  public Holdings holdings() {
    return this;
  }

  /** What is under way to it goes on, and costs nobody anything. */
  @Override
  public void forget(long position, int bytes) {
    payInheritedOf(position, bytes);
  }

  @Override
  public boolean hasWork() {
    return startedSincePoll > 0 || !toReport.isEmpty() || disk.hasWork();
  }

  @Override
  public long nanosToNextEvent() {
    long next = active > 0 ? RETRY_NANOS : Long.MAX_VALUE;
    return Math.min(next, disk.nanosToNextEvent());
  }

  @Override
  public String lastFailure() {
    return isStuck()
        ? "a write has taken %,d ms".formatted(oldestNanos() / MILLISECONDS.toNanos(1))
        : disk.lastFailure();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      disk.close();
    }
  }
}
