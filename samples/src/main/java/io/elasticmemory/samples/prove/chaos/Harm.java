package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.chaos.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is done to a program and to all that it depends on. */
enum Harm {
  /** Kills the pager that serves. */
  KILL_PAGER(Lane.PAGERS, 4, 0, 0),
  /** The same, and the next one while it takes over, so long after. */
  KILL_SUCCESSOR(Lane.PAGERS, 2, 0, 40),
  /** Kills a pager that has just done one of the steps of what it does. */
  KILL_AT_STEP(Lane.PAGERS, 3, 0, 0),
  /** Stops the pager that serves for a while; a standby ends it and takes over. */
  STOP_PAGER(Lane.PAGERS, 1, 50, 1_500),
  /** Kills the standby. */
  KILL_STANDBY(Lane.PAGERS, 1, 0, 0),
  /** Stops the standby for a while. */
  STOP_STANDBY(Lane.PAGERS, 1, 50, 1_500),

  /** Kills one of the exporters and starts it anew, without what it held, after a while. */
  KILL_EXPORTER(Lane.EXPORTERS, 3, 300, 3_000),
  /** The same at once. */
  RESTART_EXPORTER(Lane.EXPORTERS, 2, 0, 0),
  /** Stops one of the exporters for a while. */
  STOP_EXPORTER(Lane.EXPORTERS, 3, 50, 8_000),

  /** Breaks the connections to one exporter. */
  CUT(Lane.NETWORK, 2, 0, 0),
  /** As the proxy has it. */
  LATENCY(Kind.LATENCY, 1, false),
  /** As the proxy has it. */
  JITTER(Kind.JITTER, 1, false),
  /** As the proxy has it. */
  SLICER(Kind.SLICER, 1, false),
  /** As the proxy has it. */
  DUPLICATE(Kind.DUPLICATE, 1, false),
  /** As the proxy has it. */
  BANDWIDTH(Kind.BANDWIDTH, 1, true),
  /** As the proxy has it. */
  RESET_PEER(Kind.RESET_PEER, 1, true),
  /** As the proxy has it. */
  LIMIT_DATA(Kind.LIMIT_DATA, 1, true),
  /** As the proxy has it. */
  TIMEOUT(Kind.TIMEOUT, 1, true),
  /** As the proxy has it. */
  BLACK_HOLE(Kind.BLACK_HOLE, 1, true),
  /** As the proxy has it. */
  SLOW_CLOSE(Kind.SLOW_CLOSE, 1, true),
  /** As the proxy has it. */
  DROP(Kind.DROP, 1, true),
  /** As the proxy has it. */
  REORDER(Kind.REORDER, 1, true),
  /** As the proxy has it. */
  STALE_REPLY(Kind.STALE_REPLY, 1, true),
  /** As the proxy has it. */
  FLIP_HEADER(Kind.FLIP_HEADER, 1, true),
  /** As the proxy has it. */
  FLIP_PAYLOAD(Kind.FLIP_PAYLOAD, 2, true),
  /** As the proxy has it. */
  TRUNCATE(Kind.TRUNCATE, 1, true),

  /** Fills the disk on which the spill file is, for a while. */
  FILL_DISK(Lane.DISK, 3, 300, 3_000),
  /** Has a part of its transfers fail. */
  FAIL_DISK(Lane.DISK, 2, 300, 3_000),
  /** Has a part of its transfers made in half. */
  SHORTEN_DISK(Lane.DISK, 1, 300, 3_000),
  /** Has a part of its transfers answered late. */
  SLOW_DISK(Lane.DISK, 1, 300, 3_000),
  /** Has a part of what is read from it come with a bit turned over. */
  FLIP_DISK_READS(Lane.DISK, 2, 300, 3_000),
  /** Has a part of what is read from it come without its end. */
  TEAR_DISK_READS(Lane.DISK, 1, 300, 3_000),
  /** Has a part of what is read from it come from another place. */
  MISDIRECT_DISK_READS(Lane.DISK, 1, 300, 3_000),

  /** Gives the space more DRAM, or less. */
  RESIZE(Lane.PROGRAM, 3, 0, 0),
  /** Starts a child process. */
  FORK(Lane.PROGRAM, 2, 0, 0),
  /** Opens arenas, uses them and closes them: what they held is discarded. */
  OPEN_ARENAS(Lane.PROGRAM, 3, 0, 0);

  private static final int MISCHIEF_MILLIS_MIN = 100;
  private static final int MISCHIEF_MILLIS_MAX = 2_000;

  private final Lane lane;
  private final int weight;
  private final int millisMin;
  private final int millisMax;
  private final @Nullable Kind mischief;
  private final boolean mayCostASide;

  /** What one thing of its kind follows the other in. */
  enum Lane {
    PAGERS,
    EXPORTERS,
    NETWORK,
    DISK,
    PROGRAM
  }

  Harm(Lane lane, int weight, int millisMin, int millisMax) {
    this(lane, weight, millisMin, millisMax, null, true);
  }

  Harm(Kind mischief, int weight, boolean mayCostASide) {
    this(Lane.NETWORK, weight, MISCHIEF_MILLIS_MIN, MISCHIEF_MILLIS_MAX, mischief, mayCostASide);
  }

  Harm(
      Lane lane,
      int weight,
      int millisMin,
      int millisMax,
      @Nullable Kind mischief,
      boolean mayCostASide) {
    this.lane = lane;
    this.weight = weight;
    this.millisMin = millisMin;
    this.millisMax = millisMax;
    this.mischief = mischief;
    this.mayCostASide = mayCostASide;
  }

  static List<Harm> of(Lane lane) {
    return Arrays.stream(values()).filter(each -> each.lane == lane).toList();
  }

  /** The word for it in JSON and in tables. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Lane lane() {
    return lane;
  }

  /** How often it is drawn, beside others of its lane. */
  int weight() {
    return weight;
  }

  /** How long it lasts, at least. */
  int millisMin() {
    return millisMin;
  }

  /** How long it lasts, at most. */
  int millisMax() {
    return millisMax;
  }

  /** What the proxy is to do; null for what is not done by it. */
  @Nullable Kind mischief() {
    return mischief;
  }

  /** Whether it needs a standby. */
  boolean needsStandby() {
    return this == KILL_STANDBY || this == STOP_STANDBY;
  }

  /**
   * Whether an exporter of the pair may be dropped because of it, so that nothing may happen to the
   * other one until both have all again.
   */
  boolean mayCostASide() {
    return mayCostASide;
  }
}
