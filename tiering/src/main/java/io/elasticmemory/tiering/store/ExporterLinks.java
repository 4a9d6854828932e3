package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor.Ended;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.tiering.store.LinkFailure.Trouble;
import io.elasticmemory.wire.MessageLayout;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The two TCP connections to an exporter, one of them for urgent reads only, and the lease that is
 * held over them. Each is made again when it is lost.
 *
 * <p>An exporter that was started anew, or has given the memory to somebody else, is gone: it is
 * never believed again. Used by one thread, that of its poller.
 */
final class ExporterLinks {
  private static final long MILLI = 1_000_000;

  /** How long a lease that is given back is waited for. */
  private static final long GIVE_BACK_NANOS_MAX = 1_000 * MILLI;

  private static final String FORGOTTEN =
      "the exporter was started anew, or has ended the lease while no pager served, what it held is"
          + " gone";

  private final Borrowing borrowing;
  private final Sockets sockets;
  private final Clock clock;
  private final Consumer<String> notices;
  private final Runnable bulkLost;
  private final boolean wantsCompression;
  private final Link urgent;
  private final Link bulk;
  private @Nullable Welcome welcome;
  private long lease;
  private @Nullable Trouble lastTrouble;
  private String lastFailure = "";
  private String lastNotice = "";

  /** The lease stands; before that, whoever opens it is told in an exception. */
  private boolean opened;

  /** Why the exporter is not believed any more; null while it is. */
  private @Nullable String gone;

  private boolean isNew;

  /**
   * No connection yet.
   *
   * @param bulkLost told when the connection that all but urgent reads take is lost
   */
  ExporterLinks(
      Borrowing borrowing,
      Sockets sockets,
      Poller poller,
      Clock clock,
      Consumer<String> notices,
      @Nullable WireCompression compression,
      Runnable bulkLost) {
    this.borrowing = borrowing;
    this.sockets = sockets;
    this.clock = clock;
    this.notices = notices;
    this.bulkLost = bulkLost;
    wantsCompression = compression != null;
    Host host = new Host();
    long now = clock.nanoTime();
    urgent = new Link(borrowing, MessageLayout.URGENT, sockets, poller, host, now, compression);
    bulk = new Link(borrowing, MessageLayout.BULK, sockets, poller, host, now, compression);
  }

  /** True if the lease was made now, or there is none: what was stored there earlier is gone. */
  boolean isNew() {
    return isNew;
  }

  /** True while both connections stand. */
  boolean isConnected() {
    return urgent.isReady() && bulk.isReady();
  }

  /** True if the exporter is never believed again. */
  boolean isGone() {
    return gone != null;
  }

  /** From now on it is as if the exporter had been started anew. */
  void disbelieve() {
    gone = FORGOTTEN;
    lastFailure = FORGOTTEN;
    notice(borrowing.name() + ": " + FORGOTTEN);
  }

  /** The connection that all but urgent reads take. */
  Link bulk() {
    return bulk;
  }

  /** What the exporter has said of itself; null before its first welcome. */
  @Nullable Welcome welcome() {
    return welcome;
  }

  /** Ours, 0 while there is none. */
  long lease() {
    return lease;
  }

  /** Why the last connection was lost, or the last transfer refused. */
  String lastFailure() {
    if (!lastFailure.isEmpty()) {
      return lastFailure;
    }
    return urgent.refusal().isEmpty() ? bulk.refusal() : urgent.refusal();
  }

  /** Has a line in the log, unless it was the last one, too. */
  void notice(String line) {
    if (!line.equals(lastNotice)) {
      lastNotice = line;
      notices.accept(line);
    }
  }

  /** Whether bytes go another way, so that an exporter that dies is noticed by these alone. */
  void watchClosely(boolean isWatchedClosely) {
    urgent.watchClosely(isWatchedClosely);
    bulk.watchClosely(isWatchedClosely);
  }

  /** Has the exporter give a sign of life soon. */
  void doubt() {
    long now = clock.nanoTime();
    urgent.doubt(now);
    bulk.doubt(now);
  }

  /** Has another poller watch the connections. */
  void moveTo(Poller other) {
    urgent.moveTo(other);
    bulk.moveTo(other);
  }

  // ---- opening

  /**
   * Waits for the exporter, and for a lease.
   *
   * @param waiting watches the connections
   * @param leases whether one is made if there is none
   * @throws io.elasticmemory.EmpException if it cannot be had by then
   */
  Welcome open(Poller waiting, long end, boolean leases) {
    Failpoint.LEASE_SOUGHT.reach();
    Welcome exporter = greet(waiting, end);
    Failpoint.LEASE_WELCOMED.reach();
    isNew = lease == 0;
    if (isNew && leases) {
      lease(waiting, end, exporter);
    } else if (!isNew && exporter.leasedSlabs() != borrowing.slabs()) {
      throw Refusals.tooSmall(borrowing, exporter.leasedSlabs(), exporter);
    }
    use(exporter);
    Failpoint.LEASE_CONFIRMED.reach();
    return exporter;
  }

  /** All that is to be waited for has been: from now on losses are noticed, not thrown. */
  void opened() {
    opened = true;
  }

  /**
   * Waits until both connections are welcome.
   *
   * @throws io.elasticmemory.EmpException if they are not by then
   */
  Welcome greet(Poller waiting, long end) {
    turn(end);
    while (!isConnected()) {
      await(waiting, end);
      turn(end);
    }
    return Objects.requireNonNull(welcome);
  }

