package io.elasticmemory.tiering.sim;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
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
  final Judge judge;
  final SlotOwners slots;
  final Invariants invariants;
  final Application application;
  final Pins pins;
  final ResidentBound bound;
  final Damage damage;
  final Killer killer = new Killer(this);
  final FailingCall failingCall = new FailingCall();

  /** One for each shard. */
  final List<Unmapper> unmappers = new ArrayList<>();

  /** What is wrong now stays so: nothing need come to a good end any more. */
  boolean hasLastingTrouble;

  private final CallLog log;
  private final Comparison comparison;
  private final int subblocks;
  private final int moveOneIn;
  private int sweepIn = SWEEP_EVERY;
  private int refusals;
  private long refusal;
  private boolean moving;
  private Runnable others = () -> {};

  /** What the pager is doing, and to which block: -1 if to none, or that is not known. */
  private Call call = Call.READ_MESSAGES;

  private int callBlock;

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
    int pageBytes = scenario.settings().pageBytes();
    kernel = new SimKernel(geometry.capacityBytes(), pageBytes, scenario.threads(), this);
    for (DonorShape shape : scenario.donors()) {
      donors.add(donor(shape));
      if (shape.copy()) {
        donors.getLast().pairing().mirror();
        donors.get(donors.size() - 2).pairing().mirror();
      }
    }
    table = new TableView(geometry, SPACE_ID_HIGH, SPACE_ID_LOW);
    seals =
        scenario.encrypted() ? new SealView(geometry, SPACE_ID_HIGH, SPACE_ID_LOW, random) : null;
    int countersBytes = (int) ShardCounters.bytes(scenario.shards());
    counters = new ShardCounters(MemorySegment.ofArray(new long[countersBytes / 8]));
    counters.format(4096);
    model = new Model(geometry, pageBytes);
    Adoption adoption =
        new Adoption(geometry, table, seals, kernel, donors, SPACE_ID_HIGH, SPACE_ID_LOW);
    judge = new Judge(asserting);
    log = new CallLog(trace, geometry);
    bound = new ResidentBound(geometry, kernel, table, judge, scenario.settings().budgetBytes());
    damage = new Damage(geometry, table, donors);
    notes = new SlotNotes(donors);
    slots = new SlotOwners(geometry, donors, notes, judge);
    pins = new Pins(this);
    invariants = new Invariants(geometry, table, kernel, donors, model, tally, judge, slots, pins);
    comparison = new Comparison(geometry, adoption, model, damage, invariants);
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
    donor.fate().lateOneIn(onTime ? Integer.MAX_VALUE : scenario.lateOneIn());
    donor.fate().failAt(failingCall);
    return donor;
  }

  /** The application exits in the middle of whatever it was about. */
  void exit() {
    tally.add(Happening.APPLICATION_EXITED);
    trace.add("the application exits", SimFailure.NO_BLOCK);
    kernel.exit();
    application.exit();
  }

  /** True if the pager would find something to do now. */
  boolean wantsPager() {
    return kernel.hasMessages() || donors.stream().anyMatch(SimDonor::wantsPoll);
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
  public void before(Call next, long offset, long bytes, int detail) {
    call = next;
    callBlock = isOfDonors(next) ? SimFailure.NO_BLOCK : geometry.blockOf(offset);
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
    others.run();
    if (next == Call.PUNCH) {
      invariants.beforePunch(offset, bytes);
    }
    killer.step();
  }

  private static boolean isOfDonors(Call call) {
    return call == Call.START_TRANSFER || call == Call.POLL_DONOR;
  }

  /** What the pager is doing. */
  Call call() {
    return call;
  }

  /** The block it is doing that to, -1 if that is none, or not known. */
  int callBlock() {
    return callBlock;
  }

  @Override
  public void between() {
    others.run();
    if (random.oneIn(4 * moveOneIn)) {
      long before = application.stores();
      move(1 + random.below(3));
      if (application.stores() != before) {
        tally.add(Happening.WRITE_AMID_PROTECT_OR_READ);
      }
    }
    killer.step();
  }

  /** Others that may run at every call of the pager. */
  void beside(Runnable steps) {
    others = steps;
  }

  private void move(int steps) {
    if (!moving) {
      moving = true;
      application.steps(steps);
      moving = false;
    }
  }

  @Override
  public void after(Call last, long offset, long bytes, int detail, long result) {
    boolean maps = last == Call.COPY || last == Call.ZERO || last == Call.MAP;
    if (maps && result > 0) {
      invariants.mapped(offset, result);
    }
    log.called(last, offset, bytes, detail, result);
    switch (last) {
      case COPY, ZERO -> {
        changed(offset, bytes);
        bound.check(geometry.blockOf(offset));
      }
      case MAP, POISON, PROTECT, UNPROTECT, WRITE_PAGES -> changed(offset, bytes);
      case READ_PAGES -> invariants.pagesRead(offset, bytes);
      case PUNCH -> {
        notePunch(offset, bytes);
        changed(offset, bytes);
      }
      case START_TRANSFER -> transferStarted(detail, (int) result);
      case POLL_DONOR -> transferEnds(detail, (int) result);
      default -> {}
    }
    killer.step();
  }

  private void changed(long offset, long bytes) {
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
    callBlock = flight.block;
    log.transferStarts(donor, flight);
    if (flight.block >= 0) {
      check(flight.block);
    }
  }

  private void transferEnds(int detail, int index) {
    SimDonor donor = donors.get(detail >> 1);
    Flight flight = donor.flights().get(index);
    callBlock = flight.block;
    log.transferEnds(donor, flight);
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

  /** All that outlives a pager, but for the time. */
  void print(Fingerprint print) {
    kernel.print(print);
    table.print(print);
    notes.print(print);
    donors.forEach(donor -> donor.print(print));
    model.print(print);
    pins.print(print);
    if (seals != null) {
      seals.print(print);
    }
    print.add(counters.get(Counter.residentBytes));
  }

  // ---- the table

  /** Called after each store to the block's entry: invariant 7. */
  void entryStored(int block) {
    call = Call.STORE_ENTRY;
    callBlock = block;
    log.entryStored(block, table);
    invariants.entryStored(block);
    check(block);
    if (random.oneIn(2 * moveOneIn)) {
      move(1 + random.below(3));
    }
    killer.step();
  }

  /** Called after each sealing, before anything of it reaches its frame. */
  void sealed(long place, long generation) {
    call = Call.SEAL;
    callBlock = (int) (place / subblocks);
    tally.add(Happening.SUBBLOCK_SEALED);
    Objects.requireNonNull(seals).sealed(place, generation);
    killer.step();
  }

  // ---- checks

  /** Rehearses an adoption of the block and compares it with the model. */
  void check(int block) {
    check(block, 0, subblocks);
  }

  /** The same of the block's subblocks in {@code [from, to)}. */
  private void check(int block, int from, int to) {
    invariants.check(block, from, to);
    comparison.check(block, from, to);
  }

  /** What may be believed of two donors with the same bytes has changed in the table. */
  void doubted() {
    call = Call.STORE_DOUBT;
    callBlock = SimFailure.NO_BLOCK;
    sweep();
    killer.step();
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
