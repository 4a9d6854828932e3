package io.elasticmemory.tiering.pager;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.wire.CommandRingLayout;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HintQueueLayout;
import io.elasticmemory.wire.PagerMessageLayout;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The pager: serves the faults of one space from a process of its own. Started by the application,
 * never by hand; while this JVM starts, the application makes the space, and says on standard input
 * at which socket it is handed over. The pager receives it there, checks it, opens the donors,
 * answers, and serves until the application closes the space or ends.
 *
 * <p>What fails before the answer is refused and harms nobody. What fails after it stops the
 * application. On standard output it says nothing but what {@link WatcherPipe} says.
 */
public final class PagerMain {
  private static final long CONNECT_MILLIS_MAX = 10_000;
  private static final long ANSWER_MILLIS_MAX = 10_000;
  private static final int EXIT_USAGE = 2;
  private static final int EXIT_FAILED = 1;

  /** How much longer than a fault may wait the loop may stand still. */
  private static final long STILL_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  private final Platform platform;
  private final ControlChannel channel;
  private final Peer application;
  private final Poller poller;
  private final PagerLog log;
  private final Clock clock = new RunningClock(Clock.system());
  private final WatcherPipe watcher = new WatcherPipe();
  private final ApplicationWarden warden;

  private PagerMain(Platform platform, ControlChannel channel, Peer application, Poller poller) {
    this.platform = platform;
    this.channel = channel;
    this.application = application;
    this.poller = poller;
    this.log = new PagerLog(channel);
    this.warden = new ApplicationWarden(application, watcher);
  }

  /** Started by an application, which says on standard input where to connect. */
  public static void main(String[] args) {
    Runtime.getRuntime().halt(runProcess());
  }

  private static int runProcess() {
    Platform platform = Platform.find();
    platform.processes().becomePager();
    String socket = readLine();
    if (socket.isEmpty()) {
      System.err.println("no application: this program is started by EMP itself, not by hand");
      return EXIT_USAGE;
    }
    try (ControlChannel channel = platform.sockets().connect(Path.of(socket), CONNECT_MILLIS_MAX);
        Peer application = platform.processes().open(channel.peerPid());
        Poller poller = platform.sockets().openPoller()) {
      return new PagerMain(platform, channel, application, poller).run();
    } catch (IOException e) {
      System.err.println("no application at " + socket + ": " + e.getMessage());
      return EXIT_FAILED;
    }
  }

  /** Empty if there is none. */
  private static String readLine() {
    try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
      return new String(in.readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private int run() {
    try (OpenDonors donors = new OpenDonors(platform, poller, clock, log)) {
      Service service;
      try {
        service = prepare(donors);
      } catch (EmpException e) {
        return refuse(e);
      } catch (RuntimeException | Error e) {
        return refuse(new EmpException(Kind.INTERNAL, "the pager failed at its start: " + e, e));
      }
      return serve(service, donors);
    }
  }

  // Before the answer.

  /**
   * Everything that serves a space; {@code space} holds what must stay open, the lifeline above
   * all.
   */
  private record Service(
      ReceivedSpace space,
      Shard shard,
      CommandDesk desk,
      PagerLoop loop,
      Watchdog watchdog,
      long minimumBudgetBytes) {}

  private Service prepare(OpenDonors donors) {
    ReceivedSpace space = ReceivedSpace.receive(channel, platform.memories());
    HandOver handOver = space.handOver();
    long minimumBudgetBytes = requireBudget(handOver);
    donors.open(space);
    Counters counters = new Counters(space.counters().segment());
    Shard shard = shard(space, donors, counters);
    long capacityBytes = handOver.geometry().capacityBytes();
    MemorySegment hints =
        space.ring().segment().asSlice(CommandRingLayout.HINTS_AT, HintQueueLayout.QUEUE_BYTES);
    shard.follow(new HintReader(hints, capacityBytes));
    CommandDesk desk =
        new CommandDesk(
            space.ring().segment(),
            handOver.geometry(),
            shard,
            () -> space.applicationBell().ring());
    AllocationGauge gauge = new AllocationGauge(Thread.currentThread(), counters);
    Watchdog watchdog =
        new Watchdog(handOver.faultTimeoutNanos() + STILL_NANOS_MAX, warden, gauge::publish);
    PagerLoop loop = new PagerLoop(shard, desk, poller, clock, watchdog, handOver.spinNanos());
    loop.watch(space, channel, application);
    return new Service(space, shard, desk, loop, watchdog, minimumBudgetBytes);
  }

  private static long requireBudget(HandOver handOver) {
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
    return least;
  }

  private Shard shard(ReceivedSpace space, OpenDonors donors, Counters counters) {
    HandOver handOver = space.handOver();
    ShardSettings settings =
        ShardSettings.of(handOver.budgetBytes())
            .withFaultTimeoutNanos(handOver.faultTimeoutNanos())
            .withPromote(handOver.promote())
            .withElastic(handOver.elastic());
    return new Shard(
        handOver.geometry(),
        settings,
        clock,
        space.faults(),
        space.pages(),
        donors.all(),
        space.table().segment(),
        counters,
        platform.memories()::reservePrivate,
        warden);
  }

  private int refuse(EmpException reason) {
    int kind = reason.kind().ordinal();
    boolean _ = answer(PagerMessageLayout.REFUSED, kind, 0, reason.getMessage());
    return EXIT_FAILED;
  }

  private boolean answer(int kind, int code, long value, String text) {
    return log.send(kind, code, value, text, ANSWER_MILLIS_MAX);
  }

  // After it.

  private int serve(Service service, OpenDonors donors) {
    try {
      watcher.serving();
      if (!answer(PagerMessageLayout.READY, 0, service.minimumBudgetBytes(), "")) {
        watcher.bye();
        return EXIT_FAILED;
      }
      service.watchdog().start();
      PagerLoop.End end = service.loop().run();
      service.shard().close();
      donors.close();
      watcher.bye();
      if (end == PagerLoop.End.CLOSED) {
        service.desk().answerClose();
      }
      return 0;
    } catch (Throwable e) {
      // Whatever it is, nobody serves the application's faults any more.
      log.error("the pager failed: " + describe(e));
      warden.stop("the pager failed: " + e + "; report a bug");
      return EXIT_FAILED;
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
