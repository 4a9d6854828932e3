package io.elasticmemory.samples.prove.chaos;

import java.util.SplittableRandom;

/**
 * What a round's space is like.
 *
 * @param hasStandby whether a second pager is ready
 * @param block bytes of a block, as in a memory path
 * @param shards threads of the pager
 * @param hasBackup whether a disk has the same as each exporter, instead of one exporter as the
 *     other
 * @param isEncrypted whether donors get encrypted bytes only
 * @param isCompressed whether blocks travel compressed, which encrypted ones cannot
 * @param zdramMib of compressed memory, or 0
 * @param hasTrouble whether the disk fails as disks do, where one can be mounted that does
 * @param forks whether children of the program are copies of it before they become others
 */
record RoundSetting(
    boolean hasStandby,
    String block,
    int shards,
    boolean hasBackup,
    boolean isEncrypted,
    boolean isCompressed,
    int zdramMib,
    boolean hasTrouble,
    boolean forks) {
  /** What a fault may wait; an exporter may be silent for an eighth of it. */
  static final int FAULT_TIMEOUT_MILLIS = 40_000;

  private static final int SLAB_MIB = 64;
  private static final int DRAM_MIB = 24;
  private static final int ARENAS_MIB = 64;

  static RoundSetting draw(SplittableRandom random) {
    int carriage = random.nextInt(3);
    return new RoundSetting(
        random.nextBoolean(),
        random.nextBoolean() ? "16k" : "64k&subblock=4k",
        1 + random.nextInt(2),
        random.nextInt(3) == 0,
        carriage == 1,
        carriage == 2,
        random.nextInt(3) == 0 ? 8 : 0,
        random.nextBoolean(),
        random.nextBoolean());
  }

  /** Of pages that are written; more than the exporters take. */
  int dataMib() {
    return (hasBackup ? 2 : 1) * exporterMib() + SLAB_MIB / 2;
  }

  /**
   * Whether one thing must be over before the next begins: a disk that keeps a copy may be a little
   * behind, and the loss of an exporter and of the pager, which has what the disk lacks, are two.
   */
  boolean isOneAtATime() {
    return hasBackup;
  }

  /** Of each of the two. */
  int exporterMib() {
    return shards * SLAB_MIB;
  }

  /** Addresses of the spill file. */
  int spillMib() {
    return (hasBackup ? 4 : 2) * exporterMib() + ARENAS_MIB + 4 * SLAB_MIB;
  }

  /**
   * Room on its disk: for all that does not fit elsewhere, and something to fill. One that keeps
   * copies is full only when it is filled: else it would get them again and again.
   */
  int diskMib() {
    return hasBackup ? spillMib() : dataMib() + ARENAS_MIB;
  }

  /** The least DRAM that the program is told to do with. */
  static int dramMibMin() {
    return DRAM_MIB / 2;
  }

  static int dramMibMax() {
    return DRAM_MIB * 3 / 2;
  }

  /** The memory path. */
  String path(String first, String second, String spill) {
    String compress = isCompressed ? "&compress=lz4" : "";
    String copies = hasBackup ? "backup=ssd" : "replicas=2";
    String carriage = "?" + copies + compress;
    return "dram:%d?block=%s&shards=%d&faultTimeoutMillis=%d%s%s%s|%s%s|%s%s|%s:%d:0?reserve=lazy"
        .formatted(
            DRAM_MIB,
            block,
            shards,
            FAULT_TIMEOUT_MILLIS,
            hasStandby ? "&standby=on" : "",
            isEncrypted ? "&encrypt=aes-gcm" : "",
            zdramMib > 0 ? "|zdram:" + zdramMib : "",
            first,
            carriage,
            second,
            carriage,
            spill,
            spillMib());
  }
}
