package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath;
import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.Check.Verdict;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Lifeline;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.Sockets.Listener;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.CommandRingLayout;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import io.elasticmemory.wire.HandOverLayout;
import io.elasticmemory.wire.PagerMessageLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens one space, or leaves nothing behind. The pager's JVM starts first, because that takes
 * longest; meanwhile the memory is made. Then the pager gets it all in one message, checks it,
 * opens its donors and answers.
 */
final class SpaceOpening {
  private static final Logger LOG = LoggerFactory.getLogger("io.elasticmemory.pager");
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** A JVM that has not connected by now never will. */
  private static final long CONNECT_MILLIS_MAX = 30_000;

  /** How long the pager may say nothing while it opens its donors. */
  private static final long SILENCE_MILLIS_MAX = 60_000;

  private static final long SEND_MILLIS_MAX = 10_000;
  private static final long LOOK_MILLIS = 50;

  /** Whether user-mode faults are accepted, for each test that has passed in this process. */
  private static final Set<Boolean> SELF_TESTED = ConcurrentHashMap.newKeySet();

  private final Platform platform = Platform.find();
  private final String name = "emp-" + COUNT.incrementAndGet();
  private final Undo undo = new Undo();
  private final PagerSettings settings = PagerSettings.current();
  private final MemPath path;
  private final SpacePlan plan;

  private SpaceOpening(MemPath path) {
    this.path = path;
    long heapBytes = Runtime.getRuntime().maxMemory();
    this.plan = SpacePlan.of(path, platform.memories().limits(), heapBytes);
  }

  /** Opens a space. */
  static SpaceParts open(MemPath path) {
    path.requireSupported();
    return new SpaceOpening(path).open();
  }

  private SpaceParts open() {
    List<String> command = new PagerCommand(PagerProgram.find(), platform, settings).words();
    try {
      Listener listener = undo.add(platform.sockets().listen());
      return open(listener, undo.add(PagerProcess.start(command, listener.path())));
    } catch (Throwable e) {
      closeAfter(e);
      throw e;
    }
  }

  private SpaceParts open(Listener listener, PagerProcess pager) {
    try {
      return openWith(listener, pager);
    } catch (Throwable e) {
      // First of all: what it still does must not hit an address that is somebody else's next.
      pager.kill();
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

  private SpaceParts openWith(Listener listener, PagerProcess pager) {
    requireSelfTest();
    Memories memories = platform.memories();
    List<Handle> disks = openDisks();
    SpaceMemory memory = undo.add(createMemory(memories));
    SharedMemory table = undo.add(createTable(memories));
    SharedMemory counters =
        undo.add(memories.createShared("emp-counters", CountersLayout.PAGE_BYTES, true));
    new Counters(counters.segment()).format(pager.pid());
    SharedMemory ring =
        undo.add(memories.createShared("emp-ring", CommandRingLayout.RING_BYTES, true));
    Doorbell pagerBell = undo.add(memories.createDoorbell());
    Doorbell applicationBell = undo.add(memories.createDoorbell());
    Doorbell stopBell = undo.add(memories.createDoorbell());
    CommandRing commands = new CommandRing(ring.segment(), pagerBell::ring);
    Lifeline lifeline = undo.add(platform.processes().createLifeline());
    List<Handle> handles = new ArrayList<>();
    handles.add(memory.faults());
    handles.add(memory.pages());
    handles.add(table.handle());
    handles.add(counters.handle());
    handles.add(ring.handle());
    handles.add(pagerBell.handle());
    handles.add(applicationBell.handle());
    handles.add(lifeline.otherEnd());
    handles.addAll(disks);
    ControlChannel channel = undo.add(accept(listener, pager));
    listener.close();
    long minimumBudget = handOver(channel, handOver(memory, table), handles, pager);
    lifeline.arm();
    lifeline.otherEnd().close();
    pager.serving();
    ControlThread control =
        new ControlThread(
            name + "-control", platform.sockets(), channel, applicationBell, stopBell, commands);
    control.start();
    return new SpaceParts(
        path,
        plan,
        memory,
        counters,
        commands,
        lifeline,
        channel,
        pager,
        control,
        undo,
        minimumBudget);
  }

  // What the application makes.

  private void requireSelfTest() {
    boolean usermode = path.options().usermode();
    if (SELF_TESTED.contains(usermode)) {
      return;
    }
    for (Check check : platform.selfTest(usermode)) {
      if (check.verdict() == Verdict.FAILED) {
        throw new EmpException(
            Kind.PLATFORM, "%s: %s; %s".formatted(check.name(), check.detail(), check.remedy()));
      }
      if (check.verdict() == Verdict.WARNING) {
        LOG.warn("{}: {}; {}", check.name(), check.detail(), check.remedy());
      }
    }
    SELF_TESTED.add(usermode);
  }

  private SpaceMemory createMemory(Memories memories) {
    return memories.createSpace(plan.geometry().capacityBytes(), path.options().usermode());
  }

  private SharedMemory createTable(Memories memories) {
    long bytes = BlockTableLayout.tableBytes(plan.geometry());
    return memories.createShared("emp-table", bytes, !plan.lazy());
  }

  /** The entries below DRAM, fastest tier first, within a tier as written. */
  private List<Entry> donorEntries() {
    return path.entries().stream()
        .filter(entry -> entry.tier().isBelow(Tier.DRAM))
        .sorted(Comparator.comparing(Entry::tier))
        .toList();
  }

  private List<Handle> openDisks() {
    List<Handle> handles = new ArrayList<>();
    for (Entry entry : donorEntries()) {
      if (entry instanceof SpillFile file) {
        boolean reserve = file.reserve() == Reserve.FULL;
        handles.add(
            undo.add(
                platform
                    .files()
                    .createSpillFile(Path.of(file.path()), SpacePlan.wholeSlabs(file), reserve)));
      } else if (entry instanceof BlockDevice device) {
        handles.add(
            undo.add(
                platform
                    .files()
                    .openBlockDevice(
                        Path.of(device.path()),
                        device.baseMib() << 20,
                        SpacePlan.wholeSlabs(device))));
      }
    }
    return handles;
  }

  // What the pager is told.

  private ControlChannel accept(Listener listener, PagerProcess pager) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CONNECT_MILLIS_MAX);
    while (pager.isAlive() && deadline - System.nanoTime() > 0) {
      try {
        return listener.accept(pager.pid(), LOOK_MILLIS);
      } catch (IOException e) {
        LOG.trace("no pager yet", e);
      }
    }
    throw notStarted(pager);
  }

