package io.elasticmemory.samples.stat;

import io.elasticmemory.counters.Counter;
import java.util.List;
import java.util.OptionalLong;

/**
 * How many blocks would have come back with other amounts of DRAM. The pager simulates each amount
 * on a sample of the blocks. Which blocks are in the sample is chance, and the same chance for all
 * amounts: so what one says in proportion to another is better than what it says by itself, and
 * times what was counted it is the estimate.
 *
 * @param counted blocks that did come back
 * @param sampled what the sample says of the DRAM there is, by itself: to compare with what was
 *     counted
 * @param half estimate for half the DRAM; empty if it is not known
 * @param halfMore for half as much again
 * @param twice for twice as much
 * @param blocksPerSpecimen one block in so many is in the sample
 * @param reason why it is not known; otherwise empty
 */
public record MissEstimate(
    long counted,
    long sampled,
    OptionalLong half,
    OptionalLong halfMore,
    OptionalLong twice,
    long blocksPerSpecimen,
    String reason) {

  /** With fewer misses in the sample an estimate would be off by a fifth or more by chance. */
  public static final int SPECIMENS_MIN = 25;

  /** The estimate from what was counted since a space was opened, or in an interval. */
  public static MissEstimate of(Counted counts) {
    long counted = counts.get(Counter.blocksReturned);
    long sampled = counts.get(Counter.missesSameDram);
    long each = Math.max(1, counts.blocksPerSpecimen());
    String reason = whyUnknown(counted, sampled / each, counts.get(Counter.blocksWatched));
    List<OptionalLong> estimates =
        List.of(Counter.missesHalfDram, Counter.missesHalfMoreDram, Counter.missesDoubleDram)
            .stream()
            .map(
                counter ->
                    reason.isEmpty()
                        ? OptionalLong.of(
                            Math.round((double) counts.get(counter) * counted / sampled))
                        : OptionalLong.empty())
            .toList();
    return new MissEstimate(
        counted, sampled, estimates.get(0), estimates.get(1), estimates.get(2), each, reason);
  }

  private static String whyUnknown(long counted, long specimens, long watched) {
    if (counted == 0) {
      return "no block had to come back";
    }
    if (watched == 0) {
      return "no use of blocks was seen: sampling is off, or too little has come back";
    }
    if (specimens < SPECIMENS_MIN) {
      return "only %d misses in the sample, %d are needed".formatted(specimens, SPECIMENS_MIN);
    }
    return "";
  }

  /** By how much the sample is off where it can be checked: 0.1 is ten percent too many. */
  public double sampledError() {
    return counted == 0 ? 0 : (double) sampled / counted - 1;
  }
}
