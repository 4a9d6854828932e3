package io.elasticmemory.samples.prove.faults;

/**
 * How large everything is.
 *
 * @param kills of pagers, of all settings together
 * @param pointKills of pagers at each failpoint
 * @param pointStops of pagers at each failpoint, by a signal that only stops them
 * @param dataMib pages that are written
 * @param sparseMib over how much memory as many are spread in a sparse space
 * @param rewrittenMib that are rewritten while exporters are lost
 * @param flips of bits, in all
 * @param chaosMinutes with each of three seeds
 * @param opens of a space with its pagers
 * @param arenas that are opened and closed
 * @param crashes of pagers of an encrypted space
 * @param isTimed whether times are held against what is promised
 */
public record FaultScale(
    int kills,
    int pointKills,
    int pointStops,
    long dataMib,
    long sparseMib,
    long rewrittenMib,
    long flips,
    double chaosMinutes,
    int opens,
    int arenas,
    int crashes,
    boolean isTimed) {
  /** As promised. */
  public static final FaultScale FULL =
      new FaultScale(
          10_000, 100, 100, 4096, 256 << 10, 1024, 1_000_000, 20, 1_000, 10_000, 1_000, true);

  /** In some minutes. */
  public static final FaultScale QUICK =
      new FaultScale(300, 3, 3, 256, 16 << 10, 256, 50_000, 1, 50, 2_000, 50, false);

  /** For tests: as many kills in less data. */
  public static final FaultScale SMALL =
      new FaultScale(300, 2, 1, 64, 4 << 10, 48, 6_000, 0.2, 6, 600, 10, false);

  /** In more data some steps, such as those of an untouched block that leaves, come too rarely. */
  private static final long POINT_DATA_MIB_MAX = 64;

  /** The same, where pagers are held at each step. */
  FaultScale atPoints() {
    return new FaultScale(
        kills,
        pointKills,
        pointStops,
        Math.min(dataMib, POINT_DATA_MIB_MAX),
        sparseMib,
        rewrittenMib,
        flips,
        chaosMinutes,
        opens,
        arenas,
        crashes,
        isTimed);
  }
}
