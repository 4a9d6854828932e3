package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.TcpDonor;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorPart;
import io.elasticmemory.wire.PagerMessageLayout;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The pager: serves the faults of one space from a process of its own. Started by the application,
 * never by hand, with the path of a socket as its argument. It receives the space there, checks it,
 * opens the donors, answers, and serves until the application closes the space or ends.
 *
 * <p>It says nothing on standard output but what {@link WatcherPipe} says.
 */
public final class PagerMain {
  private static final long CONNECT_MILLIS_MAX = 10_000;
  private static final long ANSWER_MILLIS_MAX = 10_000;
  private static final long EXPORTER_MILLIS_MAX = 10_000;
  private static final int EXIT_USAGE = 2;
  private static final int EXIT_FAILED = 1;

  /** How much longer than a fault may wait the loop may stand still. */
  private static final long STILL_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  private final Platform platform;
  private final ControlChannel channel;
  private final PagerLog log;
  private final WatcherPipe watcher = new WatcherPipe();
  private final List<Donor> donors = new ArrayList<>();

  private PagerMain(Platform platform, ControlChannel channel) {
    this.platform = platform;
    this.channel = channel;
    this.log = new PagerLog(channel);
  }

  /** Started by an application with the path of a socket. */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("this program is started by EMP itself, with the path of a socket");
      System.exit(EXIT_USAGE);
    }
    Runtime.getRuntime().halt(run(Path.of(args[0])));
  }

  private static int run(Path socket) {
    Platform platform = Platform.find();
    platform.processes().becomePager();
    try (ControlChannel channel = platform.sockets().connect(socket, CONNECT_MILLIS_MAX)) {
      return new PagerMain(platform, channel).run();
    } catch (IOException e) {
      System.err.println("no application at " + socket + ": " + e.getMessage());
      return EXIT_FAILED;
    }
  }

  private int run() {
    try (Peer application = platform.processes().open(channel.peerPid());
        Poller poller = platform.sockets().openPoller()) {
      ReceivedSpace space = ReceivedSpace.receive(channel, platform.memories());
      requireBudget(space.handOver());
      openDonors(space, poller);
      ApplicationWarden warden = new ApplicationWarden(application, watcher);
      return serve(space, application, poller, warden);
    } catch (EmpException e) {
      return refuse(e);
    } catch (RuntimeException e) {
      return refuse(new EmpException(Kind.INTERNAL, "the pager failed at its start: " + e, e));
    }
  }

  private int refuse(EmpException reason) {
    closeDonors();
    boolean _ =
        log.send(
            PagerMessageLayout.REFUSED,
            reason.kind().ordinal(),
            0,
            reason.getMessage(),
            ANSWER_MILLIS_MAX);
    return EXIT_FAILED;
  }

  private static void requireBudget(HandOver handOver) {
    long least = ShardSettings.minimumBudgetBytes(handOver.geometry());
    if (handOver.budgetBytes() < least) {
      throw new EmpException(
          Kind.PATH,
          ("a DRAM budget of %d KiB is less than the %d KiB that blocks of %d KiB need; raise "
                  + "dram: or lower block=")
              .formatted(
                  handOver.budgetBytes() >> 10,
                  least >> 10,
                  handOver.geometry().blockBytes() >> 10));
    }
  }

  // Donors.

  private void openDonors(ReceivedSpace space, Poller poller) {
    Iterator<Handle> disks = space.disks().iterator();
    for (DonorPart part : space.handOver().donors()) {
      donors.add(part.hasHandle() ? adoptDisk(part, disks.next()) : connect(part, space, poller));
    }
  }

  private Donor adoptDisk(DonorPart part, Handle handle) {
    return platform.files().adoptDonor(handle, part.name(), part.baseBytes(), part.bytes());
  }

  private Donor connect(DonorPart part, ReceivedSpace space, Poller poller) {
    log.info("asking " + part.name() + " for " + (part.bytes() >> 20) + " MiB");
    HandOver handOver = space.handOver();
    Borrowing borrowing =
        new Borrowing(
            part.name(),
            new InetSocketAddress(part.host(), part.port()),
            (int) (part.bytes() / Donor.SLAB_BYTES),
            handOver.spaceIdHigh(),
            handOver.spaceIdLow(),
            donors.size(),
            space.table().segment().get(ValueLayout.JAVA_LONG, BlockTableLayout.EPOCH_AT));
    return TcpDonor.connect(
        borrowing, platform.sockets(), poller, Clock.system(), log::warn, EXPORTER_MILLIS_MAX);
  }

  private void closeDonors() {
    for (Donor donor : donors) {
      try {
        donor.close();
      } catch (RuntimeException e) {
        log.warn("donor " + donor.name() + " could not be given back: " + e.getMessage());
      }
    }
  }

  // Serving.

  private int serve(
      ReceivedSpace space, Peer application, Poller poller, ApplicationWarden warden) {
    try {
      HandOver handOver = space.handOver();
      Geometry geometry = handOver.geometry();
      Shard shard = shard(space, warden);
      CommandDesk desk =
          new CommandDesk(
              space.ring().segment(), geometry, shard, () -> space.applicationBell().ring());
      AllocationGauge gauge = new AllocationGauge(Thread.currentThread(), counters(space));
      Watchdog watchdog =
          new Watchdog(handOver.faultTimeoutNanos() + STILL_NANOS_MAX, warden, gauge::publish);
      PagerLoop loop =
          new PagerLoop(shard, desk, poller, Clock.system(), watchdog, handOver.spinNanos());
      loop.watch(space, channel, application);
      watcher.serving();
      if (!log.send(
          PagerMessageLayout.READY,
          0,
          ShardSettings.minimumBudgetBytes(geometry),
          "",
          ANSWER_MILLIS_MAX)) {
        closeDonors();
        watcher.bye();
        return EXIT_FAILED;
      }
      watchdog.start();
      end(loop.run(), shard, desk);
      return 0;
    } catch (Throwable e) {
      // Whatever it is, nobody serves the application's faults any more.
      log.error("the pager failed: " + describe(e));
      warden.stop("the pager failed: " + e + "; report a bug");
      return EXIT_FAILED;
    }
  }

  private Shard shard(ReceivedSpace space, Warden warden) {
    HandOver handOver = space.handOver();
    ShardSettings settings =
        ShardSettings.of(handOver.budgetBytes())
            .withFaultTimeoutNanos(handOver.faultTimeoutNanos())
            .withPromote(handOver.promote());
    return new Shard(
        handOver.geometry(),
        settings,
        Clock.system(),
        space.faults(),
        space.pages(),
        List.copyOf(donors),
        space.table().segment(),
        counters(space),
        platform.memories()::reservePrivate,
        warden);
  }

  private static Counters counters(ReceivedSpace space) {
    return new Counters(space.counters().segment());
  }

  private void end(PagerLoop.End end, Shard shard, CommandDesk desk) {
    shard.close();
    closeDonors();
    watcher.bye();
    if (end == PagerLoop.End.CLOSED) {
      desk.answerClose();
    }
  }

  private static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder(failure.toString());
    for (StackTraceElement frame : failure.getStackTrace()) {
      text.append(" at ").append(frame);
    }
    return text.toString();
  }
}