  private EmpException notStarted(PagerProcess pager) {
    return new EmpException(
        Kind.PAGER,
        "the pager did not start: %s; run emp doctor, and check %s"
            .formatted(
                pager.lastWords(),
                settings.java().isEmpty() && settings.options().isEmpty()
                    ? "the JDK and its memory"
                    : "emp.pager.java and emp.pager.options"));
  }

  private HandOver handOver(SpaceMemory memory, SharedMemory table) {
    SecureRandom random = new SecureRandom();
    long high = random.nextLong();
    long low = random.nextLong();
    BlockTableLayout.format(table.segment(), plan.geometry(), high, low);
    return new HandOver(
        high,
        low,
        memory.base(),
        plan.geometry(),
        plan.budgetBytes(),
        TimeUnit.MILLISECONDS.toNanos(path.options().faultTimeoutMillis()),
        TimeUnit.MICROSECONDS.toNanos(settings.spinMicros()),
        path.options().promote(),
        SpacePlan.SHARDS,
        donors());
  }

  private List<DonorPart> donors() {
    List<DonorPart> donors = new ArrayList<>();
    for (Entry entry : donorEntries()) {
      switch (entry) {
        case Exporter exporter ->
            donors.add(
                new DonorPart(
                    DonorKind.EXPORTER,
                    SpacePlan.wholeSlabs(exporter),
                    0,
                    exporter.port(),
                    exporter.address(),
                    exporter.host()));
        case SpillFile file -> donors.add(disk(DonorKind.SPILL_FILE, file.path(), file, 0));
        case BlockDevice device ->
            donors.add(disk(DonorKind.BLOCK_DEVICE, device.path(), device, device.baseMib() << 20));
        default -> {}
      }
    }
    return donors;
  }

  private static DonorPart disk(DonorKind kind, String path, Entry entry, long baseBytes) {
    return new DonorPart(kind, SpacePlan.wholeSlabs(entry), baseBytes, 0, path, "");
  }

  /** Sends everything and waits for the answer: the smallest budget. */
  private static long handOver(
      ControlChannel channel, HandOver handOver, List<Handle> handles, PagerProcess pager) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(HandOverLayout.MESSAGE_BYTES_MAX, 8);
      int bytes = write(handOver, message);
      if (!channel.send(message.asSlice(0, bytes), handles, SEND_MILLIS_MAX)) {
        throw new EmpException(Kind.PAGER, "the pager does not listen: " + pager.lastWords());
      }
      return awaitAnswer(channel, message, pager);
    } catch (IOException e) {
      throw new EmpException(
          Kind.PAGER, "the pager is lost: %s (%s)".formatted(pager.lastWords(), e.getMessage()), e);
    }
  }

  private static int write(HandOver handOver, MemorySegment message) {
    try {
      if (handOver.handles() > ControlChannel.HANDLES_MAX) {
        throw new IllegalArgumentException("too many files and devices: " + handOver.handles());
      }
      return HandOverLayout.write(handOver, message);
    } catch (IllegalArgumentException e) {
      throw new EmpException(
          Kind.PATH, e.getMessage() + "; use fewer entries or shorter names in the path", e);
    }
  }

  private static long awaitAnswer(ControlChannel channel, MemorySegment message, PagerProcess pager)
      throws IOException {
    while (true) {
      int bytes = channel.receive(message, new ArrayList<>(0), SILENCE_MILLIS_MAX);
      if (bytes <= 0) {
        pager.close();
        throw new EmpException(
            Kind.PAGER,
            "the pager %s while the space was being opened: %s"
                .formatted(bytes < 0 ? "ended" : "said nothing", pager.lastWords()));
      }
      MemorySegment answer = message.asSlice(0, bytes);
      switch (PagerMessageLayout.kind(answer)) {
        case PagerMessageLayout.READY -> {
          return PagerMessageLayout.value(answer);
        }
        case PagerMessageLayout.REFUSED -> throw refusal(answer);
        default -> PagerLogLine.log(LOG, answer);
      }
    }
  }

  private static EmpException refusal(MemorySegment answer) {
    Kind[] kinds = Kind.values();
    int code = PagerMessageLayout.code(answer);
    Kind kind = code >= 0 && code < kinds.length ? kinds[code] : Kind.PAGER;
    return new EmpException(kind, PagerMessageLayout.text(answer));
  }
}
