package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.tiering.pager.Done;
import io.elasticmemory.tiering.pager.SimulatedShards.Plant;
import io.elasticmemory.tiering.store.MirrorRules;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;

/**
 * Defects planted on purpose, to show that the simulation would find them. Those that show at a
 * port are planted there; the others are wrong answers to the shard's own questions.
 */
enum Defect {
  /** The shard as it is. */
  NONE,
  /** An eviction reads out what the application may still write to. */
  NO_PROTECTION_BEFORE_READING {
    @Override
    Faults faults(World world) {
      return new DefectiveFaults(world.kernel) {
        @Override
        public void protect(long offset, long bytes) {}
      };
    }
  },
  /** Protection is taken away just before the punch. */
  UNPROTECTED_BEFORE_PUNCH {
    @Override
    Pages pages(World world) {
      return new DefectivePages(world.kernel) {
        @Override
        public void punch(long offset, long bytes) {
          world.kernel.unprotect(offset, bytes);
          super.punch(offset, bytes);
        }
      };
    }
  },
  /** A store counts as acknowledged as soon as it was handed over. */
  PUNCHED_BEFORE_ACKNOWLEDGEMENT {
    @Override
    Donor donor(SimDonor donor, int blockBytes) {
      return new HastyDonor(donor, blockBytes, false);
    }
  },
  /** A store that has failed counts as done. */
  FAILURE_TAKEN_FOR_DONE {
    @Override
    Donor donor(SimDonor donor, int blockBytes) {
      return new TrustingDonor(donor);
    }
  },
  /** What comes back, and what is mapped again, can be written to unnoticed. */
  CLEAN_INSTALLED_WRITABLE {
    @Override
    Faults faults(World world) {
      return new DefectiveFaults(world.kernel) {
        @Override
        public long copy(
            long offset, MemorySegment frames, long frameOffset, long bytes, int mode) {
          return super.copy(offset, frames, frameOffset, bytes, mode & ~PROTECTED);
        }

        @Override
        public long map(long offset, long bytes, int mode) {
          return super.map(offset, bytes, mode & ~PROTECTED);
        }
      };
    }
  },
  /** What is clean and mapped again, after it was unmapped, can be written to unnoticed. */
  CLEAN_MAPPED_WRITABLE {
    @Override
    Faults faults(World world) {
      return new DefectiveFaults(world.kernel) {
        @Override
        public long map(long offset, long bytes, int mode) {
          return super.map(offset, bytes, mode & ~PROTECTED);
        }
      };
    }
  },
  /** A slot is free although a transfer to it has not ended. */
  SLOT_REUSED_EARLY {
    @Override
    Plant plant() {
      return Plant.SLOT_REUSED_EARLY;
    }
  },
  /** A discard is answered, and one of its blocks is left as it was. */
  DISCARD_FORGOTTEN {
    @Override
    Pager decorate(Pager pager, World world) {
      return new ForgetfulPager(pager, world.random, true, false);
    }
  },
  /** A pin is answered, and one of its blocks is left as it was. */
  PIN_FORGOTTEN {
    @Override
    Pager decorate(Pager pager, World world) {
      return new ForgetfulPager(pager, world.random, false, true);
    }
  },
  /** A block that is pinned leaves as all others do. */
  PINNED_LEAVES {
    @Override
    Plant plant() {
      return Plant.PINNED_LEAVES;
    }
  },
  /** Some subblocks were stored, and the whole block is punched. */
  WHOLE_BLOCK_PUNCHED {
    @Override
    Pages pages(World world) {
      Geometry geometry = world.geometry;
      return new DefectivePages(world.kernel) {
        @Override
        public void punch(long offset, long bytes) {
          super.punch(offset & -geometry.blockBytes(), geometry.blockBytes());
        }
      };
    }
  },
  /** Threads whose page was punched are left waiting. */
  WAKE_FORGOTTEN {
    @Override
    Faults faults(World world) {
      return new DefectiveFaults(world.kernel) {
        @Override
        public void wake(long offset, long bytes) {}
      };
    }
  },
  /** What was begun in an earlier life of the block is completed in a later one. */
  LATE_COMPLETION_TAKEN {
    @Override
    Plant plant() {
      return Plant.LATE_COMPLETION_TAKEN;
    }
  },
  /** Whoever waits for an answer of a pager that was killed waits on. */
  RANGE_NOT_WOKEN {
    @Override
    Faults faults(World world) {
      Stripes stripes = world.scenario.stripes();
      return new DefectiveFaults(world.kernel) {
        @Override
        public void wake(long offset, long bytes) {
          boolean whole = bytes == stripes.bytesOfStripe(stripes.stripeOf(offset));
          if (!whole || bytes <= world.geometry.blockBytes()) {
            super.wake(offset, bytes);
          }
        }
      };
    }
  },
  /** Blocks leave before it is known which slots are taken. */
  SLOTS_TAKEN_UNKNOWN {
    @Override
    Plant plant() {
      return Plant.SLOTS_TAKEN_UNKNOWN;
    }
  },
  /** What is found present and stored counts, whatever it is. */
  ALIEN_TRUSTED {
    @Override
    Plant plant() {
      return Plant.ALIEN_TRUSTED;
    }
  },
  /** A discard that a killed pager has begun is taken for done, in the table and in the ring. */
  DISCARD_NOT_REPEATED {
    @Override
    Plant plant() {
      return Plant.DISCARD_DROPPED;
    }
  },
  /** A donor is written while what a killed pager has sent is still on its way there. */
  UNFENCED_WRITTEN {
    @Override
    Plant plant() {
      return Plant.UNFENCED_WRITTEN;
    }
  },
  /** What was pinned when a pager was killed is pinned no more. */
  PINS_NOT_ADOPTED {
    @Override
    Plant plant() {
      return Plant.PINS_NOT_ADOPTED;
    }
  },
  /** One of two sides that was dropped is not noted as such. */
  DOUBT_FORGOTTEN,
  /** A write is done when one of two sides has acknowledged it. */
  ONE_SIDE_ENOUGH {
    @Override
    MirrorRules mirrorRules() {
      return new MirrorRules() {
        @Override
        protected boolean isDone(int acknowledged, int owed) {
          return acknowledged > 0;
        }
      };
    }
  },
  /** A write overtakes the copy of what was there before it. */
  COPY_OVERTAKEN {
    @Override
    MirrorRules mirrorRules() {
      return new MirrorRules() {
        @Override
        protected boolean waitsForCopy(boolean copying) {
          return false;
        }
      };
    }
  },
  /** What is read for a copy is not compared with anything. */
  COPY_UNCHECKED {
    @Override
    MirrorRules mirrorRules() {
      return new MirrorRules() {
        @Override
        protected boolean isRight(boolean right) {
          return true;
        }
      };
    }
  },
  /** A side that came back is believed before it has everything. */
  BELIEVED_TOO_EARLY {
    @Override
    MirrorRules mirrorRules() {
      return new MirrorRules() {
        @Override
        protected boolean isRebuilt(boolean lacksNothing) {
          return true;
        }
      };
    }
  },
  /** Each pager counts the generations of seals by itself. */
  NONCE_USED_AGAIN {
    @Override
    Plant plant() {
      return Plant.GENERATIONS_COUNTED_ANEW;
    }
  },
  /** What a disk owes is not noted. */
  DEBT_FORGOTTEN,
  /** A disk may be behind although nobody else has what it owes. */
  ALONE_AND_BEHIND {
    @Override
    MirrorRules mirrorRules() {
      return new MirrorRules() {
        @Override
        protected boolean mayLag(boolean otherIsSound) {
          return true;
        }
      };
    }
  },
  /** An exporter is done without although the disk owes what it had. */
  DROPPED_WHILE_OWED {
    @Override
    MirrorRules mirrorRules() {
      return new MirrorRules() {
        @Override
        protected boolean isEnough(boolean owes) {
          return true;
        }
      };
    }
  },
  /** The stored bits are set when the first of several parts has been acknowledged. */
  STORED_BEFORE_LAST_ACKNOWLEDGEMENT {
    @Override
    Donor donor(SimDonor donor, int blockBytes) {
      return new HastyDonor(donor, blockBytes, true);
    }
  };

