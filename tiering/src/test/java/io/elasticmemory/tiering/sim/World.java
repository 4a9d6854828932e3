package io.elasticmemory.tiering.sim;

import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything around the shard. At every call of the shard time passes, transfers move, and threads
 * of the application may run; after every effect, and after every store to the table, an adoption
 * is rehearsed and compared with the model.
 */
final class World implements Stage {
  /** Identity of the simulated space. */
  static final long SPACE_ID_HIGH = 0x5150aceL;

  static final long SPACE_ID_LOW = 0x1dL;

  private static final long CALL_NANOS = 300;
  private static final int SWEEP_EVERY = 2048;

  final Scenario scenario;
  final Geometry geometry;
  final Seeded random;
  final VirtualClock clock = new VirtualClock();
  final Agenda agenda = new Agenda();
  final Tally tally = new Tally();
  final Trace trace = new Trace(clock);
  final SimKernel kernel;
  final List<SimDonor> donors = new ArrayList<>();
  final SlotNotes notes;
  final TableView table;

  /** Null if the space is not encrypted. */
  final @Nullable SealView seals;

  final ShardCounters counters;
  final Model model;
  final Adoption adoption;
  final Judge judge;
  final SlotOwners slots;
  final Invariants invariants;
  final Application application;
  final Pins pins;
  final Killer killer = new Killer(this);

  /** One for each shard. */
  final List<Unmapper> unmappers = new ArrayList<>();

  /** What is wrong now stays so: nothing need come to a good end any more. */
  boolean hasLastingTrouble;

  private final int subblocks;
  private final int moveOneIn;
  private long boundBytes;
  private int sweepIn = SWEEP_EVERY;
  private int refusals;
  private long refusal;
  private int strangePages;
  private boolean moving;

  /**
   * A world for one run.
   *
   * @param asserting check the numbered invariants too, not only the bytes
   */
  World(Scenario scenario, Seeded random, boolean asserting) {
    this.scenario = scenario;
    this.random = random;
    geometry = scenario.geometry();
    subblocks = geometry.subblocks();
    moveOneIn = scenario.moveOneIn();
    boundBytes = scenario.settings().budgetBytes();
    int pageBytes = scenario.settings().pageBytes();
    kernel = new SimKernel(geometry.capacityBytes(), pageBytes, scenario.threads(), this);
    for (DonorShape shape : scenario.donors()) {
      donors.add(donor(shape));
      if (shape.copy()) {
        donors.getLast().mirror();
        donors.get(donors.size() - 2).mirror();
      }
    }
    table = new TableView(geometry, SPACE_ID_HIGH, SPACE_ID_LOW);
    seals =
        scenario.encrypted() ? new SealView(geometry, SPACE_ID_HIGH, SPACE_ID_LOW, random) : null;
    int countersBytes = (int) ShardCounters.bytes(scenario.shards());
    counters = new ShardCounters(MemorySegment.ofArray(new long[countersBytes / 8]));
    counters.format(4096);
    model = new Model(geometry, pageBytes);
    adoption = new Adoption(geometry, table, seals, kernel, donors, SPACE_ID_HIGH, SPACE_ID_LOW);
    judge = new Judge(asserting);
    notes = new SlotNotes(donors);
    slots = new SlotOwners(geometry, donors, notes, judge);
    pins = new Pins(this);
    invariants = new Invariants(geometry, table, kernel, donors, model, tally, judge, slots, pins);
    application =
        new Application(geometry, kernel, table, model, clock, random, tally, trace, pins);
  }

  private SimDonor donor(DonorShape shape) {
    SimDonor donor =
        new SimDonor(
            donors.size(),
            shape,
            geometry.blockBytes(),
            geometry.subblockBytes(),
            scenario.settings().faultTimeoutNanos(),
            this,
            clock,
            agenda,
            random);
    boolean onTime = shape.isBackup() || (!shape.laggard() && scenario.hasLaggard());
    donor.lateOneIn(onTime ? Integer.MAX_VALUE : scenario.lateOneIn());
    return donor;
  }

  /** Most bytes that may be resident from now on. */
  void bound(long bytes) {
    boundBytes = bytes;
  }

