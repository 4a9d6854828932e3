package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath;
import io.elasticmemory.SpaceOptions;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.Check.Verdict;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Randomness;
import io.elasticmemory.wire.HandOver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Opens one space, or leaves nothing behind. The pager's JVM starts first, because that takes
 * longest; meanwhile the memory is made. Then the pager finds it all in one message, checks it,
 * opens its donors and answers.
 */
final class SpaceOpening {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Whether user-mode faults are accepted, for each test that has passed in this process. */
  private static final Set<Boolean> SELF_TESTED = ConcurrentHashMap.newKeySet();

  private final Platform platform = Platform.find();
  private final PagerSettings settings = PagerSettings.current();
  private final Undo undo = new Undo();
  private final MemPath path;
  private final Runnable accepted;

  private SpaceOpening(MemPath path, Runnable accepted) {
    this.path = path;
    this.accepted = accepted;
  }

  /**
   * Opens a space.
   *
   * @param accepted called when everything that this process can find out is known to be well, and
   *     only the pager's answer is waited for
   */
  static SpaceParts open(MemPath path, Runnable accepted) {
    path.requireSupported();
    return new SpaceOpening(path, accepted).open();
  }

  private SpaceParts open() {
    PagerCommand command = new PagerCommand(PagerProgram.find(), platform, settings);
    boolean standby = settings.standby().orElse(path.options().standby()) && Pagers.canBeWatched();
    Pagers pagers = undo.add(Pagers.start(platform, command, standby));
    try {
      SpaceParts parts = openWith(pagers, command);
      command.archive().ifPresent(archive -> archive.makeLater(platform.memories()::limits));
      return parts;
    } catch (Throwable e) {
      // First of all: what they still do must not hit an address that is somebody else's next.
      pagers.kill();
      closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(Throwable failure) {
    try {
      undo.close();
    } catch (EmpException e) {
      failure.addSuppressed(e);
    }
  }

  private SpaceParts openWith(Pagers pagers, PagerCommand command) {
    SpacePlan plan = plan();
    requireSelfTest();
    DonorEntries donors = new DonorEntries(path);
    MadeSpace made = make(plan, donors);
    CommandRings commands = made.commandRings(plan.stripes());
    FaultSamples samples = made.faultSamples();
    accepted.run();
    HandingOver handingOver = new HandingOver(pagers, command.remedy());
    long minimumBudget = handingOver.handOver(handOver(plan, donors, made), made.handles());
    made.lifeline().otherEnd().close();
    made.lifeline().arm();
    pagers.serving();
    ControlThread control = control(pagers, made, commands, samples);
    control.start();
    return new SpaceParts(
        path,
        plan,
        made,
        commands,
        samples,
        pagers,
        control,
        platform.memories()::pressure,
        undo,
        minimumBudget);
  }

  private SpacePlan plan() {
    long heapBytes = Runtime.getRuntime().maxMemory();
    int cpus = Runtime.getRuntime().availableProcessors();
    return SpacePlan.of(path, platform.memories().limits(), heapBytes, cpus);
  }

  private void requireSelfTest() {
    boolean usermode = path.options().usermode();
    // One after the other, so that a warning is said once.
    synchronized (SELF_TESTED) {
      if (!SELF_TESTED.contains(usermode)) {
        selfTest(usermode);
        SELF_TESTED.add(usermode);
      }
    }
  }

  private void selfTest(boolean usermode) {
    for (Check check : platform.selfTest(usermode)) {
      if (check.verdict() == Verdict.FAILED) {
        throw new EmpException(
            Kind.PLATFORM, "%s: %s; %s".formatted(check.name(), check.detail(), check.remedy()));
      }
      if (check.verdict() == Verdict.WARNING) {
        PagerLog.get().warn("{}: {}; {}", check.name(), check.detail(), check.remedy());
      }
    }
  }

  private MadeSpace make(SpacePlan plan, DonorEntries donors) {
    MadeSpace made =
        MadeSpace.make(
            platform, plan, path.options(), donors, Randomness.next(), Randomness.next(), undo);
    made.formatCounters(plan.geometry().blockBytes());
    return made;
  }

  private static long spinNanos(PagerSettings settings) {
    long micros = settings.spinMicros();
    return micros == HandOver.SPIN_BY_PLACEMENT ? micros : TimeUnit.MICROSECONDS.toNanos(micros);
  }

  private HandOver handOver(SpacePlan plan, DonorEntries donors, MadeSpace made) {
    return new HandOver(
        made.spaceIdHigh(),
        made.spaceIdLow(),
        made.memory().base(),
        plan.geometry(),
        plan.budgetBytes(),
        TimeUnit.MILLISECONDS.toNanos(path.options().faultTimeoutMillis()),
        spinNanos(settings),
        path.options().promote(),
        path.options().elastic(),
        path.options().sampling(),
        path.options().onLoss() == SpaceOptions.OnLoss.POISON,
        path.options().isEncrypted(),
        plan.stripes(),
        donors.parts());
  }

  private ControlThread control(
      Pagers pagers, MadeSpace made, CommandRings commands, FaultSamples samples) {
    return new ControlThread(
        "emp-control-" + COUNT.incrementAndGet(),
        platform.sockets(),
        pagers.channel(),
        made.applicationBell(),
        undo.add(platform.memories().createDoorbell()),
        commands,
        made.unmapQueues(),
        samples);
  }
}
