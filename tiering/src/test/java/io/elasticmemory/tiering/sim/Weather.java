package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.BlockWord;
import java.util.List;

/**
 * What goes wrong, and when: troubles of donors that pass well before a fault's patience ends, and
 * strange things that happen to pages. Moved on by the count of operations.
 */
final class Weather {
  private static final Trouble[] TROUBLES = Trouble.values();

  /** Of troubles; in some runs of all. */
  private static final int[] SWIZZLE_ONE_IN = {1, 4, 4, 4};

  private static final String[] SUFFERS = new String[TROUBLES.length];

  static {
    for (Trouble trouble : TROUBLES) {
      SUFFERS[trouble.ordinal()] = "donor %2$d is " + trouble + " for %3$d ns";
    }
  }

  private final World world;
  private final Seeded random;
  private final List<SimDonor> donors;
  private final long patienceNanos;
  private final Swizzle swizzle;
  private final int swizzleOneIn;
  private long clearUntil;
  private long pinnedOffset = -1;
  private int pinnedFor;
  private boolean lasting;

  Weather(World world) {
    this.world = world;
    random = world.random;
    donors = world.donors;
    patienceNanos = world.scenario.settings().faultTimeoutNanos();
    swizzle = new Swizzle(world);
    swizzleOneIn = SWIZZLE_ONE_IN[random.below(SWIZZLE_ONE_IN.length)];
  }

  /** Another operation is over. */
  void operation() {
    if (random.oneIn(world.scenario.troubleOneIn()) && !lasting) {
      trouble();
    }
    if (random.oneIn(24)) {
      signal();
    }
    int strangeOneIn = world.scenario.strangeOneIn();
    if (random.oneIn(strangeOneIn)) {
      alienPage();
    }
    if (random.oneIn(strangeOneIn)) {
      removePage();
    }
    if (random.oneIn(strangeOneIn) && pinnedOffset < 0) {
      pinPage();
    }
    if (pinnedOffset >= 0 && --pinnedFor <= 0) {
      unpin();
    }
  }

  /**
   * One donor at a time, for at most a quarter of a fault's patience, or some in a {@link Swizzle};
   * then a rest of a quarter.
   */
  private void trouble() {
    long now = world.clock.nanoTime();
    if (now < clearUntil) {
      return;
    }
    if (swizzle.isPossible() && random.oneIn(swizzleOneIn)) {
      clearUntil = swizzle.begin() + patienceNanos / 4;
      return;
    }
    long nanos = random.between(patienceNanos / 1000, patienceNanos / 4);
    SimDonor donor = donors.get(random.below(donors.size()));
    clearUntil = now + nanos + patienceNanos / 4;
    boolean mayGo =
        !donor.isBackup() && !donor.pairing().isExposed() && !world.damage.isDegraded(donor);
    if (donor.isMirrored() && mayGo && !random.oneIn(3)) {
      if (donor.pairing().owesAny()) {
        world.tally.add(Happening.SIDE_LOST_WHILE_DISK_OWES);
      }
      world.trace.add("donor %2$d is started anew", SimFailure.NO_BLOCK, donor.index());
      donor.restart();
      return;
    }
    Trouble trouble = TROUBLES[random.below(TROUBLES.length)];
    world.trace.add(SUFFERS[trouble.ordinal()], SimFailure.NO_BLOCK, donor.index(), nanos);
    donor.suffer(trouble, now + nanos);
  }

  private void signal() {
    SimThread thread = world.kernel.thread(random.below(world.kernel.threadCount()));
    if (thread.waiting) {
      world.trace.add(
          "signal to thread %2$d in block %1$d", world.geometry.blockOf(thread.offset), thread.id);
      world.kernel.signal(thread);
    }
  }

  private long somePage() {
    int pageBytes = world.kernel.pageBytes();
    int page = random.below(world.geometry.blockBytes() / pageBytes);
    return world.geometry.offsetOf(world.application.someBlock()) + (long) page * pageBytes;
  }

  private void alienPage() {
    long offset = somePage();
    if (!world.kernel.isPresent(offset)) {
      world.bound.strangePage();
      world.tally.add(Happening.ALIEN_PAGE);
      note("a page of zeros appears at byte %2$d of block %1$d", offset);
      world.kernel.appear(offset);
      world.check(world.geometry.blockOf(offset));
    }
  }

  private void removePage() {
    long offset = somePage();
    boolean discarded = world.model.isDiscarded(world.geometry.blockOf(offset));
    boolean pinned = world.pins.isAsked(world.geometry.blockOf(offset));
    if (world.kernel.isPresent(offset) && !world.kernel.isPinned(offset) && !discarded && !pinned) {
      world.tally.add(Happening.PAGE_REMOVED_BY_APPLICATION);
      note("application removes the page at byte %2$d of block %1$d", offset);
      world.model.pageRemoved(offset);
      world.kernel.remove(offset);
      world.check(world.geometry.blockOf(offset));
    }
  }

  private void pinPage() {
    long offset = somePage();
    if (world.kernel.isPresent(offset)) {
      pinnedOffset = offset;
      pinnedFor = 200;
      world.bound.strangePage();
      world.tally.add(Happening.PAGE_PINNED);
      note("a device pins the page at byte %2$d of block %1$d", offset);
      world.kernel.pin(offset);
    }
  }

  private void unpin() {
    note("the device lets go of the page at byte %2$d of block %1$d", pinnedOffset);
    world.kernel.unpin(pinnedOffset);
    pinnedOffset = -1;
  }

  private void note(String format, long offset) {
    world.trace.add(format, world.geometry.blockOf(offset), offset % world.geometry.blockBytes());
  }

  /** From now on there is no more trouble but the lasting one. */
  void beginFinale(Scenario.Finale finale) {
    lasting = true;
    world.hasLastingTrouble = finale != Scenario.Finale.NONE;
    switch (finale) {
      case NONE -> {}
      case ROT -> rot();
      case LOST_WRITES -> someDonor().fate().loseWrites();
      case DEATH -> someDonor().die();
      case EXIT -> world.exit();
      case REFUSAL -> {
        world.tally.add(Happening.ALL_DONORS_REFUSE);
        donors.forEach(donor -> donor.suffer(Trouble.FULL, Long.MAX_VALUE));
      }
    }
  }

  private SimDonor someDonor() {
    return donors.get(random.below(donors.size()));
  }

  /** Rots every stored subblock of a few blocks. */
  private void rot() {
    for (int i = 0; i < 8; i++) {
      int block = random.below(world.geometry.blockCount());
      long word = world.table.word(block);
      for (int subblock = 0; subblock < world.geometry.subblocks(); subblock++) {
        if (world.table.isStored(block, subblock)) {
          SimDonor donor = donors.get(BlockWord.donor(word));
          donor.rot(
              BlockWord.slot(word) * world.geometry.blockBytes()
                  + subblock * world.geometry.subblockBytes());
        }
      }
    }
  }
}