  /** The application exits in the middle of whatever it was about. */
  void exit() {
    tally.add(Happening.APPLICATION_EXITED);
    trace.add("the application exits", SimFailure.NO_BLOCK);
    kernel.exit();
    application.exit();
  }

  /**
   * A page is resident that the shard did not ask for, or could not send away. A shard that takes
   * over, and has not seen it yet, counts its subblock as one that was there, and may fill it.
   */
  void strangePage() {
    int pages = geometry.subblockBytes() / kernel.pageBytes();
    strangePages += table.epoch() > 1 ? pages : 1;
  }

  /**
   * Another pager takes over. What it finds of a subblock counts as all of it, and the application
   * may fill it. Pages that nobody asked for count as well, so that for a moment the budget is
   * taken for one that has shrunk.
   */
  void takenOver() {
    int pageBytes = kernel.pageBytes();
    int pages = geometry.subblockBytes() / pageBytes;
    for (long at = 0; at < geometry.capacityBytes(); at += geometry.subblockBytes()) {
      int present = 0;
      for (int page = 0; page < pages; page++) {
        int look = kernel.look(at + (long) page * pageBytes, pageBytes);
        present += (look & SimKernel.ANY_PRESENT) != 0 ? 1 : 0;
        strangePages += (look & SimKernel.ANY_STRANGE) != 0 ? 1 : 0;
      }
      strangePages += present > 0 ? pages - present : 0;
    }
  }

  /** Bytes of all subblocks of which a page is present. */
  long presentSubblockBytes() {
    long bytes = 0;
    for (long at = 0; at < geometry.capacityBytes(); at += geometry.subblockBytes()) {
      boolean present = kernel.look(at, geometry.subblockBytes()) != 0;
      bytes += present ? geometry.subblockBytes() : 0;
    }
    return bytes;
  }

  // ---- Stage

  @Override
  public void before(Call call, long offset, long bytes, int detail) {
    clock.pass(CALL_NANOS);
    agenda.run(clock.nanoTime());
    if (random.oneIn(moveOneIn)) {
      move(1 + random.below(6));
    }
    if (!unmappers.isEmpty() && random.oneIn(4 * moveOneIn)) {
      unmappers.get(random.below(unmappers.size())).step();
    }
    if (random.oneIn(16 * moveOneIn)) {
      pins.deviceWrites();
    }
    if (call == Call.PUNCH) {
      invariants.beforePunch(offset, bytes);
    }
    killer.step();
  }

  @Override
  public void between() {
    if (random.oneIn(4 * moveOneIn)) {
      long before = application.stores();
      move(1 + random.below(3));
      if (application.stores() != before) {
        tally.add(Happening.WRITE_AMID_PROTECT_OR_READ);
      }
    }
    killer.step();
  }

  private void move(int steps) {
    if (!moving) {
      moving = true;
      application.steps(steps);
      moving = false;
    }
  }

  @Override
  public void after(Call call, long offset, long bytes, int detail, long result) {
    boolean maps = call == Call.COPY || call == Call.ZERO || call == Call.MAP;
    if (maps && result > 0) {
      invariants.mapped(offset, result);
    }
    switch (call) {
      case COPY -> installed(COPY_IN_MODE[detail], offset, bytes, result);
      case ZERO -> installed("zero %2$d+%3$d of block %1$d: %4$d", offset, bytes, result);
      case MAP -> changed(MAP_IN_MODE[detail], offset, bytes, result);
      case POISON -> changed("poison %2$d+%3$d of block %1$d", offset, bytes, 0);
      case PROTECT -> changed("protect %2$d+%3$d of block %1$d", offset, bytes, 0);
      case UNPROTECT -> changed("un-protect %2$d+%3$d of block %1$d", offset, bytes, 0);
      case WAKE -> note("wake %2$d+%3$d of block %1$d", offset, bytes, 0);
      case READ_PAGES -> {
        note("read out %2$d+%3$d of block %1$d", offset, bytes, 0);
        invariants.pagesRead(offset, bytes);
      }
      case WRITE_PAGES -> changed("write back %2$d+%3$d of block %1$d", offset, bytes, 0);
      case PUNCH -> {
        notePunch(offset, bytes);
        changed("punch %2$d+%3$d of block %1$d", offset, bytes, 0);
      }
      case READ_MESSAGES -> {
        if (result > 0) {
          trace.add("%2$d messages read", Trace.ASIDE, result);
        }
      }
      case START_TRANSFER -> transferStarted(detail, (int) result);
      case POLL_DONOR -> transferEnds(detail, (int) result);
      default -> {}
    }
    killer.step();
  }

