package io.elasticmemory.port.verbs.testing;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.MessageQueuePair;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePairCapacity;
import io.elasticmemory.port.verbs.WorkStatus;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Work of a connection, executed in the fabric's time.
 *
 * <p>Slots are counted as hardware does it: an operation keeps its slot until the completion of it,
 * or of a later one, has been taken; one that finds none is refused with those behind it.
 */
final class FakeQueuePair implements MessageQueuePair {
  private enum What {
    READ,
    WRITE,
    SEND,
    COMPARE_AND_SWAP,
    FETCH_AND_ADD
  }

  /** An operation; {@code inline} has a write's bytes once it is posted. */
  private record Work(
      What what,
      long mark,
      boolean reported,
      FakeRegion local,
      long offset,
      int bytes,
      long address,
      int key,
      long first,
      long second,
      @Nullable MemorySegment inline) {}

  private final FakeEndpoint endpoint;
  private final FakeDomain domain;
  private final FakeCompletionQueue completions;
  private final FakeReceives receives;
  private final int slots;
  private final int inlineBytes;
  private final List<Work> prepared = new ArrayList<>();
  private final Deque<Work> underWay = new ArrayDeque<>();
  private long executed;
  private long reclaimed;
  private boolean failed;
  private boolean ended;

  FakeQueuePair(
      FakeEndpoint endpoint,
      FakeDomain domain,
      FakeCompletionQueue completions,
      FakeCompletionQueue receptions,
      QueuePairCapacity capacity) {
    this.endpoint = endpoint;
    this.domain = domain;
    this.completions = completions;
    slots = capacity.slots();
    inlineBytes = capacity.inlineBytes();
    receives = new FakeReceives(this, receptions, capacity.receives());
    domain.begin();
    completions.begin();
    receptions.begin();
  }

  private FakeFabric fabric() {
    return endpoint.host().fabric;
  }

