package io.elasticmemory.tiering.store;

import static java.util.Objects.requireNonNull;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.RdmaLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes by RDMA where the exporter can be reached so, beside its TCP connections, which stay:
 * they carry leases, signs of life, and the transfers whenever this cannot. What is under way when
 * it fails is not lost: reads go over TCP at once, writes as soon as the exporter has said that
 * nothing that was sent can land any more. Used by one thread.
 *
 * <pre>
 *   IDLE ──asks──▶ OPENING ──token──▶ CONNECTING ──directory read──▶ READY
 *    ▲                │ refused            │ failed, no connection        │ failed
 *    │◀───────────────┘                    ▼                              ▼
 *    └────────────── pause ◀──answered── CLOSING ◀────────────────────────┘
 * </pre>
 *
 * The exporter ends a session with the connection that has opened it. So when that is lost, CLOSING
 * waits for the next one instead of an answer.
 */
final class RdmaPath {
  /** What it needs of the TCP connections. */
  interface Host {
    /** Whether the connection that opens sessions stands. */
    boolean isStanding();

    /** Asks over that; false if something else is asked. */
    boolean ask(int operation);

    /** The answer to what was asked, once it is not open any more. */
    Control answer();

    /** Moves it over TCP; false if the queues there are full. */
    boolean moveOverTcp(Transfer transfer);

    /** Whether bytes go by RDMA, and only signs of life over TCP. */
    void watchClosely(boolean isWatchedClosely);

    /** The exporter does not acknowledge: it may be dead. */
    void doubt();

    /** A line for the log. */
    void notice(String line);
  }

  private enum State {
    IDLE,
    OPENING,
    CONNECTING,
    READY,
    CLOSING,
    ENDED
  }

  private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LAST_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

  /** Of those nobody waits for, after so many one is reported. */
  private static final int BULK_REPORTED_EVERY = 8;

  private static final int TRANSFERS_MAX = 2 * (RdmaWork.SLOTS + RdmaWork.WAITING_MAX);

  private final RdmaWish wish;
  private final Borrowing borrowing;
  private final Host host;
  private final RdmaWork urgent = new RdmaWork(0, 1);
  private final RdmaWork bulk = new RdmaWork(1, BULK_REPORTED_EVERY);
  private final TransferRing ended = new TransferRing(2 * TRANSFERS_MAX);

  /** Of a link that failed: to be moved over TCP. */
  private final TransferRing reads = new TransferRing(TRANSFERS_MAX);

  private final TransferRing writes = new TransferRing(TRANSFERS_MAX);
  private final TransferRing left = new TransferRing(TRANSFERS_MAX);
  private State state = State.IDLE;
  private Poller poller;
  private @Nullable RdmaLink link;
  private long instance;
  private long lease;
  private long notBeforeNanos;
  private long pauseNanos = FIRST_PAUSE_NANOS;

  /** Something was asked that is not answered yet. */
  private boolean asked;

  /** The connection that has opened the session is lost, and the session with it. */
  private boolean isControlLost;

  private boolean hasFailed;

  RdmaPath(RdmaWish wish, Borrowing borrowing, Host host, Poller poller, long nowNanos) {
    this.wish = wish;
    this.borrowing = borrowing;
    this.host = host;
    this.poller = poller;
    notBeforeNanos = nowNanos;
  }

  /** The exporter, and the lease whose slabs are to be reached. */
  void use(long instance, long lease) {
    this.instance = instance;
    this.lease = lease;
  }

  /** True while transfers go this way. */
  boolean isReady() {
    return state == State.READY;
  }

  /** True while it is not known yet whether they do, and somebody wants to wait for that. */
  boolean isAwaited() {
    return wish.isAwaited() && !hasFailed && state != State.READY;
  }

  /** Takes a transfer, when ready, or says false: its queue is full. */
  boolean start(Transfer transfer) {
    boolean isUrgent = transfer.isUrgent() && !transfer.isWrite();
    return (isUrgent ? urgent : bulk).add(transfer);
  }

  /** The connection that opens sessions is lost. */
  void controlLost() {
    asked = false;
    isControlLost = true;
  }

  /** Does what is to be done now. */
  void turn(long now) {
    try {
      switch (state) {
        case IDLE -> open(now);
        case OPENING -> opening(now);
        case CONNECTING, READY -> work(now);
        case CLOSING -> closing(now);
        case ENDED -> {}
      }
    } catch (LinkFailure e) {
      if (e.trouble() == LinkFailure.Trouble.SILENT) {
        host.doubt();
      }
      fail(String.valueOf(e.getMessage()), now);
    } catch (EmpException e) {
      fail(String.valueOf(e.getMessage()), now);
    }
    moveOverTcp();
  }

