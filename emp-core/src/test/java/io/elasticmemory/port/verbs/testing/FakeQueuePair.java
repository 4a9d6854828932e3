package io.elasticmemory.port.verbs.testing;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.port.verbs.QueuePair;
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
final class FakeQueuePair implements QueuePair {
  private enum What {
    READ,
    WRITE,
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
      int slots,
      int inlineBytes) {
    this.endpoint = endpoint;
    this.domain = domain;
    this.completions = completions;
    this.slots = slots;
    this.inlineBytes = inlineBytes;
    domain.begin();
    completions.begin();
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
    Objects.checkFromIndexSize(offset, bytes, local.memory().byteSize());
    if (bytes <= 0) {
      throw new IllegalArgumentException(bytes + " bytes are nothing to move");
    }
    FakeRegion region = (FakeRegion) local;
    prepared.add(
        new Work(what, mark, reported, region, offset, bytes, address, key, first, second, null));
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
        boolean isInline = work.what() == What.WRITE && work.bytes() <= inlineBytes;
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
        0,
        0,
        inline);
  }

  /** The completion of this operation has been taken: slots up to it are free. */
  void reclaim(long order) {
    reclaimed = Math.max(reclaimed, order);
  }

  // ---- executing

  /** Executes what was posted first. */
  void executeOldest(WorkStatus wanted) {
    Work work = underWay.removeFirst();
    executed++;
    WorkStatus status = failed ? WorkStatus.FLUSHED : execute(work, wanted);
    failed |= status != WorkStatus.SUCCESS;
    if (work.reported() || status != WorkStatus.SUCCESS) {
      completions.completed(this, executed, work.mark(), status);
    }
  }

  private WorkStatus execute(Work work, WorkStatus wanted) {
    if (wanted != WorkStatus.SUCCESS) {
      return wanted;
    }
    if (work.inline() == null && !work.local().isUsableIn(domain)) {
      return WorkStatus.LOCAL;
    }
    boolean atomic = work.what() == What.COMPARE_AND_SWAP || work.what() == What.FETCH_AND_ADD;
    if (atomic && !endpoint.host().hasAtomics()) {
      return WorkStatus.LOCAL;
    }
    FakeQueuePair other = endpoint.other();
    if (other == null || other.failed) {
      return WorkStatus.RETRY_EXCEEDED;
    }
    FakeRegion remote = other.endpoint.host().region(work.key());
    boolean isAllowed =
        remote != null
            && remote.isUsableIn(other.domain)
            && remote.allows(access(work.what()), work.address(), work.bytes())
            && (!atomic || work.address() % Long.BYTES == 0);
    if (!isAllowed) {
      other.failed = true;
      return WorkStatus.REMOTE_ACCESS;
    }
    move(work, Objects.requireNonNull(remote));
    return WorkStatus.SUCCESS;
  }

  private static int access(What what) {
    return switch (what) {
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
      failed = true;
      fabric().abandon(this);
      while (!underWay.isEmpty()) {
        executeOldest(WorkStatus.FLUSHED);
      }
    }
  }

  /** What was sent is on its way, whatever becomes of who has sent it. */
  private void stray(Work work) {
    FakeQueuePair other = endpoint.other();
    if (work.what() == What.WRITE && other != null && !failed) {
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
      domain.end();
    }
  }
}
