package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.policy.BlockRecords;
import io.elasticmemory.tiering.policy.IntervalReplacement;
import io.elasticmemory.tiering.policy.MissCurve;
import io.elasticmemory.tiering.policy.ReplacementPolicy;
import java.lang.foreign.Arena;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The policies that are compared. */
public enum Candidate {
  /** What came first leaves first. */
  FIFO("fifo", FirstInFirstOut::new),
  /** As {@link SecondChance}. */
  SECOND_CHANCE("second chance", SecondChance::new),
  /** As {@link TwoQueues}. */
  TWO_QUEUES("2Q", TwoQueues::new),
  /** As {@link S3Fifo}. */
  S3_FIFO("S3-FIFO", S3Fifo::new),
  /** As {@link Sieve}. */
  SIEVE("SIEVE", Sieve::new),
  /** As {@link ClockPro}. */
  CLOCK_PRO("CLOCK-Pro", ClockPro::new),
  /** What the pager uses. */
  INTERVAL(
      "interval",
      (records, blockBytes) ->
          new IntervalReplacement(records, 1, IntervalReplacement.trialMin(blockBytes)));

  private final String label;
  private final BiFunction<BlockRecords, Integer, ReplacementPolicy> make;

  Candidate(String label, Function<BlockRecords, ReplacementPolicy> make) {
    this(label, (records, _) -> make.apply(records));
  }

  Candidate(String label, BiFunction<BlockRecords, Integer, ReplacementPolicy> make) {
    this.label = label;
    this.make = make;
  }

  /** Its name, for people and in JSON. */
  public String label() {
    return label;
  }

  /** A policy that knows no block, for block numbers below {@code blocks}. */
  ReplacementPolicy open(int blocks, int blockBytes, Arena arena) {
    return make.apply(new BlockRecords(arena.allocate(BlockRecords.bytes(blocks), 8)), blockBytes);
  }

  /** Estimates misses, with what the pager uses; null with another policy. */
  @Nullable MissCurve curve(int blocks, int blockBytes, Arena arena) {
    return this == INTERVAL
        ? new MissCurve(blocks, blockBytes, bytes -> arena.allocate(bytes, 8))
        : null;
  }
}
