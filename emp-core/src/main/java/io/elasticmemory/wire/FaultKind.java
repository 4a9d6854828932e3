package io.elasticmemory.wire;

import io.elasticmemory.Tier;
import java.util.Locale;

/** How a fault was answered. New ones are added at the end: the position is part of a layout. */
public enum FaultKind {
  /** Its answer is not known. */
  UNKNOWN,
  /** With zeros: a first touch. */
  ZERO,
  /** The page was present but not mapped. */
  MINOR,
  /** A write to a protected page. */
  PROTECTED,
  /** It had been answered already when it was read. */
  STALE,
  /** From compressed blocks. */
  COMPRESSED,
  /** From an exporter. */
  REMOTE,
  /** From a file or device. */
  SSD;

  private static final FaultKind[] ALL = values();

  /** What a number in shared memory says; UNKNOWN for any that says nothing. */
  public static FaultKind of(int code) {
    return code >= 0 && code < ALL.length ? ALL[code] : UNKNOWN;
  }

  /** A fault whose bytes came from a tier. */
  public static FaultKind from(Tier tier) {
    return switch (tier) {
      case DRAM, COMPRESSED -> COMPRESSED;
      case REMOTE -> REMOTE;
      case SSD -> SSD;
    };
  }

  /** For people and files. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