  /** By mode; the result is the bytes done, or why not. */
  private static final String[] COPY_IN_MODE = {
    "copy %2$d+%3$d of block %1$d: %4$d",
    "copy %2$d+%3$d of block %1$d, protected: %4$d",
    "copy %2$d+%3$d of block %1$d, quiet: %4$d",
    "copy %2$d+%3$d of block %1$d, protected and quiet: %4$d"
  };

  private static final String[] MAP_IN_MODE = {
    "map %2$d+%3$d of block %1$d: %4$d",
    "map %2$d+%3$d of block %1$d, protected: %4$d",
    "map %2$d+%3$d of block %1$d, quiet: %4$d",
    "map %2$d+%3$d of block %1$d, protected and quiet: %4$d"
  };

  private void note(String format, long offset, long bytes, long result) {
    trace.add(format, geometry.blockOf(offset), offset % geometry.blockBytes(), bytes, result);
  }

  private void changed(String format, long offset, long bytes, long result) {
    note(format, offset, bytes, result);
    for (long at = offset; at < offset + bytes; ) {
      int block = geometry.blockOf(at);
      long end = Math.min(offset + bytes, geometry.offsetOf(block) + geometry.blockBytes());
      check(block, geometry.subblockOf(at), geometry.subblockOf(end - 1) + 1);
      at = end;
    }
    if (--sweepIn == 0) {
      sweep();
      sweepIn = SWEEP_EVERY;
    }
  }

  /** Invariant 9. */
  private void installed(String format, long offset, long bytes, long result) {
    changed(format, offset, bytes, result);
    checkBound(geometry.blockOf(offset));
  }

  void checkBound(int block) {
    long bound = boundBytes + (long) strangePages * kernel.pageBytes();
    if (kernel.residentBytes() > bound) {
      judge.violated(
          9,
          block,
          kernel.residentBytes() + " bytes are resident, more than the budget of " + bound);
    }
  }

  private void notePunch(long offset, long bytes) {
    for (int i = 0; i < kernel.threadCount(); i++) {
      SimThread thread = kernel.thread(i);
      boolean inside = thread.offset >= offset && thread.offset < offset + bytes;
      if (thread.waiting && thread.write && inside) {
        tally.add(Happening.PUNCH_UNDER_WAITING_WRITER);
      }
    }
  }

  private void transferStarted(int detail, int index) {
    SimDonor donor = donors.get(detail >> 1);
    Flight flight = donor.flights().get(index);
    invariants.transferStarts(donor, flight);
    trace.add(
        flight.transfer.isWrite() ? STARTS_WRITE : STARTS_READ,
        flight.block,
        donor.index(),
        flight.transfer.position() / geometry.blockBytes(),
        flight.transfer.position() % geometry.blockBytes(),
        flight.transfer.bytes());
    if (flight.block >= 0) {
      check(flight.block);
    }
  }

  private static final String STARTS_WRITE =
      "write to donor %2$d slot %3$d starts for %4$d+%5$d of block %1$d";
  private static final String STARTS_READ =
      "read from donor %2$d slot %3$d starts for %4$d+%5$d of block %1$d";

  private void transferEnds(int detail, int index) {
    SimDonor donor = donors.get(detail >> 1);
    Flight flight = donor.flights().get(index);
    trace.add(
        (flight.transfer.isWrite() ? WRITE_ENDS : READ_ENDS)[flight.outcome.ordinal()],
        flight.block,
        donor.index(),
        flight.transfer.position() / geometry.blockBytes(),
        flight.transfer.position() % geometry.blockBytes(),
        flight.transfer.bytes());
    if (flight.block < 0) {
      return;
    }
    if (BlockWord.generation(table.word(flight.block)) != flight.generation) {
      tally.add(Happening.LATE_COMPLETION_OF_OTHER_GENERATION);
    }
    if (clock.nanoTime() - flight.startedAt > scenario.settings().storeTimeoutNanos()) {
      tally.add(Happening.LATE_COMPLETION_AFTER_TIMEOUT);
    }
  }

