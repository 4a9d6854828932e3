package io.elasticmemory.tiering.pager;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.PagerMessageLayout;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;

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

  private final Platform platform;
  private final ControlChannel channel;
  private final Peer application;
  private final PagerLog log;
  private final WatcherPipe watcher = new WatcherPipe();
  private final ApplicationWarden warden;

  private PagerMain(Platform platform, ControlChannel channel, Peer application) {
    this.platform = platform;
    this.channel = channel;
    this.application = application;
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
        Peer application = platform.processes().open(channel.peerPid())) {
      return new PagerMain(platform, channel, application).run();
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
    try (OpenShards shards = new OpenShards(platform, channel, application, log, warden)) {
      Ready ready;
      try {
        ready = prepare(shards);
      } catch (EmpException e) {
        return refuse(e);
      } catch (RuntimeException | Error e) {
        return refuse(new EmpException(Kind.INTERNAL, "the pager failed at its start: " + e, e));
      }
      return serve(ready, shards);
    }
  }

  // Before the answer.

  /**
   * What is known when the space can be served; {@code space} holds what must stay open, the
   * lifeline above all.
   */
  private record Ready(ReceivedSpace space, Watchdog watchdog, long minimumBudgetBytes) {}

  private Ready prepare(OpenShards shards) {
    ReceivedSpace space = ReceivedSpace.receive(channel, platform.memories());
    long minimumBudgetBytes = requireBudget(space.handOver());
    return new Ready(space, shards.open(space), minimumBudgetBytes);
  }

  private static long requireBudget(HandOver handOver) {
    int shards = handOver.shards();
    long least = BudgetPool.minimumBytes(handOver.geometry(), handOver.stripes());
    if (handOver.budgetBytes() < least) {
      throw new EmpException(
          Kind.PATH,
          ("a DRAM budget of %d KiB is less than the %d KiB that blocks of %d KiB need%s; raise "
                  + "dram: or lower block=%s")
              .formatted(
                  handOver.budgetBytes() >> 10,
                  least >> 10,
                  handOver.geometry().blockBytes() >> 10,
                  shards > 1 ? " in " + shards + " shards" : "",
                  shards > 1 ? " or shards=" : ""));
    }
    return least;
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

  private int serve(Ready ready, OpenShards shards) {
    try {
      watcher.serving();
      if (!answer(PagerMessageLayout.READY, 0, ready.minimumBudgetBytes(), "")) {
        watcher.bye();
        return EXIT_FAILED;
      }
      ready.watchdog().start();
      PagerLoop.End end = shards.run();
      watcher.bye();
      if (end == PagerLoop.End.CLOSED) {
        shards.answerClose();
      }
      Reference.reachabilityFence(ready);
      return 0;
    } catch (Throwable e) {
      shards.fail(e);
      return EXIT_FAILED;
    }
  }
}
