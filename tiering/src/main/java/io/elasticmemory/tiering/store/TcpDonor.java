package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.MessageLayout.PAYLOAD_BYTES_MAX;

import io.elasticmemory.EmpException;
import io.elasticmemory.Tier;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.tiering.store.LinkFailure.Trouble;
import io.elasticmemory.wire.MessageLayout;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * DRAM of an exporter, over TCP. Urgent reads have a connection of their own and never queue behind
 * anything else; each connection is made again when it is lost.
 *
 * <p>With {@link RdmaWish} transfers go by {@link RdmaPath} instead, whenever that can be had; what
 * is said of connections below is then true of all that it cannot do.
 *
 * <p>While a connection is lost its reads end as UNREACHABLE at once. So does a write of which
 * nothing was sent; one that was sent is held until the exporter has welcomed the next connection,
 * because until then it may still land. An exporter that was started anew, or has given the memory
 * to somebody else, is never believed again: everything ends as UNREACHABLE from then on.
 *
 * <p>Used by one thread, that of its poller. {@link #poll} moves what {@link Poller#await} has
 * found ready, and must come at least every second, because that keeps the lease.
 */
public final class TcpDonor implements Donor {
  private static final long MILLI = 1_000_000;

  private static final String FORGOTTEN =
      "the exporter was started anew, or has ended the lease while no pager served, what it held is"
          + " gone";

  /** How long a lease that is given back is waited for. */
  private static final long GIVE_BACK_NANOS_MAX = 1_000 * MILLI;

  private final Borrowing borrowing;
  private final Sockets sockets;
  private final Clock clock;
  private final Consumer<String> notices;
  private final boolean wantsCompression;
  private final boolean isElsewhere;
  private final Link urgent;
  private final Link bulk;

  /** Null unless bytes are to go by RDMA where they can. */
  private final @Nullable RdmaPath rdma;

  private @Nullable Welcome welcome;
  private long lease;
  private @Nullable Trouble lastTrouble;
  private String lastFailure = "";
  private String lastNotice = "";

  /** The lease stands; before that, whoever opens the donor is told in an exception. */
  private boolean opened;

  /** Why the exporter is not believed any more; null while it is. */
  private @Nullable String gone;

  private boolean closed;
  private boolean abandoned;
  private boolean isNew;

  /** Watches the connections until somebody else does. */
  private @Nullable Poller waiting;

  private TcpDonor(
      Borrowing borrowing,
      Sockets sockets,
      Poller poller,
      Clock clock,
      Consumer<String> notices,
      @Nullable WireCompression compression,
      @Nullable RdmaWish wish) {
    this.borrowing = borrowing;
    this.sockets = sockets;
    this.clock = clock;
    this.notices = notices;
    waiting = poller;
    Host host = new Host();
    long now = clock.nanoTime();
    wantsCompression = compression != null;
    isElsewhere = !isOfThisMachine(borrowing.address().getAddress());
    urgent = new Link(borrowing, MessageLayout.URGENT, sockets, poller, host, now, compression);
    bulk = new Link(borrowing, MessageLayout.BULK, sockets, poller, host, now, compression);
    rdma = wish == null ? null : new RdmaPath(wish, borrowing, new Way(), poller, now);
  }

  /**
   * Connects to an exporter and leases slabs, waiting for it.
   *
   * @param poller watches the connections from then on; it is not used while waiting
   * @param notices takes lines about connections lost and made again, for the log
   * @param timeoutMillis how long to wait in all
   * @param compression null for bytes that travel as they are; with it they do so too if the
   *     exporter cannot compress, which a notice says
   * @throws EmpException of kind DONOR if it cannot be had, with what to do about it
   */
  public static TcpDonor connect(
      Borrowing borrowing,
      Sockets sockets,
      Poller poller,
      Clock clock,
      Consumer<String> notices,
      long timeoutMillis,
      @Nullable WireCompression compression) {
    TcpDonor donor = reach(borrowing, sockets, clock, notices, timeoutMillis, compression, null);
    donor.moveTo(poller);
    return donor;
  }

  /**
   * The same on any thread: nothing watches the connections before {@link #moveTo}, which is to
   * follow within a second.
   *
   * @param wish null for bytes that go over TCP; with it they go by RDMA whenever that can be had,
   *     and notices say when it cannot
   */
  public static TcpDonor reach(
      Borrowing borrowing,
      Sockets sockets,
      Clock clock,
      Consumer<String> notices,
      long timeoutMillis,
      @Nullable WireCompression compression,
      @Nullable RdmaWish wish) {
    requireKnown(borrowing);
    Poller waiting = sockets.openPoller();
    TcpDonor donor = new TcpDonor(borrowing, sockets, waiting, clock, notices, compression, wish);
    try {
      donor.open(waiting, clock.nanoTime() + timeoutMillis * MILLI);
    } catch (RuntimeException | Error e) {
      donor.abandon();
      throw e;
    }
    donor.opened = true;
    return donor;
  }

  /**
   * Greets an exporter and leaves, without asking for memory; any thread. Who waits for its turn
   * does so under another space's name, and knows by it that the exporter can be reached, and how.
   *
   * @throws EmpException of kind DONOR if it does not welcome us in time
   */
  public static void knock(Borrowing borrowing, Sockets sockets, Clock clock, long timeoutMillis) {
    requireKnown(borrowing);
    Poller waiting = sockets.openPoller();
    TcpDonor donor = new TcpDonor(borrowing, sockets, waiting, clock, _ -> {}, null, null);
    try {
      Welcome _ = donor.greet(waiting, clock.nanoTime() + timeoutMillis * MILLI);
    } finally {
      donor.abandon();
    }
  }

  private static void requireKnown(Borrowing borrowing) {
    if (borrowing.address().isUnresolved()) {
      throw Refusals.unknownHost(borrowing);
    }
  }

  /**
   * Belongs to this poller and its thread from now on.
   *
   * @param other watches the connections
   */
  public void moveTo(Poller other) {
    urgent.moveTo(other);
    bulk.moveTo(other);
    if (rdma != null) {
      rdma.moveTo(other);
    }
    closeWaiting();
  }

  private void closeWaiting() {
    if (waiting != null) {
      waiting.close();
      waiting = null;
    }
  }

  /** True if the lease was made now: what an earlier pager has stored there is gone. */
  public boolean isNew() {
    return isNew;
  }

  /** True while both connections stand. */
  public boolean isConnected() {
    return urgent.isReady() && bulk.isReady();
  }

  @Override
  public boolean isGone() {
    return gone != null;
  }

  /**
   * The lease was made now, and bytes are expected that were stored under an earlier one: nothing
   * is read and nothing written, because a read would bring zeros.
   */
  public void disbelieve() {
    gone = FORGOTTEN;
    lastFailure = FORGOTTEN;
    notice(name() + ": " + FORGOTTEN);
  }

  /**
   * Ends the connections at once: nothing is reported any more, and no frame is touched. The lease
   * stays until its time is over, or somebody shows its name again.
   */
  public void abandon() {
    closed = true;
    abandoned = true;
    closeLinks();
    closeWaiting();
  }

  private static boolean isOfThisMachine(@Nullable InetAddress address) {
    try {
      return address != null
          && (address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null);
    } catch (SocketException e) {
      return false;
    }
  }

  // ---- opening

  private void open(Poller waiting, long end) {
    Failpoint.LEASE_SOUGHT.reach();
    Welcome exporter = greet(waiting, end);
    Failpoint.LEASE_WELCOMED.reach();
    if (lease == 0) {
      lease(waiting, end, exporter);
    } else if (exporter.leasedSlabs() != borrowing.slabs()) {
      throw Refusals.tooSmall(borrowing, exporter.leasedSlabs(), exporter);
    }
    use(exporter.instance());
    Failpoint.LEASE_CONFIRMED.reach();
    awaitRdma(waiting, end, exporter);
    if (wantsCompression && !exporter.canCompress()) {
      notices.accept(
          name()
              + ": the exporter cannot compress (it is older, or has no lz4-java), bytes travel as"
              + " they are: start it from this build, or remove compress=lz4");
    }
  }

  private Welcome greet(Poller waiting, long end) {
    turn(end);
    while (!(urgent.isReady() && bulk.isReady())) {
      await(waiting, end);
      turn(end);
    }
    return Objects.requireNonNull(welcome);
  }

  /**
   * Waits until it is known whether bytes can go by RDMA: from then on nothing slow is done for it.
   */
  private void awaitRdma(Poller waiting, long end, Welcome exporter) {
    if (rdma == null) {
      return;
    }
    if (!exporter.hasRdma()) {
      notices.accept(
          name() + ": the exporter has no RDMA (-d), bytes go over TCP: start it with a device");
      return;
    }
    while (!rdma.isDecided()) {
      turn(end);
      rdma.turn(clock.nanoTime());
      if (!rdma.isDecided()) {
        await(waiting, end);
      }
    }
  }

  private void lease(Poller waiting, long end, Welcome exporter) {
    isNew = true;
    use(exporter.instance());
    bulk.ask(MessageLayout.LEASE, borrowing.slabs());
    turn(end);
    while (bulk.control().isOpen()) {
      await(waiting, end);
      turn(end);
    }
    lease = bulk.control().answeredLease();
    long slabs = bulk.control().answeredOffset();
    if (bulk.control().status() != MessageLayout.OK || lease == 0 || slabs != borrowing.slabs()) {
      if (lease != 0) {
        use(exporter.instance());
        giveBack();
      }
      throw Refusals.tooSmall(borrowing, slabs, exporter);
    }
  }

  private void use(long instance) {
    boolean compresses = wantsCompression && Objects.requireNonNull(welcome).canCompress();
    urgent.use(instance, lease, compresses);
    bulk.use(instance, lease, compresses);
    if (rdma != null) {
      rdma.use(instance, lease);
    }
  }

  /** Does what can be done, and refuses what does not go well at once. */
  private void turn(long end) {
    long now = clock.nanoTime();
    urgent.turn(now);
    bulk.turn(now);
    if (lastTrouble != null) {
      throw Refusals.of(borrowing, lastTrouble, lastFailure);
    }
    if (now - end >= 0) {
      throw Refusals.of(borrowing, Trouble.SILENT, "no answer in time");
    }
  }

  private void await(Poller waiting, long end) {
    waiting.await(Math.max(0, Math.min(end - clock.nanoTime(), nanosToNextEvent())));
  }

  /** What the two links tell. */
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
      if (rdma != null && link == bulk) {
        rdma.controlLost();
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
      notice(name() + ": connection lost (" + why + ")" + (gone == null ? ", trying again" : ""));
    }

    @Override
    public void made(Link link) {
      if (!lastNotice.isEmpty() && urgent.isReady() && bulk.isReady()) {
        notice(name() + ": connected again");
      }
    }
  }

  /** What RDMA needs of the connections. */
  private final class Way implements RdmaPath.Host {
    @Override
    public boolean isStanding() {
      return bulk.isReady();
    }

    @Override
    public boolean ask(int operation) {
      return bulk.ask(operation, 0);
    }

    @Override
    public Control answer() {
      return bulk.control();
    }

    @Override
    public boolean moveOverTcp(Transfer transfer) {
      return linkFor(transfer).flights().add(transfer);
    }

    @Override
    public void notice(String line) {
      TcpDonor.this.notice(line);
    }
  }

  private void notice(String line) {
    if (!line.equals(lastNotice)) {
      lastNotice = line;
      notices.accept(line);
    }
  }

  // ---- being a donor

  @Override
  public String name() {
    return borrowing.name();
  }

  @Override
  public boolean isElsewhere() {
    return isElsewhere;
  }

  @Override
  public Tier tier() {
    return Tier.REMOTE;
  }

  @Override
  public long grantedBytes() {
    return borrowing.bytes();
  }

  @Override
  public boolean start(Transfer transfer) {
    checkRange(transfer.position(), transfer.bytes());
    if (rdma != null && rdma.isReady()) {
      return rdma.start(transfer);
    }
    return linkFor(transfer).flights().add(transfer);
  }

  private void checkRange(long position, int bytes) {
    boolean granted =
        position >= 0
            && bytes > 0
            && bytes <= PAYLOAD_BYTES_MAX
            && position <= grantedBytes() - bytes;
    if (!granted || position / SLAB_BYTES != (position + bytes - 1) / SLAB_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %s are not a block within one of the slabs of its %d bytes"
              .formatted(bytes, position, name(), grantedBytes()));
    }
  }

  /** Reads go where there is a way; writes only where those that were lost are known to be. */
  private Link linkFor(Transfer transfer) {
    if (transfer.isWrite()) {
      return bulk;
    }
    Link wanted = transfer.isUrgent() ? urgent : bulk;
    return wanted.isReady() || !bulk.isReady() ? (wanted.isReady() ? wanted : urgent) : bulk;
  }

  @Override
  public int poll(Ended ended) {
    if (abandoned) {
      return 0;
    }
    long now = clock.nanoTime();
    urgent.turn(now);
    bulk.turn(now);
    if (rdma != null && usesRdma()) {
      rdma.turn(now);
    }
    if (gone != null) {
      closeLinks();
    }
    int moved = rdma == null ? 0 : rdma.report(ended);
    return moved + urgent.flights().report(ended) + bulk.flights().report(ended);
  }

  private boolean usesRdma() {
    return welcome != null && welcome.hasRdma();
  }

  @Override
  public long nanosToNextEvent() {
    long now = clock.nanoTime();
    long next = Math.min(urgent.nanosToNextEvent(now), bulk.nanosToNextEvent(now));
    return rdma != null && usesRdma() ? Math.min(next, rdma.nanosToNextEvent(now)) : next;
  }

  @Override
  public String lastFailure() {
    if (!lastFailure.isEmpty()) {
      return lastFailure;
    }
    return urgent.refusal().isEmpty() ? bulk.refusal() : urgent.refusal();
  }

  // ---- closing

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (gone == null && !giveBack()) {
      notices.accept(name() + ": the lease could not be given back, it ends by itself");
    }
    closeLinks();
  }

  /** Asks the exporter to take the lease back; what is under way is abandoned. */
  private boolean giveBack() {
    if (rdma != null) {
      rdma.end();
    }
    Link link = urgent.isReady() ? urgent : bulk;
    (link == urgent ? bulk : urgent).close();
    try (Poller waiting = sockets.openPoller()) {
      link.moveTo(waiting);
      boolean given = ask(link, MessageLayout.RELEASE, waiting);
      link.close();
      return given;
    }
  }

  private boolean ask(Link link, int operation, Poller waiting) {
    long end = clock.nanoTime() + GIVE_BACK_NANOS_MAX;
    boolean asked = link.ask(operation, 0);
    while (true) {
      long now = clock.nanoTime();
      link.turn(now);
      if (!link.isReady() || now - end >= 0) {
        return false;
      }
      if (asked && !link.control().isOpen()) {
        return link.control().status() == MessageLayout.OK;
      }
      if (!asked && link.ask(operation, 0)) { // A ping was under way.
        asked = true;
        continue;
      }
      waiting.await(Math.max(0, Math.min(end - now, link.nanosToNextEvent(now))));
    }
  }

  private void closeLinks() {
    if (rdma != null) {
      rdma.end();
    }
    urgent.close();
    bulk.close();
  }
}