  FakeDomain domain() {
    return domain;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int inlineBytes() {
    return inlineBytes;
  }

  @Override
  public void read(
      long mark,
      boolean reported,
      MemoryRegion into,
      long offset,
      int bytes,
      long address,
      int key) {
    prepare(What.READ, mark, reported, into, offset, bytes, address, key, 0, 0);
  }

  @Override
  public void write(
      long mark,
      boolean reported,
      MemoryRegion from,
      long offset,
      int bytes,
      long address,
      int key) {
    prepare(What.WRITE, mark, reported, from, offset, bytes, address, key, 0, 0);
  }

  @Override
  public void send(long mark, boolean reported, MemoryRegion from, long offset, int bytes) {
    prepare(What.SEND, mark, reported, from, offset, bytes, 0, 0, 0, 0);
  }

  @Override
  public int receives() {
    return receives.most();
  }

  @Override
  public boolean receive(long mark, MemoryRegion into, long offset, int bytes) {
    requireRange(into, offset, bytes);
    synchronized (fabric()) {
      if (ended || !receives.add(mark, (FakeRegion) into, offset, bytes)) {
        return false;
      }
      if (failed) {
        receives.flush();
      }
      fabric().hasRoom();
      return true;
    }
  }

  /** The completion of a message has been taken. */
  void messageReported() {
    receives.reported();
  }

  @Override
  public void compareAndSwap(
      long mark,
      MemoryRegion into,
      long offset,
      long address,
      int key,
      long expected,
      long wanted) {
    prepare(What.COMPARE_AND_SWAP, mark, true, into, offset, 8, address, key, expected, wanted);
  }

  @Override
  public void fetchAndAdd(
      long mark, MemoryRegion into, long offset, long address, int key, long addend) {
    prepare(What.FETCH_AND_ADD, mark, true, into, offset, 8, address, key, addend, 0);
  }

  private void prepare(
      What what,
      long mark,
      boolean reported,
      MemoryRegion local,
      long offset,
      int bytes,
      long address,
      int key,
      long first,
      long second) {
    if (ended || prepared.size() == slots) {
      throw new IllegalStateException(
          ended ? "the endpoint is closed" : "more than " + slots + " operations are prepared");
    }
    requireRange(local, offset, bytes);
    FakeRegion region = (FakeRegion) local;
    prepared.add(
        new Work(what, mark, reported, region, offset, bytes, address, key, first, second, null));
  }

  private static void requireRange(MemoryRegion local, long offset, int bytes) {
    Objects.checkFromIndexSize(offset, bytes, local.memory().byteSize());
    if (bytes <= 0) {
      throw new IllegalArgumentException(bytes + " bytes are nothing to move");
    }
  }

  @Override
  public boolean post() {
    synchronized (fabric()) {
      if (ended) {
        prepared.clear();
        return false;
      }
      int taken = 0;
      for (Work work : prepared) {
        if (executed + underWay.size() - reclaimed == slots) {
          break;
        }
        boolean isOutgoing = work.what() == What.WRITE || work.what() == What.SEND;
        boolean isInline = isOutgoing && work.bytes() <= inlineBytes;
        underWay.addLast(isInline ? inline(work) : work);
        taken++;
      }
      boolean all = taken == prepared.size();
      prepared.clear();
      if (taken > 0) {
        fabric().posted(this, taken);
      }
      return all;
    }
  }

  private static Work inline(Work work) {
    byte[] copy = new byte[work.bytes()];
    MemorySegment inline = MemorySegment.ofArray(copy);
    MemorySegment from = work.inline() == null ? work.local().memory() : work.inline();
    long offset = work.inline() == null ? work.offset() : 0;
    MemorySegment.copy(from, offset, inline, 0, copy.length);
    return new Work(
        work.what(),
        work.mark(),
        work.reported(),
        work.local(),
        work.offset(),
        work.bytes(),
        work.address(),
        work.key(),
        work.first(),
        work.second(),
        inline);
  }

  /** The completion of this operation has been taken: slots up to it are free. */
  void reclaim(long order) {
    reclaimed = Math.max(reclaimed, order);
  }

  // ---- executing

  /** True if what was posted first is a message for which there is no room yet. */
  boolean waitsForRoom() {
    FakeQueuePair other = endpoint.other();
    return !failed
        && underWay.getFirst().what() == What.SEND
        && other != null
        && !other.failed
        && other.receives.isEmpty();
  }

  /** Executes what was posted first. */
  void executeOldest(WorkStatus wanted) {
    Work work = underWay.removeFirst();
    executed++;
    WorkStatus status = failed ? WorkStatus.FLUSHED : execute(work, wanted);
    if (status != WorkStatus.SUCCESS) {
      breaks();
    }
    if (work.reported() || status != WorkStatus.SUCCESS) {
      completions.completed(this, executed, work.mark(), status);
    }
  }

  /** Nothing works any more. */
  private void breaks() {
    failed = true;
    receives.flush();
  }

  private WorkStatus execute(Work work, WorkStatus wanted) {
    if (wanted != WorkStatus.SUCCESS) {
      return wanted;
    }
    if (work.inline() == null && !work.local().isUsableIn(domain)) {
      return WorkStatus.LOCAL;
    }
    boolean atomic = isAtomic(work);
    if (atomic && !endpoint.host().hasAtomics()) {
      return WorkStatus.LOCAL;
    }
    FakeQueuePair other = endpoint.other();
    if (other == null || other.failed) {
      return WorkStatus.RETRY_EXCEEDED;
    }
    if (work.what() == What.SEND) {
      return other.takes(work) ? WorkStatus.SUCCESS : WorkStatus.REMOTE_ACCESS;
    }
    FakeRegion remote = other.endpoint.host().region(work.key());
    boolean isAllowed =
        remote != null
            && remote.isUsableIn(other.domain)
            && remote.allows(access(work.what()), work.address(), work.bytes())
            && (!atomic || work.address() % Long.BYTES == 0);
    if (!isAllowed) {
      other.breaks();
      return WorkStatus.REMOTE_ACCESS;
    }
    move(work, Objects.requireNonNull(remote));
    return WorkStatus.SUCCESS;
  }

  private static boolean isAtomic(Work work) {
    return work.what() == What.COMPARE_AND_SWAP || work.what() == What.FETCH_AND_ADD;
  }

  private boolean takes(Work message) {
    boolean isInline = message.inline() != null;
    MemorySegment from = isInline ? message.inline() : message.local().memory();
    long offset = isInline ? 0 : message.offset();
    boolean isTaken = receives.take(from.asSlice(offset, message.bytes()), domain);
    if (!isTaken) {
      breaks();
    }
    return isTaken;
  }

  private static int access(What what) {
    return switch (what) {
      case SEND -> 0;
      case READ -> ProtectionDomain.REMOTE_READ;
      case WRITE -> ProtectionDomain.REMOTE_WRITE;
      case COMPARE_AND_SWAP, FETCH_AND_ADD -> ProtectionDomain.REMOTE_ATOMIC;
    };
  }

  private static void move(Work work, FakeRegion remote) {
    MemorySegment there = remote.memory();
    long at = remote.offset(work.address());
    MemorySegment here = work.inline() == null ? work.local().memory() : work.inline();
    long offset = work.inline() == null ? work.offset() : 0;
    switch (work.what()) {
      case READ -> MemorySegment.copy(there, at, here, offset, work.bytes());
      case WRITE -> MemorySegment.copy(here, offset, there, at, work.bytes());
      case SEND -> throw new AssertionError("a message lands where there is room for it");
      case COMPARE_AND_SWAP -> {
        long before = there.get(JAVA_LONG, at);
        here.set(JAVA_LONG, offset, before);
        there.set(JAVA_LONG, at, before == work.first() ? work.second() : before);
      }
      case FETCH_AND_ADD -> {
        long before = there.get(JAVA_LONG, at);
        here.set(JAVA_LONG, offset, before);
        there.set(JAVA_LONG, at, before + work.first());
      }
    }
  }

  @Override
  public void fail() {
    synchronized (fabric()) {
      breaks();
      fabric().abandon(this);
      while (!underWay.isEmpty()) {
        executeOldest(WorkStatus.FLUSHED);
      }
    }
  }

  /** What was sent is on its way, whatever becomes of who has sent it. */
  private void stray(Work work) {
    FakeQueuePair other = endpoint.other();
    boolean changes = isAtomic(work) || work.what() == What.WRITE;
    if (changes && other != null && !failed) {
      Work copy = inline(work);
      fabric().strays(() -> other.land(copy));
    }
  }

  private void land(Work work) {
    FakeRegion remote = endpoint.host().region(work.key());
    if (!ended && remote != null && remote.isUsableIn(domain)) {
      move(work, remote);
    }
  }

  /** Its endpoint is closed: nothing is reported any more. */
  void end() {
    if (!ended) {
      ended = true;
      underWay.forEach(this::stray);
      underWay.clear();
      fabric().abandon(this);
      completions.end(this);
      receives.end();
      domain.end();
    }
  }
}
