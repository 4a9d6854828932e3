package io.elasticmemory.samples.bench.ladder;

import java.util.List;

/**
 * What to measure.
 *
 * @param workload which pages
 * @param writesPercent so many of a hundred accesses write, 0 to 100
 * @param stridePages of {@link Workload#STRIDE}, at least 1
 * @param data what the pages hold
 * @param sizeMib memory
 * @param ratiosPercent shares of it that have room in local memory, 1 to 100, in this order
 * @param subjects whose memory, in this order
 * @param seconds how long a cell is measured
 * @param rounds how often; the medians count
 * @param pinning who runs where
 * @param blockBytes of our spaces; 0 takes the default
 * @param subblockBytes of our spaces; 0 takes the default
 * @param kernel settings of the kernel's own paging
 * @param seed chooses data and pages
 */
public record LadderRequest(
    Workload workload,
    int writesPercent,
    int stridePages,
    DataKind data,
    long sizeMib,
    List<Integer> ratiosPercent,
    List<Subject> subjects,
    double seconds,
    int rounds,
    Pinning pinning,
    int blockBytes,
    int subblockBytes,
    KernelTuning kernel,
    long seed) {
  /** The ratios of a whole ladder. */
  public static final List<Integer> RATIOS_PERCENT = List.of(100, 75, 50, 25, 10);

  public LadderRequest {
    ratiosPercent = List.copyOf(ratiosPercent);
    subjects = List.copyOf(subjects);
  }

  /**
   * Uniform random reads of 4 GiB of noise at a quarter, on one CPU, five seconds, three rounds.
   */
  public static LadderRequest of(Workload workload, Subject... subjects) {
    return new LadderRequest(
        workload,
        0,
        16,
        DataKind.RANDOM,
        4096,
        List.of(25),
        List.of(subjects),
        5,
        3,
        Pinning.ONE,
        0,
        0,
        KernelTuning.AS_IT_IS,
        1);
  }

  /** The same with this share of writes. */
  public LadderRequest withWrites(int percent) {
    return new LadderRequest(
        workload,
        percent,
        stridePages,
        data,
        sizeMib,
        ratiosPercent,
        subjects,
        seconds,
        rounds,
        pinning,
        blockBytes,
        subblockBytes,
        kernel,
        seed);
  }

  /** The same placed like this. */
  public LadderRequest withPinning(Pinning placement) {
    return new LadderRequest(
        workload,
        writesPercent,
        stridePages,
        data,
        sizeMib,
        ratiosPercent,
        subjects,
        seconds,
        rounds,
        placement,
        blockBytes,
        subblockBytes,
        kernel,
        seed);
  }

  /** The same at this scale. */
  public LadderRequest withScale(long mib, double secondsEach, int roundCount) {
    return new LadderRequest(
        workload,
        writesPercent,
        stridePages,
        data,
        mib,
        ratiosPercent,
        subjects,
        secondsEach,
        roundCount,
        pinning,
        blockBytes,
        subblockBytes,
        kernel,
        seed);
  }

  /** Bytes of local memory at a ratio, in whole MiB. */
  long localMib(int ratioPercent) {
    return Math.max(1, sizeMib * ratioPercent / 100);
  }
}
