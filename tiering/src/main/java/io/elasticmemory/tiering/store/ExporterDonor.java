package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.MessageLayout.PAYLOAD_BYTES_MAX;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Transfer;
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
public final class ExporterDonor implements Donor {
  private static final long MILLI = 1_000_000;

  private final Borrowing borrowing;
  private final Clock clock;
  private final Consumer<String> notices;
  private final boolean isElsewhere;
  private final boolean wantsCompression;
  private final ExporterLinks links;

  /** Null unless bytes are to go by RDMA where they can. */
  private final @Nullable RdmaPath rdma;

  private boolean closed;
  private boolean abandoned;

  /** Watches the connections until somebody else does. */
  private @Nullable Poller waiting;

  private ExporterDonor(
      Borrowing borrowing,
      Sockets sockets,
      Poller poller,
      Clock clock,
      Consumer<String> notices,
      @Nullable WireCompression compression,
      @Nullable RdmaWish wish) {
    this.borrowing = borrowing;
    this.clock = clock;
    this.notices = notices;
    waiting = poller;
    wantsCompression = compression != null;
    isElsewhere = !isOfThisMachine(borrowing.address().getAddress());
    links =
        new ExporterLinks(
            borrowing, sockets, poller, clock, notices, compression, this::controlLost);
    rdma = wish == null ? null : new RdmaPath(wish, borrowing, new Way(), poller, clock.nanoTime());
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

  /**
   * Connects to an exporter and leases slabs, waiting for it.
   *
   * @param poller watches the connections from then on; it is not used while waiting
   * @param notices takes lines about connections lost and made again, for the log
   * @param timeoutMillis how long to wait in all
   * @param compression null for bytes that travel as they are; with it they do so too if the
   *     exporter cannot compress, which a notice says
   * @throws io.elasticmemory.EmpException of kind DONOR if it cannot be had, with what to do about
   *     it
   */
  public static ExporterDonor connect(
      Borrowing borrowing,
      Sockets sockets,
      Poller poller,
      Clock clock,
      Consumer<String> notices,
      long timeoutMillis,
      @Nullable WireCompression compression) {
    ExporterDonor donor =
        reach(borrowing, sockets, clock, notices, timeoutMillis, compression, null);
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
  public static ExporterDonor reach(
      Borrowing borrowing,
      Sockets sockets,
      Clock clock,
      Consumer<String> notices,
      long timeoutMillis,
      @Nullable WireCompression compression,
      @Nullable RdmaWish wish) {
    ExporterDonor donor = begin(borrowing, sockets, clock, notices, compression, wish);
    donor.open(timeoutMillis);
    return donor;
  }

  /**
   * One that has neither connection nor lease: {@link #greet} may come before {@link #open}, which
   * must. Used by one thread at a time.
   */
  public static ExporterDonor begin(
      Borrowing borrowing,
      Sockets sockets,
      Clock clock,
      Consumer<String> notices,
      @Nullable WireCompression compression,
      @Nullable RdmaWish wish) {
    requireKnown(borrowing);
    return new ExporterDonor(
        borrowing, sockets, sockets.openPoller(), clock, notices, compression, wish);
  }

  /**
   * Goes on with making the connections, without asking for memory.
   *
   * @return true once the exporter has welcomed them
   * @throws io.elasticmemory.EmpException of kind DONOR if it does not
   */
  public boolean greet(long nanos) {
    links.step(clock.nanoTime());
    if (!links.isConnected()) {
      Objects.requireNonNull(waiting).await(nanos);
      links.step(clock.nanoTime());
    }
    return links.isConnected();
  }

  /**
   * Waits for the exporter, and for a lease.
   *
   * @throws io.elasticmemory.EmpException of kind DONOR if it cannot be had in time; it is
   *     abandoned then
   */
  public void open(long timeoutMillis) {
    open(timeoutMillis, true);
  }

  /**
   * Waits for the exporter, and for the lease that an earlier pager has made. If that has ended,
   * {@link #isNew} says so, and none is made: the next pager would take it for the one with the
   * bytes of the space.
   *
   * @throws io.elasticmemory.EmpException of kind DONOR if it cannot be had in time; it is
   *     abandoned then
   */
  public void openAgain(long timeoutMillis) {
    open(timeoutMillis, false);
  }

  private void open(long timeoutMillis, boolean leases) {
    try {
      long end = clock.nanoTime() + timeoutMillis * MILLI;
      open(Objects.requireNonNull(waiting), end, leases);
    } catch (RuntimeException | Error e) {
      abandon();
      throw e;
    }
  }

  /**
   * Greets an exporter and leaves, without asking for memory; any thread. Who waits for its turn
   * does so under another space's name, and knows by it that the exporter can be reached, and how.
   *
   * @throws io.elasticmemory.EmpException of kind DONOR if it does not welcome us in time
   */
  public static void knock(Borrowing borrowing, Sockets sockets, Clock clock, long timeoutMillis) {
    ExporterDonor donor = begin(borrowing, sockets, clock, _ -> {}, null, null);
    try {
      Poller waiting = Objects.requireNonNull(donor.waiting);
      Welcome _ = donor.links.greet(waiting, clock.nanoTime() + timeoutMillis * MILLI);
    } finally {
      donor.abandon();
    }
  }

  private static void requireKnown(Borrowing borrowing) {
    if (borrowing.address().isUnresolved()) {
      throw Refusals.unknownHost(borrowing);
    }
  }

  private void open(Poller waiting, long end, boolean leases) {
    Welcome exporter = links.open(waiting, end, leases);
    if (hasLease()) {
      awaitRdma(waiting, end, exporter);
    }
    if (wantsCompression && !exporter.canCompress()) {
      notices.accept(
          name()
              + ": the exporter cannot compress (it is older, or has no lz4-java), bytes travel as"
              + " they are: start it from this build, or remove compress=lz4");
    }
    links.opened();
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
    rdma.use(exporter.instance(), links.lease());
    long now = clock.nanoTime();
    while (rdma.isAwaited() && now - end < 0) {
      links.step(now);
      rdma.turn(now);
      if (rdma.isAwaited()) {
        waiting.await(Math.max(0, Math.min(end - now, nanosToNextEvent())));
      }
      now = clock.nanoTime();
    }
  }

  /**
   * Belongs to this poller and its thread from now on.
   *
   * @param other watches the connections
   */
  public void moveTo(Poller other) {
    links.moveTo(other);
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

  /** True if the lease was made now, or there is none: what was stored there earlier is gone. */
  public boolean isNew() {
    return links.isNew();
  }

  /** False where none was made in place of one that has ended. */
  public boolean hasLease() {
    return links.lease() != 0;
  }

  /** True while both connections stand. */
  public boolean isConnected() {
    return links.isConnected();
  }

  @Override
  public boolean isGone() {
    return links.isGone();
  }

  /**
   * The lease has ended under which bytes were stored: nothing is read and nothing written, because
   * a read would bring zeros, or nothing.
   */
  public void disbelieve() {
    links.disbelieve();
    endConnections();
  }

  // ---- RDMA beside the connections

  private void controlLost() {
    if (rdma != null) {
      rdma.controlLost();
    }
  }

  /** What RDMA needs of the connections. */
  private final class Way implements RdmaPath.Host {
    @Override
    public boolean isStanding() {
      return links.bulk().isReady();
    }

    @Override
    public boolean ask(int operation) {
      return links.bulk().ask(operation, 0);
    }

    @Override
    public Control answer() {
      return links.bulk().control();
    }

    @Override
    public boolean moveOverTcp(Transfer transfer) {
      return links.start(transfer);
    }

    @Override
    public void watchClosely(boolean isWatchedClosely) {
      links.watchClosely(isWatchedClosely);
    }

    @Override
    public void doubt() {
      links.doubt();
    }

    @Override
    public void notice(String line) {
      links.notice(line);
    }
  }

  private boolean usesRdma() {
    Welcome welcome = links.welcome();
    return welcome != null && welcome.hasRdma();
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
    return rdma != null && rdma.isReady() ? rdma.start(transfer) : links.start(transfer);
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

  @Override
  public int poll(Ended ended) {
    if (abandoned) {
      return 0;
    }
    long now = clock.nanoTime();
    links.work(now);
    if (rdma != null && usesRdma()) {
      rdma.turn(now);
      if (links.hasUnsent()) {
        links.work(now); // what RDMA asks for, or leaves to TCP, would wait for the next event
      }
    }
    if (isGone()) {
      endConnections();
    }
    int moved = rdma == null ? 0 : rdma.report(ended);
    return moved + links.report(ended);
  }

  @Override
  public long nanosToNextEvent() {
    long now = clock.nanoTime();
    long next = links.nanosToNextEvent(now);
    return rdma != null && usesRdma() ? Math.min(next, rdma.nanosToNextEvent(now)) : next;
  }

  @Override
  public String lastFailure() {
    return links.lastFailure();
  }

  // ---- closing

  /**
   * Ends the connections at once: nothing is reported any more, and no frame is touched. The lease
   * stays until its time is over, or somebody shows its name again.
   */
  public void abandon() {
    closed = true;
    abandoned = true;
    endConnections();
    closeWaiting();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!isGone()) {
      endRdma();
      if (!links.giveBack()) {
        notices.accept(name() + ": the lease could not be given back, it ends by itself");
      }
    }
    endConnections();
  }

  private void endConnections() {
    endRdma();
    links.close();
  }

  private void endRdma() {
    if (rdma != null) {
      rdma.end();
    }
  }
}
