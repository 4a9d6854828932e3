package io.elasticmemory.agent.sight;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.ShardCounters;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.FlightRecorder;
import jdk.jfr.RecordingState;

/**
 * Tells the flight recorder, once the program or its user has brought it up: this class never does.
 * The events are loaded only then, one look after the first recording was seen to run: those that
 * are loaded while it begins may miss what it switches off (seen with JDK 25).
 */
final class RecordedEvents implements FlightEvents {
  /** What leaves in a second is a burst if it is at least this part of the DRAM. */
  private static final int BURST_PART = 8;

  private static final long PERIOD_NANOS = 1_000_000_000;

  private static final int FRAMES_MAX = 64;

  private final Gift gift;
  private boolean hasRun;
  private boolean isAnnounced;
  private boolean isCounted;
  private long lookedAt;
  private Seen seen = new Seen(0, 0, 0, 0);

  /** What was counted by some time. */
  private record Seen(long evicted, long dirty, long failed, long late) {
    static Seen of(ShardCounters counters) {
      long dirty = counters.get(Counter.evictionsDirty);
      return new Seen(
          dirty + counters.get(Counter.evictionsClean) + counters.get(Counter.evictionsZero),
          dirty,
          counters.get(Counter.transfersFailed),
          counters.get(Counter.transfersLate));
    }
  }

  RecordedEvents(Gift gift) {
    this.gift = gift;
  }

  @Override
  public boolean look() {
    if (!hasRun) {
      hasRun = isRecording();
      return false;
    }
    announce();
    boolean wasCounted = isCounted;
    isCounted = new EvictionBurstEvent().isEnabled() || new DonorLostEvent().isEnabled();
    if (isCounted && !wasCounted) {
      lookedAt = System.nanoTime();
      seen = Seen.of(gift.space().counters());
    } else if (isCounted && System.nanoTime() - lookedAt >= PERIOD_NANOS) {
      count();
    }
    return new FaultSampleEvent().isEnabled();
  }

  private static boolean isRecording() {
    return FlightRecorder.isInitialized()
        && FlightRecorder.getFlightRecorder().getRecordings().stream()
            .anyMatch(recording -> recording.getState() == RecordingState.RUNNING);
  }

  /** To the recordings that run by now, and to each that begins later. */
  private void announce() {
    if (!isAnnounced) {
      isAnnounced = true;
      FlightRecorder.addPeriodicEvent(SpaceOpenedEvent.class, this::opened);
      opened();
    }
  }

  /** Also by threads of the flight recorder. */
  private void opened() {
    SpaceOpenedEvent event = new SpaceOpenedEvent();
    if (!event.isEnabled()) {
      return;
    }
    event.path = gift.space().path().toString();
    event.capacity = gift.space().geometry().capacityBytes();
    event.dram = gift.space().budgetBytes();
    event.pagerPid = gift.space().pagerPid();
    event.openedIn = gift.spaceMillis();
    event.commit();
  }

  private void count() {
    long now = System.nanoTime();
    Seen last = seen;
    seen = Seen.of(gift.space().counters());
    long blocks = seen.evicted - last.evicted;
    long bytes = blocks * gift.space().geometry().blockBytes();
    if (bytes >= gift.space().budgetBytes() / BURST_PART) {
      EvictionBurstEvent event = new EvictionBurstEvent();
      event.blocks = blocks;
      event.dirtyBlocks = seen.dirty - last.dirty;
      event.bytes = bytes;
      event.period = now - lookedAt;
      event.commit();
    }
    if (seen.failed + seen.late > last.failed + last.late) {
      DonorLostEvent event = new DonorLostEvent();
      event.failedTransfers = seen.failed - last.failed;
      event.lateTransfers = seen.late - last.late;
      event.commit();
    }
    lookedAt = now;
  }

  @Override
  public void sampled(SampledFault fault) {
    FaultSampleEvent event = new FaultSampleEvent();
    if (!event.isEnabled()) {
      return;
    }
    event.faultingThread = fault.thread();
    event.kind = fault.kind().text();
    event.pagerWait = fault.waitNanos();
    event.offset = fault.offset();
    event.line = fault.line();
    event.stack = text(fault.stack());
    event.commit();
  }

  private static String text(List<StackTraceElement> stack) {
    return stack.stream()
        .limit(FRAMES_MAX)
        .map(SampledFault::text)
        .collect(Collectors.joining("\n"));
  }
}
