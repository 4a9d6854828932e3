package io.elasticmemory.samples.bench.ladder;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whose memory the workload runs on: a tier of ours, what else there is, or a floor. */
public enum Subject {
  /** Ordinary memory, all of it local: what the others are measured by. */
  PLAIN("ordinary memory, all of it local"),
  /** A space over an exporter on the loopback device. */
  REMOTE("a space over an exporter on loopback"),
  /** A space over a spill file. */
  SSD("a space over a spill file"),
  /** A space that compresses before it sends anything to an exporter. */
  COMPRESSED("a space over compressed memory, and an exporter for what does not shrink"),
  /** The same as {@link #REMOTE}, and exporters get sealed bytes only. */
  REMOTE_ENCRYPTED("a space over an exporter, encrypt=aes-gcm"),
  /** The same as {@link #REMOTE}, and another exporter has a copy. */
  REMOTE_REPLICAS("a space over two exporters, replicas=2"),
  /** The same as {@link #REMOTE}, and a spill file has a copy. */
  REMOTE_BACKUP("a space over an exporter, backup=ssd in a spill file"),
  /** The same as {@link #SSD}, and the file gets sealed bytes only. */
  SSD_ENCRYPTED("a space over a spill file, encrypt=aes-gcm"),
  /** A mapped file, as the kernel pages it. */
  MMAP("a mapped file, read-ahead as the disk has it"),
  /**
   * A mapped file with the read-ahead that the kernel has by itself, whatever the disk is set to.
   */
  MMAP_128K("a mapped file, read-ahead of 128 KiB"),
  /** A mapped file without read-ahead. */
  MMAP_RANDOM("a mapped file, MADV_RANDOM"),
  /** Anonymous memory that is swapped to the disk. */
  SWAP("anonymous memory, swap file"),
  /** Anonymous memory that is swapped to compressed memory. */
  ZRAM("anonymous memory, zram with lz4"),
  /** What a network on this machine and one copy allow. */
  TCP_FLOOR("bare TCP over loopback and a copy into a memory file, in C");

  private final String description;

  Subject(String description) {
    this.description = description;
  }

  /** The word for it on the command line and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** In words. */
  public String description() {
    return description;
  }

  /** The subject of this label. */
  public static Optional<Subject> find(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }

  /** Whether it is limited by the budget of a space. */
  boolean isSpace() {
    return this == SSD || this == SSD_ENCRYPTED || usesExporter();
  }

  /** Whether an exporter has what has no room. */
  boolean usesExporter() {
    return this == COMPRESSED || this == REMOTE || isGuardedRemote();
  }

  /** Whether its donors get more than plain bytes, once: what that costs. */
  public boolean isGuarded() {
    return this == SSD_ENCRYPTED || isGuardedRemote();
  }

  private boolean isGuardedRemote() {
    return this == REMOTE_ENCRYPTED || this == REMOTE_REPLICAS || this == REMOTE_BACKUP;
  }

  /** Whether it writes to the disk. */
  boolean usesSpillFile() {
    return this == SSD || this == SSD_ENCRYPTED || this == REMOTE_BACKUP;
  }

  /** Whether it runs in a memory cgroup. */
  boolean isPeer() {
    return this == MMAP || this == MMAP_128K || this == MMAP_RANDOM || usesSwap();
  }

  /** Whether it is swapped. */
  boolean usesSwap() {
    return this == SWAP || this == ZRAM;
  }

  /** Whether the share of local memory means nothing to it: it is measured once a round. */
  boolean isUnlimited() {
    return this == PLAIN || this == TCP_FLOOR;
  }
}