  private void lease(Poller waiting, long end, Welcome exporter) {
    use(exporter);
    while (!bulk.ask(MessageLayout.LEASE, borrowing.slabs())) { // a ping is under way
      await(waiting, end);
      turn(end);
    }
    turn(end);
    while (bulk.control().isOpen()) {
      await(waiting, end);
      turn(end);
    }
    lease = bulk.control().answeredLease();
    long slabs = bulk.control().answeredOffset();
    if (bulk.control().status() != MessageLayout.OK || lease == 0 || slabs != borrowing.slabs()) {
      if (lease != 0) {
        use(exporter);
        giveBack();
      }
      throw Refusals.tooSmall(borrowing, slabs, exporter);
    }
  }

  private void use(Welcome exporter) {
    boolean compresses = wantsCompression && exporter.canCompress();
    urgent.use(exporter.instance(), lease, compresses);
    bulk.use(exporter.instance(), lease, compresses);
  }

  private void turn(long end) {
    long now = clock.nanoTime();
    step(now);
    if (now - end >= 0) {
      throw Refusals.of(borrowing, Trouble.SILENT, "no answer in time");
    }
  }

  /**
   * Does what can be done while somebody waits, and refuses what does not go well at once.
   *
   * @throws io.elasticmemory.EmpException for the first trouble
   */
  void step(long now) {
    work(now);
    if (lastTrouble != null) {
      throw Refusals.of(borrowing, lastTrouble, lastFailure);
    }
  }

  private void await(Poller waiting, long end) {
    long now = clock.nanoTime();
    waiting.await(Math.max(0, Math.min(end - now, nanosToNextEvent(now))));
  }

  /** What the two tell. */
  private final class Host implements Link.Host {
    @Override
    public @Nullable String objection(Welcome said) {
      Welcome first = welcome;
      if (first == null) {
        welcome = said;
        lease = said.lease();
        return null;
      }
      if (said.instance() != first.instance()) {
        return "the exporter was started anew, what it held is gone";
      }
      return said.lease() == lease
          ? null
          : "the exporter has ended the lease, what it held is gone";
    }

    @Override
    public void lost(Link link, Trouble trouble, String why) {
      if (link == bulk) {
        bulkLost.run();
      }
      lastTrouble = trouble;
      lastFailure = why;
      if (trouble == Trouble.GONE) {
        gone = why;
      }
      if (!opened) {
        // The refusal says it.
        return;
      }
      notice(
          "%s: connection lost (%s)%s"
              .formatted(borrowing.name(), why, gone == null ? ", trying again" : ""));
    }

    @Override
    public void made(Link link) {
      if (!lastNotice.isEmpty() && isConnected()) {
        notice(borrowing.name() + ": connected again");
      }
    }
  }

  // ---- moving bytes

  /** Takes a transfer, or says false: the queue is full. */
  boolean start(Transfer transfer) {
    return linkFor(transfer).flights().add(transfer);
  }

  /** Reads go where there is a way; writes only where those that were lost are known to be. */
  private Link linkFor(Transfer transfer) {
    if (transfer.isWrite()) {
      return bulk;
    }
    Link wanted = transfer.isUrgent() ? urgent : bulk;
    return wanted.isReady() || !bulk.isReady() ? (wanted.isReady() ? wanted : urgent) : bulk;
  }

  /** Does what is to be done now. */
  void work(long now) {
    urgent.turn(now);
    bulk.turn(now);
  }

  /** True if something that could be sent has come since they worked. */
  boolean hasUnsent() {
    return urgent.hasUnsent() || bulk.hasUnsent();
  }

  /** Reports what has ended. */
  int report(Ended ended) {
    return urgent.flights().report(ended) + bulk.flights().report(ended);
  }

  /** How long until something is to be done even if no event happens. */
  long nanosToNextEvent(long now) {
    return Math.min(urgent.nanosToNextEvent(now), bulk.nanosToNextEvent(now));
  }

  // ---- closing

  /**
   * Asks the exporter to take the lease back, and waits a little for that; what is under way is
   * abandoned.
   */
  boolean giveBack() {
    Link link = urgent.isReady() ? urgent : bulk;
    (link == urgent ? bulk : urgent).close();
    try (Poller waiting = sockets.openPoller()) {
      link.moveTo(waiting);
      boolean given = release(link, waiting);
      link.close();
      return given;
    }
  }

  private boolean release(Link link, Poller waiting) {
    long end = clock.nanoTime() + GIVE_BACK_NANOS_MAX;
    boolean asked = link.ask(MessageLayout.RELEASE, 0);
    while (true) {
      long now = clock.nanoTime();
      link.turn(now);
      if (!link.isReady() || now - end >= 0) {
        return false;
      }
      if (asked && !link.control().isOpen()) {
        return link.control().status() == MessageLayout.OK;
      }
      if (!asked && link.ask(MessageLayout.RELEASE, 0)) { // A ping was under way.
        asked = true;
        continue;
      }
      waiting.await(Math.max(0, Math.min(end - now, link.nanosToNextEvent(now))));
    }
  }

  /** Ends them for good; what was under way is then reported. */
  void close() {
    urgent.close();
    bulk.close();
  }
}