  /** The faults the shard gets. */
  Faults faults(World world) {
    return world.kernel;
  }

  /** The pages the shard gets. */
  Pages pages(World world) {
    return world.kernel;
  }

  /** The donor the shard gets. */
  Donor donor(SimDonor donor, int blockBytes) {
    return donor;
  }

  /** The wrong answer the shard gives to its own questions. */
  Plant plant() {
    return Plant.NONE;
  }

  /** The wrong answers that two donors with the same bytes give to their own questions. */
  MirrorRules mirrorRules() {
    return MirrorRules.STRICT;
  }

  /** The pager the application gets. */
  Pager decorate(Pager pager, World world) {
    return pager;
  }

  private static class DefectiveFaults implements Faults {
    private final Faults faults;

    DefectiveFaults(Faults faults) {
      this.faults = faults;
    }

    @Override
    public int descriptor() {
      return faults.descriptor();
    }

    @Override
    public void read(FaultBatch batch) {
      faults.read(batch);
    }

    @Override
    public long copy(long offset, MemorySegment frames, long frameOffset, long bytes, int mode) {
      return faults.copy(offset, frames, frameOffset, bytes, mode);
    }

    @Override
    public long zero(long offset, long bytes, int mode) {
      return faults.zero(offset, bytes, mode);
    }

