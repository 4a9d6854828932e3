package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The bits of the block table that say which slots are taken, as pagers leave them to pagers. */
final class SlotNotes {
  private final long[][] words;

  SlotNotes(List<SimDonor> donors) {
    words = new long[donors.size()][];
    for (SimDonor donor : donors) {
      // Of compressed memory nothing is noted.
      boolean isNoted = donor.tier() != Tier.COMPRESSED;
      words[donor.index()] = new long[isNoted ? (donor.slots() + 63) / 64 : 0];
    }
  }

  /** The memory that the shard writes, of no bytes if there is none. */
  MemorySegment of(int donor) {
    return MemorySegment.ofArray(words[donor]);
  }

  /** Whether the slot is noted as taken, or is one of those that are not noted. */
  boolean mayBeNamed(int donor, int slot) {
    return words[donor].length == 0 || (words[donor][slot / 64] & 1L << slot) != 0;
  }

  /** Which are noted as taken. */
  void print(Fingerprint print) {
    for (long[] noted : words) {
      print.add(noted, 0, noted.length);
    }
  }
}