  private static final String[] WRITE_ENDS = endings("write to");
  private static final String[] READ_ENDS = endings("read from");

  private static String[] endings(String what) {
    Transfer.Outcome[] outcomes = Transfer.Outcome.values();
    String[] formats = new String[outcomes.length];
    for (Transfer.Outcome outcome : outcomes) {
      formats[outcome.ordinal()] =
          what + " donor %2$d slot %3$d ends for %4$d+%5$d of block %1$d: " + outcome;
    }
    return formats;
  }

  @Override
  public long refusal(Call call) {
    if (refusals == 0 && random.oneIn(400)) {
      refusals = 1 + random.below(4);
      refusal = random.oneIn(4) ? Faults.NO_MEMORY : Faults.RETRY;
    }
    if (refusals == 0) {
      return 0;
    }
    refusals--;
    tally.add(refusal == Faults.NO_MEMORY ? Happening.KERNEL_NO_MEMORY : Happening.KERNEL_RETRY);
    return refusal;
  }

  @Override
  public void faulted(long offset, int flags) {
    boolean write = (flags & FaultBatch.WRITE) != 0;
    switch (BlockWord.activity(table.word(geometry.blockOf(offset)))) {
      case BlockWord.LEAVING ->
          tally.add(
              (flags & FaultBatch.PROTECTED) != 0
                  ? Happening.WRITE_WHILE_LEAVING
                  : (flags & FaultBatch.MINOR) != 0
                      ? Happening.MINOR_WHILE_LEAVING
                      : Happening.FAULT_WHILE_LEAVING);
      case BlockWord.FETCHING -> {
        if (write) {
          tally.add(Happening.WRITE_WHILE_FETCHING);
        }
      }
      case BlockWord.MOVING ->
          tally.add(write ? Happening.WRITE_WHILE_MOVING : Happening.FAULT_WHILE_MOVING);
      case BlockWord.DISCARDING -> tally.add(Happening.FAULT_WHILE_DISCARDING);
      default -> {}
    }
  }

  @Override
  public void seen(Happening happening) {
    tally.add(happening);
  }

  // ---- the table

  private static final String[] ENTRY = {
    entry("NONE"), entry("LEAVING"), entry("FETCHING"), entry("MOVING"), entry("DISCARDING")
  };

  private static String entry(String activity) {
    return "table of block %d: " + activity + ", donor %d, slot %d, generation %d, stored bits %x";
  }

  /** Called after each store to the block's entry: invariant 7. */
  void entryStored(int block) {
    long word = table.word(block);
    trace.add(
        ENTRY[BlockWord.activity(word)],
        block,
        BlockWord.donor(word),
        BlockWord.slot(word),
        BlockWord.generation(word),
        table.storedWord(block, 0));
    invariants.entryStored(block);
    check(block);
    if (random.oneIn(2 * moveOneIn)) {
      move(1 + random.below(3));
    }
    killer.step();
  }

  /** Called after each sealing, before anything of it reaches its frame. */
  void sealed(long place, long generation) {
    tally.add(Happening.SUBBLOCK_SEALED);
    Objects.requireNonNull(seals).sealed(place, generation);
    killer.step();
  }

  // ---- checks

  /** Rehearses an adoption of the block and compares it with the model. */
  void check(int block) {
    check(block, 0, subblocks);
  }

  /** Rehearses an adoption of the block's subblocks in {@code [from, to)}. */
  private void check(int block, int from, int to) {
    invariants.check(block, from, to);
    for (int subblock = from; subblock < to; subblock++) {
      checkBytes(block, subblock);
    }
    if (adoption.isBeingForgotten(block) && !model.isDiscarded(block)) {
      throw new SimFailure("block " + block + " is being discarded; nobody asked", block);
    }
  }

