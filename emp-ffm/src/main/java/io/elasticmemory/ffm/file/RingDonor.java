package io.elasticmemory.ffm.file;

import static io.elasticmemory.ffm.libc.LinuxConstants.IORING_OP_READ;
import static io.elasticmemory.ffm.libc.LinuxConstants.IORING_OP_WRITE;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A file or block device whose transfers are under way at the same time, in a {@link DiskRing}: a
 * fault waits for its own bytes only, and a disk that hangs stops nobody but those who need it.
 *
 * <p>A transfer has a mark from its start to its end. What was started since the last poll waits
 * here, so that the next one submits the urgent ones first; some marks are kept for them.
 */
final class RingDonor extends DiskDonor {
  /** Transfers at the same time. */
  static final int UNDER_WAY_MAX = 256;

  /** Of these, what only urgent transfers may use. */
  static final int URGENT_ONLY = 64;

  /** Times the kernel may say "not now" to one transfer before it has failed. */
  static final int PUT_OFFS_MAX = 64;

  /**
   * Ended transfers reported by one poll. What is reported is worked on at once, and the disk has
   * less and less to do meanwhile: after so many, what is to follow them is asked for. Not fewer,
   * because telling the disk of new transfers costs 14 us on a virtual machine, however many.
   */
  static final int REPORTS_PER_POLL_MAX = 16;

  private static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);
  private static final long CLOSE_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final DiskRing ring;
  private final Poller poller;
  private final @Nullable Transfer[] underWay = new @Nullable Transfer[UNDER_WAY_MAX];

  /** Bytes of each that have moved: the kernel may do a part. */
  private final int[] done = new int[UNDER_WAY_MAX];

  private final int[] putOffs = new int[UNDER_WAY_MAX];
  private final Marks free = new Marks();
  private final Marks urgent = new Marks();
  private final Marks bulk = new Marks();
  private final DiskRing.Ended sink = this::ended;
  private Ended report = _ -> {};
  private int reported;
  private boolean asksForRoom;

  /** Marks in the order they were added. */
  private static final class Marks {
    private final int[] marks = new int[UNDER_WAY_MAX];
    private int count;

    void add(int mark) {
      marks[count++] = mark;
    }
  }

  /**
   * Takes over a file that was checked, and a ring for {@link #UNDER_WAY_MAX}.
   *
   * @param poller returns from waiting when a transfer has ended
   */
  RingDonor(
      Descriptor file,
      String name,
      long baseBytes,
      long grantedBytes,
      Fence fence,
      DiskRing ring,
      Poller poller) {
    super(file, name, baseBytes, grantedBytes, fence);
    this.ring = ring;
    this.poller = poller;
    for (int i = 0; i < UNDER_WAY_MAX; i++) {
      free.add(i);
    }
    poller.watch(ring, Poller.READ, _ -> {});
  }

  @Override
  public boolean start(Transfer transfer) {
    checkRange(transfer.position(), transfer.bytes());
    if (free.count <= (transfer.isUrgent() ? 0 : URGENT_ONLY)) {
      return false;
    }
    int mark = free.marks[--free.count];
    underWay[mark] = transfer;
    done[mark] = 0;
    putOffs[mark] = 0;
    (transfer.isUrgent() ? urgent : bulk).add(mark);
    return true;
  }

  @Override
  public int poll(Ended ended) {
    report = ended;
    reported = 0;
    submit();
    ring.reap(REPORTS_PER_POLL_MAX, sink);
    if (urgent.count + bulk.count > 0) {
      submit();
    }
    return reported;
  }

  private void submit() {
    prepareAll(urgent);
    prepareAll(bulk);
    boolean all = ring.submit();
    if (all == asksForRoom) {
      asksForRoom = !all;
      poller.interest(ring, all ? Poller.READ : Poller.READ | Poller.WRITE);
    }
  }

  private void prepareAll(Marks marks) {
    for (int i = 0; i < marks.count; i++) {
      int mark = marks.marks[i];
      Transfer transfer = transfer(mark);
      ring.prepare(
          transfer.isWrite() ? IORING_OP_WRITE : IORING_OP_READ,
          descriptor(),
          address(transfer, done[mark]),
          transfer.bytes() - done[mark],
          fileOffset(transfer, done[mark]),
          mark);
    }
    marks.count = 0;
  }

  private Transfer transfer(int mark) {
    Transfer transfer = underWay[mark];
    if (transfer == null) {
      throw new IllegalStateException("no transfer of " + name() + " has mark " + mark);
    }
    return transfer;
  }

  /** An operation has ended as {@code pread} or {@code pwrite} would, or with {@code -errno}. */
  void ended(long longMark, int result) {
    int mark = (int) longMark;
    Transfer transfer = transfer(mark);
    done[mark] += Math.max(0, result);
    boolean putOff = result == -Errno.EINTR || result == -Errno.EAGAIN;
    boolean inPart = result > 0 && done[mark] < transfer.bytes();
    if (inPart || (putOff && ++putOffs[mark] < PUT_OFFS_MAX)) {
      (transfer.isUrgent() ? urgent : bulk).add(mark);
      return;
    }
    underWay[mark] = null;
    free.add(mark);
    transfer.end(result > 0 ? Transfer.Outcome.DONE : failed(transfer, -result));
    reported++;
    report.ended(transfer);
  }

  /** Waits for what is under way, but not for a disk that hangs. */
  @Override
  public void close() {
    if (ring.isClosed()) {
      return;
    }
    long end = System.nanoTime() + CLOSE_NANOS_MAX;
    while (free.count < UNDER_WAY_MAX && System.nanoTime() - end < 0) {
      if (poll(_ -> {}) == 0) {
        LockSupport.parkNanos(CLOSE_PAUSE_NANOS);
      }
    }
    poller.forget(ring);
    ring.close();
    super.close();
  }
}