    @Override
    public long map(long offset, long bytes, int mode) {
      return faults.map(offset, bytes, mode);
    }

    @Override
    public long poison(long offset, long bytes) {
      return faults.poison(offset, bytes);
    }

    @Override
    public void protect(long offset, long bytes) {
      faults.protect(offset, bytes);
    }

    @Override
    public void unprotect(long offset, long bytes) {
      faults.unprotect(offset, bytes);
    }

    @Override
    public void wake(long offset, long bytes) {
      faults.wake(offset, bytes);
    }

    @Override
    public void close() {
      faults.close();
    }
  }

  private static class DefectivePages implements Pages {
    private final Pages pages;

    DefectivePages(Pages pages) {
      this.pages = pages;
    }

    @Override
    public void read(long offset, MemorySegment frames, long frameOffset, long bytes) {
      pages.read(offset, frames, frameOffset, bytes);
    }

    @Override
    public void punch(long offset, long bytes) {
      pages.punch(offset, bytes);
    }

    @Override
    public void write(long offset, MemorySegment frames, long frameOffset, long bytes) {
      pages.write(offset, frames, frameOffset, bytes);
    }

    @Override
    public long nextPresent(long offset, long end) {
      return pages.nextPresent(offset, end);
    }

    @Override
    public long nextAbsent(long offset, long end) {
      return pages.nextAbsent(offset, end);
    }

    @Override
    public long residentBytes() {
      return pages.residentBytes();
    }

    @Override
    public void close() {
      pages.close();
    }
  }

  private record ForgetfulPager(Pager pager, Seeded random, boolean discards, boolean pins)
      implements Pager {
    @Override
    public boolean turn() {
      return pager.turn();
    }

    @Override
    public boolean isAdopting() {
      return pager.isAdopting();
    }

    @Override
    public long idleNanos() {
      return pager.idleNanos();
    }

    @Override
    public void discard(int firstBlock, int blockCount, Done done) {
      int forgotten = discards && random.oneIn(4) ? 1 : 0;
      pager.discard(firstBlock, blockCount - forgotten, done);
    }

    @Override
    public void unload(int firstBlock, int blockCount, Done done) {
      pager.unload(firstBlock, blockCount, done);
    }

    @Override
    public void keep(int firstBlock, int blockCount, Done done) {
      pager.keep(firstBlock, blockCount, done);
    }

    @Override
    public void load(int firstBlock, int blockCount, Done done) {
      pager.load(firstBlock, blockCount, done);
    }

    @Override
    public void pin(int firstBlock, int blockCount, Done done) {
      int forgotten = pins && blockCount > 1 && random.oneIn(4) ? 1 : 0;
      pager.pin(firstBlock, blockCount - forgotten, done);
    }

    @Override
    public void unpin(int firstBlock, int blockCount, Done done) {
      pager.unpin(firstBlock, blockCount, done);
    }

    @Override
    public void prefetch(long offset, long bytes) {
      pager.prefetch(offset, bytes);
    }

    @Override
    public void hint(long offset) {
      pager.hint(offset);
    }

    @Override
    public void resize(long budgetBytes, Done done) {
      pager.resize(budgetBytes, done);
    }

    @Override
    public void close() {
      pager.close();
    }
  }
}