  private void checkBytes(int block, int subblock) {
    int offset = (int) geometry.offsetOf(block, subblock);
    if (!adoption.adopt(block, subblock)) {
      if (!isBroken(block, subblock) && !isOnItsWay(block)) {
        throw new SimFailure(
            "subblock "
                + subblock
                + " of block "
                + block
                + " "
                + adoption.flaw()
                + ": "
                + invariants.describe(block),
            block);
      }
    } else if (!model.allows(
        offset, adoption.source(), adoption.sourceAt(), geometry.subblockBytes())) {
      throw new SimFailure(mismatch(block, subblock, offset), block);
    }
  }

  private String mismatch(int block, int subblock, int offset) {
    byte[] found = adoption.source();
    int foundAt = adoption.sourceAt();
    int at = model.mismatch(offset, found, foundAt, geometry.subblockBytes()) & -8;
    return "an adopter would find "
        + Model.word(found, foundAt + at)
        + " in word "
        + (subblock * geometry.subblockBytes() + at) / 8
        + " of block "
        + block
        + ", which must hold "
        + model.word(offset + at)
        + ": "
        + invariants.describe(block);
  }

  /**
   * True if the exporter that has the block is gone, and the pager has what its disk does not have
   * yet: as long as that lives, nothing is lost.
   */
  private boolean isOnItsWay(int block) {
    long word = table.word(block);
    if (!BlockWord.hasSlot(word)) {
      return false;
    }
    SimDonor donor = donors.get(BlockWord.donor(word));
    boolean gone = (donor.isLost() || donor.isDead()) && !isDegraded(donor);
    return gone && donor.owed()[BlockWord.slot(word)] > 0;
  }

  /** True if the end of the pager would be the second fault at the same time. */
  boolean isAtRisk() {
    for (SimDonor donor : donors) {
      if ((donor.isLost() || donor.isDead()) && !donor.isCopy() && donor.owesAny()) {
        return true;
      }
    }
    return false;
  }

  /** True if an injected fault has destroyed the subblock's stored bytes. */
  private boolean isBroken(int block, int subblock) {
    long word = table.word(block);
    if (!BlockWord.hasSlot(word)) {
      return false;
    }
    int place = BlockWord.slot(word) * geometry.blockBytes() + subblock * geometry.subblockBytes();
    SimDonor donor = donors.get(BlockWord.donor(word));
    // What was copied from a side that was destroyed is not better than that.
    return donor.isBroken(place)
        || (donor.isMirrored() && donors.get(donor.index() + 1).isBroken(place));
  }

  /** True while one of two donors with the same bytes is not believed. */
  boolean isDegraded() {
    return donors.stream().anyMatch(this::isDegraded);
  }

  /** True if this is the first or second of two of which one is not believed. */
  boolean isDegraded(SimDonor donor) {
    int first = donor.index() - (donor.isCopy() ? 1 : 0);
    return donor.isMirrored()
        && (table.isDoubted(first, donor.shard(), 0) || table.isDoubted(first, donor.shard(), 1));
  }

  /** What may be believed of two donors with the same bytes has changed in the table. */
  void doubted() {
    sweep();
    killer.step();
  }

  /** True if an injected fault has destroyed stored bytes of the block. */
  boolean isBroken(int block) {
    for (int subblock = 0; subblock < subblocks; subblock++) {
      if (table.isStored(block, subblock) && isBroken(block, subblock)) {
        return true;
      }
    }
    return false;
  }

  /** Checks all blocks. */
  void sweep() {
    for (int block = 0; block < geometry.blockCount(); block++) {
      check(block);
    }
    invariants.checkFreeSlots();
  }

  /** The block that names an activity, or -1: used to see whether all has come to rest. */
  int busyBlock() {
    for (int block = 0; block < geometry.blockCount(); block++) {
      if (BlockWord.activity(table.word(block)) != BlockWord.NONE) {
        return block;
      }
    }
    return -1;
  }

  boolean hasActivity(int activity) {
    for (int block = 0; block < geometry.blockCount(); block++) {
      if (BlockWord.activity(table.word(block)) == activity) {
        return true;
      }
    }
    return false;
  }
}
