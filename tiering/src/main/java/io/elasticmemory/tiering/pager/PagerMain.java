package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.EmpVersion;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.PagerMessageLayout;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pager: serves the faults of one space from a process of its own. Started by the application
 * or its watcher, never by hand, with one end of a connection to the application. There it finds
 * the space handed over, and leaves that to its successors. When it is its turn it opens the
 * donors, answers, and serves until the application closes the space or ends.
 *
 * <p>What fails at the first pager before its answer is refused and harms nobody, and what fails at
 * one of another build before it serves has the build before try. What fails later stops the
 * application, unless it ends this process alone: then another takes over. On standard output it
 * says nothing but what {@link WatcherPipe} says.
 */
public final class PagerMain {
  private static final long ANSWER_MILLIS_MAX = 10_000;

  /** How long the JVM believes that there is no such host: as long as a fault may wait. */
  private static final String NAMES_UNKNOWN_SECONDS = "sun.net.inetaddr.negative.ttl";

  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private final Platform platform;
  private final ControlChannel channel;
  private final Peer application;
  private final PagerLog log;
  private final WatcherPipe watcher = new WatcherPipe();
  private final ApplicationWarden warden;
  private final boolean canGoBack;
  private boolean isSuccessor;

  private PagerMain(
      Platform platform, ControlChannel channel, Peer application, boolean canGoBack) {
    this.platform = platform;
    this.channel = channel;
    this.application = application;
    this.canGoBack = canGoBack;
    this.log = new PagerLog(channel);
    this.warden = new ApplicationWarden(application, watcher, log);
  }

  /**
   * Started by an application or its watcher, with no arguments or {@link
   * PagerProgram#OR_THE_BUILD_BEFORE}, or with {@link PagerProgram#PRACTICE}.
   */
  public static void main(String[] args) {
    if (Arrays.asList(args).contains(PagerProgram.PRACTICE)) {
      Practice.run(Platform.find());
      return;
    }
    boolean canGoBack = Arrays.asList(args).contains(PagerProgram.OR_THE_BUILD_BEFORE);
    Runtime.getRuntime().halt(runProcess(canGoBack));
  }

  private static int runProcess(boolean canGoBack) {
    long startedNanos = System.nanoTime();
    System.setProperty(NAMES_UNKNOWN_SECONDS, "0");
    Platform platform = Platform.find();
    platform.processes().becomePager();
    try (ControlChannel channel = platform.sockets().given();
        Peer application = platform.processes().open(channel.peerPid())) {
      return new PagerMain(platform, channel, application, canGoBack).run(startedNanos);
    } catch (IOException e) {
      System.err.println("no application: this program is started by EMP itself, not by hand");
      return EXIT_USAGE;
    } catch (EmpException e) {
      if (e.kind() == Kind.PAGER) {
        return PagerProgram.DONE; // the application has ended: nobody may be killed in its name
      }
      System.err.println("a pager cannot begin: " + e.getMessage());
      return EXIT_FAILED;
    } finally {
      platform.processes().endPager();
    }
  }

  private int run(long startedNanos) {
    try (OpenShards shards = new OpenShards(platform, channel, application, log, warden)) {
      ReceivedSpace space;
      ReceivedSpace taken = null;
      Watchdog watchdog;
      long minimumBudgetBytes;
      try {
        space = ReceivedSpace.receive(channel, platform.memories());
        if (space == null) {
          return PagerProgram.DONE;
        }
        long receivedNanos = System.nanoTime();
        Succession succession = new Succession(platform, channel, application, space, log, warden);
        if (!awaitTurn(succession)) {
          return PagerProgram.DONE;
        }
        Failpoint.serve();
        Failpoint.TAKE_OVER_LOCKED.reach();
        long epoch = Succession.take(space);
        taken = space;
        Failpoint.TAKE_OVER_NUMBERED.reach();
        isSuccessor = epoch > 1;
        minimumBudgetBytes = requireBudget(space.handOver());
        watchdog = shards.open(space, succession.prepared());
        Failpoint.TAKE_OVER_OPENED.reach();
        succession.serves(epoch, receivedNanos - startedNanos);
      } catch (RuntimeException | Error e) {
        return failAtStart(shards, e, taken);
      }
      return serve(space, watchdog, minimumBudgetBytes, shards);
    }
  }

  /** What fails here ends this process alone: another pager may serve the space. */
  private static boolean awaitTurn(Succession succession) {
    try {
      return succession.await();
    } catch (RuntimeException | Error e) {
      System.err.println("a standby has failed: " + e);
      Runtime.getRuntime().halt(EXIT_FAILED);
      throw e;
    }
  }

  private int failAtStart(OpenShards shards, Throwable failure, @Nullable ReceivedSpace taken) {
    if (canGoBack) {
      log.warn("a pager of build %s cannot serve: %s".formatted(EmpVersion.current(), failure));
      return EXIT_FAILED;
    }
    if (isSuccessor) {
      return fail(shards, failure);
    }
    EmpException reason =
        failure instanceof EmpException known
            ? known
            : new EmpException(Kind.INTERNAL, "the pager failed at its start: " + failure, failure);
    return refuse(reason, taken);
  }

  private static int fail(OpenShards shards, Throwable failure) {
    shards.fail(failure);
    return EXIT_FAILED;
  }

  // Before the answer.

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

  /** Whoever waits for its turn would not refuse, but end the application of its predecessor. */
  private int refuse(EmpException reason, @Nullable ReceivedSpace taken) {
    if (taken != null) {
      BlockTableLayout.end(taken.table().segment());
    }
    int kind = reason.kind().ordinal();
    boolean _ = answer(PagerMessageLayout.REFUSED, kind, 0, reason.getMessage());
    return PagerProgram.REFUSED;
  }

  private boolean answer(int kind, int code, long value, String text) {
    return log.send(kind, code, value, text, ANSWER_MILLIS_MAX);
  }

  // After it.

  /** The space holds what must stay open, the lifeline above all. */
  private int serve(
      ReceivedSpace space, Watchdog watchdog, long minimumBudgetBytes, OpenShards shards) {
    try {
      watcher.serving();
      // Of those that take over nobody waits for one.
      if (!isSuccessor && !answer(PagerMessageLayout.READY, 0, minimumBudgetBytes, "")) {
        watcher.bye();
        return EXIT_FAILED;
      }
      watchdog.start();
      PagerLoop.End end = shards.run();
      BlockTableLayout.end(space.table().segment());
      watcher.bye();
      if (end == PagerLoop.End.CLOSED) {
        shards.answerClose();
      }
      Reference.reachabilityFence(space);
      return PagerProgram.DONE;
    } catch (Throwable e) {
      return fail(shards, e);
    }
  }
}