  /** How long until something is to be done even if no event happens. */
  long nanosToNextEvent(long now) {
    return switch (state) {
      case IDLE -> host.isStanding() ? Math.max(0, notBeforeNanos - now) : Long.MAX_VALUE;
      case CONNECTING, READY -> requireNonNull(link).nanosToNextEvent(now);
      case OPENING, CLOSING, ENDED -> Long.MAX_VALUE;
    };
  }

  private void open(long now) {
    boolean isEmpty = reads.isEmpty() && writes.isEmpty();
    if (isEmpty && now - notBeforeNanos >= 0 && host.isStanding()) {
      isControlLost = false;
      asked = host.ask(MessageLayout.RDMA_OPEN);
      state = asked ? State.OPENING : State.IDLE;
    }
  }

  private void opening(long now) throws LinkFailure {
    if (isControlLost) {
      pause(now);
    } else if (!host.answer().isOpen()) {
      asked = false;
      if (host.answer().status() != MessageLayout.OK) {
        hasFailed = true;
        host.notice(
            "%s: no RDMA (%s), bytes go over TCP"
                .formatted(borrowing.name(), MessageLayout.describeStatus(host.answer().status())));
        pause(now);
        return;
      }
      long token = host.answer().answeredOffset();
      state = State.CLOSING; // if the next line fails
      link =
          new RdmaLink(
              wish,
              borrowing.address(),
              new RdmaLayout.Request(0, lease, token, instance),
              new RdmaLayout.Answer(
                  host.answer().answeredEpoch(), host.answer().answeredLength(), borrowing.slabs()),
              new RdmaWork[] {urgent, bulk},
              ended,
              poller,
              now);
      state = State.CONNECTING;
    }
  }

  private void work(long now) throws LinkFailure {
    if (isControlLost) {
      throw new LinkFailure(LinkFailure.Trouble.BROKEN, "its TCP connection is lost");
    }
    requireNonNull(link).turn(now);
    if (state == State.CONNECTING && requireNonNull(link).isReady()) {
      state = State.READY;
      pauseNanos = FIRST_PAUSE_NANOS;
      host.watchClosely(true);
      host.notice(borrowing.name() + ": bytes go by RDMA");
    }
  }

  private void fail(String why, long now) {
    host.notice("%s: no RDMA (%s), bytes go over TCP".formatted(borrowing.name(), why));
    hasFailed = true;
    endLink();
    state = State.CLOSING;
    closing(now);
  }

  private void endLink() {
    if (link != null) {
      link.close();
      link = null;
      host.watchClosely(false);
    }
    urgent.end(left);
    bulk.end(left);
    while (!left.isEmpty()) {
      Transfer transfer = left.take();
      (transfer.isWrite() ? writes : reads).add(transfer);
    }
  }

  private void closing(long now) {
    if (isControlLost) {
      if (host.isStanding()) {
        pause(now);
      }
    } else if (!asked) {
      asked = host.ask(MessageLayout.RDMA_CLOSE);
    } else if (!host.answer().isOpen()) {
      asked = false;
      pause(now);
    }
  }

  private void pause(long now) {
    state = State.IDLE;
    notBeforeNanos = now + pauseNanos;
    pauseNanos = Math.min(2 * pauseNanos, LAST_PAUSE_NANOS);
  }

  private void moveOverTcp() {
    while (!reads.isEmpty() && host.moveOverTcp(reads.peek())) {
      reads.take();
    }
    // Not before nothing that was sent to their slots can land there any more.
    while (state == State.IDLE && !writes.isEmpty() && host.moveOverTcp(writes.peek())) {
      writes.take();
    }
  }

  /** Reports what has ended; what is started meanwhile may end only later. */
  int report(Donor.Ended sink) {
    int count = ended.size();
    for (int i = 0; i < count; i++) {
      sink.ended(ended.take());
    }
    return count;
  }

  /** Has another poller watch it. */
  void moveTo(Poller other) {
    if (link != null) {
      link.moveTo(other);
    }
    poller = other;
  }

  /** Ends it for good: the exporter cannot be written to any more, or nobody asks what is there. */
  void end() {
    if (state == State.ENDED) {
      return;
    }
    endLink();
    state = State.ENDED;
    for (TransferRing ring : new TransferRing[] {reads, writes}) {
      while (!ring.isEmpty()) {
        Transfer transfer = ring.take();
        transfer.end(Outcome.UNREACHABLE);
        ended.add(transfer);
      }
    }
  }
}
