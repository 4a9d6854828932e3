package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Processes;
import io.elasticmemory.samples.bench.PinnedThread;
import io.elasticmemory.samples.bench.policy.PolicyFigures.Real;
import io.elasticmemory.samples.bench.policy.PolicyFigures.Replayed;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Compares policies. Each workload is recorded, access by access; the trace is replayed through
 * exact LRU and MIN, and through each candidate; then the same accesses go to a space, and the
 * misses of its pager are counted.
 */
public final class PolicyBench {
  /** A slab in reserve, and one for what is rounded up. */
  private static final long DONOR_MIB_MORE = 128;

  /** The ways to run the pager, its default first. */
  private static final boolean[] SAMPLING = {true, false};

  private static final boolean[] NO_SPACE = {};

  private final PolicyPlan plan;
  private final Workplace workplace;
  private final Progress progress;
  private final Processes processes = Platform.find().processes();
  private long hash;

  /** A bench. */
  public PolicyBench(PolicyPlan plan, Workplace workplace, Progress progress) {
    this.plan = plan;
    this.workplace = workplace;
    this.progress = progress;
  }

  /** Runs it. */
  public PolicyResult run() throws IOException {
    List<PolicyFigures> figures = new ArrayList<>();
    for (Workload workload : plan.workloads()) {
      figures.add(measure(workload));
    }
    return new PolicyResult(plan, figures, hash);
  }

  private PolicyFigures measure(Workload workload) throws IOException {
    AtomicLong done = new AtomicLong();
    progress.begin("replaying " + workload.label(), 2 + Candidate.values().length, done::get);
    Trace trace = Trace.record(workload, plan.blocks(), plan.room(), plan.accesses(), plan.seed());
    long lru = ExactLru.misses(trace, plan.room());
    done.incrementAndGet();
    long min = BeladyMin.misses(trace, plan.room());
    done.incrementAndGet();
    List<Replayed> replayed = new ArrayList<>();
    for (Candidate candidate : Candidate.values()) {
      replayed.add(replay(candidate, trace, true));
      done.incrementAndGet();
    }
    progress.end();
    List<Real> real = new ArrayList<>();
    for (boolean sampling : plan.withSpace() ? SAMPLING : NO_SPACE) {
      real.add(run(trace, sampling));
    }
    return new PolicyFigures(workload, trace.measured(), lru, min, replayed, real);
  }

  private Replayed replay(Candidate candidate, Trace trace, boolean sampling) {
    try (Arena arena = Arena.ofConfined()) {
      ReplayedPager pager =
          new ReplayedPager(
              candidate.open(plan.blocks(), plan.blockBytes(), arena),
              candidate.curve(plan.blocks(), plan.blockBytes(), arena),
              plan.blocks(),
              plan.room(),
              plan.blockBytes(),
              sampling);
      ReplayedPager.Counted counted = pager.replay(trace);
      return new Replayed(candidate, counted.misses(), counted.touches(), counted.watches());
    }
  }

  private Real run(Trace trace, boolean sampling) throws IOException {
    long donorMib = plan.dataMib() + DONOR_MIB_MORE;
    LocalExporter exporter = LocalExporter.start(workplace, donorMib);
    try (PolicySpace space = PolicySpace.open(plan, sampling, exporter.entry(donorMib));
        PinnedThread faulter = new PinnedThread(processes, plan.placement().application())) {
      processes.pinProcess(space.pagerPid(), plan.placement().pager());
      processes.pinProcess(exporter.process().pid(), plan.placement().exporter());
      progress.begin(
          trace.workload().label() + " with the real pager", trace.accesses().length, space::done);
      PolicySpace.Counted counted = faulter.run(() -> space.run(trace));
      progress.end();
      hash = hash * 31 + counted.hash();
      Replayed replayed = replay(Candidate.INTERVAL, trace, sampling);
      return new Real(
          sampling,
          counted.misses(),
          counted.touches(),
          counted.watches(),
          counted.nanos() / 1e9,
          counted.pagerCpuNanos() / 1e9,
          (double) replayed.misses() / Math.max(1, counted.misses()));
    } finally {
      Workplace.end(exporter.process());
    }
  }
}
