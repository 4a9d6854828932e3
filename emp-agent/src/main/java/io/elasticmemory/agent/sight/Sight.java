package io.elasticmemory.agent.sight;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.JavaThreads;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.space.FaultSamples;
import io.elasticmemory.space.FaultSamples.Answer;
import io.elasticmemory.space.FaultSamples.Sample;
import io.elasticmemory.thread.SpaceThreads;
import io.elasticmemory.wire.AgentLayout;
import io.elasticmemory.wire.FaultKind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of the agent that watches: keeps its page up to date, tells the flight recorder,
 * takes profiles, and while anybody wants samples of faults looks who had them.
 *
 * <p>The stack of a thread in a fault can only be taken when the fault has ended, so this thread
 * may stand still for as long. Nobody waits for it: a thread is asked for its own stack alone,
 * which stops no other.
 */
public final class Sight {
  /** How often it looks when nothing happens. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final int ANSWER_LOOKS_MAX = 20;
  private static final long ANSWER_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final Platform platform;
  private final FaultSamples samples;
  private final AgentPage page;
  private final FlightEvents flight;
  private final Consumer<Sample> lastOfShard = this::keepLast;
  private final @Nullable Sample[] last;
  private @Nullable JavaThreads threads;
  private String trouble = "";
  private @Nullable FaultProfile profile;
  private long profileEnd;
  private boolean isRecorded;
  private boolean sampling;
  private long passedOver;

  private Sight(Platform platform, SharedMemory memory, Gift gift) {
    this.platform = platform;
    samples = gift.space().faultSamples();
    last = new @Nullable Sample[gift.space().shards()];
    page = new AgentPage(memory.segment(), gift);
    flight = FlightEvents.of(gift);
  }

  /**
   * Shows from now on what is given, as long as the process lives.
   *
   * @param say takes a line for the user, if it ends early
   */
  public static void open(Gift gift, Consumer<String> say) {
    SpaceThreads.daemon("emp-sight", () -> show(gift, say)).start();
  }

  private static void show(Gift gift, Consumer<String> say) {
    try {
      Platform platform = Platform.find();
      new Sight(
              platform,
              platform.memories().createShared(AgentLayout.NAME, AgentLayout.PAGE_BYTES, false),
              gift)
          .watch();
    } catch (RuntimeException | Error e) {
      gift.space().faultSamples().want(false);
      say.accept("what the agent does is not shown any more, report a bug: " + e);
    }
  }

  private void watch() {
    while (true) {
      look();
      if (sampling) {
        sampleFor(LOOK_NANOS);
      } else {
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
    }
  }

  private void look() {
    page.publish();
    isRecorded = flight.look();
    if (profile == null && page.isAsked()) {
      beginProfile();
    } else if (profile != null && System.nanoTime() - profileEnd >= 0) {
      endProfile(profile);
    } else if (profile != null && !page.isAwaited()) {
      profile = null;
      page.refuse("nobody has waited for this profile for a while, so it was ended; take another");
    }
    boolean wanted = profile != null || isRecorded;
    if (wanted != sampling) {
      sampling = wanted && canSample();
      samples.want(sampling);
      samples.skip();
    }
  }

  private boolean canSample() {
    if (threads == null && trouble.isEmpty()) {
      try {
        threads = platform.processes().openThreads();
      } catch (EmpException e) {
        trouble = e.getMessage();
      }
    }
    return threads != null;
  }

  private void beginProfile() {
    profileEnd = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(page.begin());
    if (canSample()) {
      profile = new FaultProfile(lost());
    } else {
      page.refuse(trouble);
    }
  }

  private void endProfile(FaultProfile ended) {
    ended.lost(lost());
    page.done(ended);
    profile = null;
  }

  private long lost() {
    return samples.lost() + passedOver;
  }

  private void sampleFor(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      samples.await(left);
      samples.poll(lastOfShard);
      for (int shard = 0; shard < last.length; shard++) {
        Sample sample = last[shard];
        last[shard] = null;
        if (sample != null) {
          take(sample);
        }
      }
    }
  }

  /** Of an earlier one the fault is long over, and its thread somewhere else. */
  private void keepLast(Sample sample) {
    passedOver += last[sample.shard()] == null ? 0 : 1;
    last[sample.shard()] = sample;
  }

  private void take(Sample sample) {
    long begun = System.nanoTime();
    JavaThreads all = threads;
    Thread thread = all == null ? null : all.find(sample.thread());
    List<StackTraceElement> stack = thread == null ? List.of() : List.of(thread.getStackTrace());
    FaultProfile open = profile;
    if (thread != null && !stack.isEmpty()) {
      Answer answer = answer(sample);
      SampledFault fault =
          new SampledFault(answer.kind(), answer.waitNanos(), sample.offset(), thread, stack);
      if (isRecorded) {
        flight.sampled(fault);
      }
      if (open != null) {
        open.add(fault);
      }
    } else if (open != null) {
      open.addForeign();
    }
    if (open != null) {
      open.spent(System.nanoTime() - begun);
    }
  }

  /** The fault has ended, so the pager has answered, or is about to say so. */
  private Answer answer(Sample sample) {
    Answer answer = samples.answer(sample);
    for (int i = 0; answer.kind() == FaultKind.UNKNOWN && i < ANSWER_LOOKS_MAX; i++) {
      LockSupport.parkNanos(this, ANSWER_PAUSE_NANOS);
      answer = samples.answer(sample);
    }
    return answer;
  }
}
