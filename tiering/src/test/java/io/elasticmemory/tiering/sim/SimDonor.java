package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.tiering.store.BackupReplica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exporter or a spill file whose transfers take virtual time, end in any order, and go wrong in
 * the ways the port allows. It keeps the port's promises: a write that has been reported changes
 * nothing afterwards.
 */
final class SimDonor implements Donor {
  /** A laggard's transfers end late so many times as often. */
  private static final int LAGGARD_PART = 10;

  private final int index;
  private final DonorShape shape;
  private final int unitBytes;
  private final Stage stage;
  private final VirtualClock clock;
  private final Agenda agenda;
  private final Seeded random;

  private final Medium medium;
  private final boolean[] acknowledged;

  /** Units that take room, of a donor that compresses. */
  private final boolean[] held;

  private int heldUnits;

  private final List<Flight> spare = new ArrayList<>();
  private final List<Flight> unsent = new ArrayList<>();
  private final List<Flight> flights = new ArrayList<>();
  private final List<Flight> arrived = new ArrayList<>();

  private final Fence fence;
  private final int blockBytes;
  private final long[] troubleUntil = new long[Trouble.values().length];
  private boolean dead;

  /** It was started anew, and its client has not noticed. */
  private boolean lost;

  /** Of the first of two with the same bytes: what the shard has asked of both and not got back. */
  private final List<Transfer> mirrored = new ArrayList<>();

  private boolean isMirrored;
  private final int[] owed;
  private @Nullable BackupReplica backup;
  private boolean losesWrites;
  private String lastFailure = "";
  private boolean closed;

  /** The most a single transfer may be delayed beyond reason, reads and writes. */
  private final long lateReadNanos;

  private final long lateWriteNanos;
  private final long patienceNanos;
  private int lateOneIn = Integer.MAX_VALUE;

  SimDonor(
      int index,
      DonorShape shape,
      int blockBytes,
      int unitBytes,
      long patienceNanos,
      Stage stage,
      VirtualClock clock,
      Agenda agenda,
      Seeded random) {
    this.index = index;
    this.shape = shape;
    this.blockBytes = blockBytes;
    this.unitBytes = unitBytes;
    this.stage = stage;
    this.clock = clock;
    this.agenda = agenda;
    this.random = random;
    this.patienceNanos = patienceNanos;
    fence = new Fence(agenda);
    owed = new int[shape.slots()];
    lateReadNanos = patienceNanos / 4;
    lateWriteNanos = patienceNanos * 2;
    medium = new Medium(shape.slots() * blockBytes, unitBytes, stage, random);
    int units = medium.bytes().length / unitBytes;
    acknowledged = new boolean[units];
    Arrays.fill(acknowledged, true);
    held = new boolean[units];
  }

  // ---- the simulation's side

  /** One in so many transfers ends far too late. */
  void lateOneIn(int transfers) {
    lateOneIn = shape.laggard() ? Math.max(1, transfers / LAGGARD_PART) : transfers;
  }

  /** Something is the matter until a moment. */
  void suffer(Trouble trouble, long until) {
    troubleUntil[trouble.ordinal()] = until;
    if (trouble == Trouble.CUT) {
      for (Flight flight : flights) {
        if (!flight.ended) {
          flight.sever(random.oneIn(2));
        }
      }
    }
  }

  boolean suffers(Trouble trouble) {
    return clock.nanoTime() < troubleUntil[trouble.ordinal()];
  }

  boolean suffersAny() {
    for (long until : troubleUntil) {
      if (clock.nanoTime() < until) {
        return true;
      }
    }
    return false;
  }

  /** It will never answer again, and all it had is gone. */
  void die() {
    suffer(Trouble.CUT, Long.MAX_VALUE);
    dead = true;
    medium.breakAll();
    stage.seen(Happening.DONOR_DEAD);
  }

  /** It is started anew, without what it had: nobody gets an answer before he asks anew. */
  void restart() {
    suffer(Trouble.CUT, Long.MAX_VALUE);
    lost = true;
    stage.seen(Happening.SIDE_STARTED_ANEW);
  }

  boolean isLost() {
    return lost;
  }

  boolean isDead() {
    return dead;
  }

  /** Its client has noticed that it is dead, or never will: of every second one. */
  @Override
  public boolean isGone() {
    return dead && index % 2 == 0;
  }

  /** Whoever asks anew finds it without what it had. */
  void returnEmpty() {
    if (lost) {
      troubleUntil[Trouble.CUT.ordinal()] = 0;
      lost = false;
    }
    if (random.oneIn(2)) {
      medium.replace();
    }
  }

  /** It is one of two that have the same bytes. */
  void mirror() {
    isMirrored = true;
  }

  boolean isMirrored() {
    return isMirrored;
  }

  /** It is the second of two, and has no slots of its own. */
  boolean isCopy() {
    return shape.copy();
  }

  /** It is the second of two, a disk. */
  boolean isBackup() {
    return shape.isBackup();
  }

  /** The debts about this exporter's copy on a disk: of each slot how many. */
  int[] owed() {
    return owed;
  }

  boolean owesAny() {
    for (int count : owed) {
      if (count > 0) {
        return true;
      }
    }
    return false;
  }

  /** What its pager makes of the copy on a disk, or null. */
  void backup(@Nullable BackupReplica opened) {
    backup = opened;
  }

  /**
   * True while only this one has what an earlier pager has stored: if it went now, that would be
   * the second fault, after the end of that pager.
   */
  boolean isExposed() {
    return backup == null ? owesAny() : backup.lackingCount() > 0;
  }

  List<Transfer> mirrored() {
    return mirrored;
  }

  /** From now on it acknowledges writes that never reach its medium. */
  void loseWrites() {
    losesWrites = true;
  }

  /** The stored bytes rot, for good. */
  void rot(int place) {
    medium.rot(place);
  }

  byte[] medium() {
    return medium.bytes();
  }

  /** True if the last write to each byte has been acknowledged and none is under way. */
  boolean isAcknowledged(int place, int bytes) {
    for (int unit = place / unitBytes; unit < (place + bytes) / unitBytes; unit++) {
      if (!acknowledged[unit]) {
        return false;
      }
    }
    return true;
  }

  /** True if an injected fault has destroyed these bytes. */
  boolean isBroken(int place) {
    return medium.isBroken(place);
  }

  /** Another number for every place of every donor and for every time its bytes have changed. */
  long stamp(int place) {
    return medium.stamp(place) * 16 + index + 1;
  }

  /** The shard that has all of it. */
  int shard() {
    return shape.shard();
  }

  int index() {
    return index;
  }

  int slots() {
    return shape.slots();
  }

  /** Transfers that have been taken and not been reported. */
  List<Flight> flights() {
    return flights;
  }

  /** Writes of pagers that were killed, which may yet land. */
  List<Flight> orphans() {
    return fence.orphans();
  }

  /** The pager is killed. What it has sent goes on, but for what it had to do itself. */
  void orphan() {
    for (Flight flight : flights) {
      if (flight.orphan(shape.tier() != Tier.COMPRESSED)) {
        stage.seen(Happening.ORPHANED_WRITE);
        fence.add(flight);
      }
    }
    flights.clear();
    unsent.clear();
    arrived.clear();
    mirrored.clear();
    backup = null;
  }

  /** Another pager shows the newer epoch. It will be confirmed, after some time. */
  void reopen() {
    if (shape.tier() == Tier.COMPRESSED) {
      fence.keepClosed();
    } else {
      fence.open(clock.nanoTime() + random.between(0, patienceNanos / 8), this::confirmsAt);
    }
  }

  private long confirmsAt() {
    boolean silent = suffers(Trouble.CUT) || suffers(Trouble.STUCK);
    return dead ? Long.MAX_VALUE : clock.nanoTime() + (silent ? patienceNanos / 64 : 0);
  }

  @Override
  public boolean isFenced() {
    return fence.isClosed();
  }

  /** True if the next poll has something to do. */
  boolean wantsPoll() {
    return !arrived.isEmpty() || !unsent.isEmpty();
  }

  Agenda agenda() {
    return agenda;
  }

  long now() {
    return clock.nanoTime();
  }

  // ---- Donor

  @Override
  public String name() {
    return switch (shape.tier()) {
      case DRAM, COMPRESSED -> "zdram:" + index;
      case REMOTE -> "sim" + index + ":19675";
      case SSD -> "/sim/spill" + index;
    };
  }

  @Override
  public boolean isElsewhere() {
    return true;
  }

  @Override
  public Tier tier() {
    return shape.tier();
  }

  @Override
  public long grantedBytes() {
    return medium.bytes().length;
  }

  @Override
  public boolean start(Transfer transfer) {
    check(transfer);
    stage.before(Call.START_TRANSFER, transfer.position(), transfer.bytes(), detail(transfer));
    if (!accepts()) {
      return false;
    }
    Flight flight = spare.isEmpty() ? new Flight(this, blockBytes) : spare.removeLast();
    flight.prepare(transfer, clock.nanoTime());
    flights.add(flight);
    if (transfer.isWrite()) {
      setAcknowledged(transfer, false);
    }
    stage.after(
        Call.START_TRANSFER,
        transfer.position(),
        transfer.bytes(),
        detail(transfer),
        flights.size() - 1);
    if (shape.sync()) {
      send(flight);
    } else {
      unsent.add(flight);
    }
    return true;
  }

  private int detail(Transfer transfer) {
    return index << 1 | (transfer.isWrite() ? 1 : 0);
  }

  private boolean accepts() {
    if (suffers(Trouble.BUSY) || (suffers(Trouble.CUT) && random.oneIn(2))) {
      stage.seen(Happening.QUEUE_FULL);
      return false;
    }
    return flights.size() < shape.queueMax();
  }

  private void check(Transfer transfer) {
    if (closed) {
      throw new IllegalStateException(name() + " is closed");
    }
    long position = transfer.position();
    long end = position + transfer.bytes();
    boolean aligned = (position | transfer.bytes()) % unitBytes == 0;
    boolean inside = position >= 0 && end <= medium.bytes().length && transfer.bytes() > 0;
    if (!aligned || !inside || position / SLAB_BYTES != (end - 1) / SLAB_BYTES) {
      throw new IllegalArgumentException(
          "transfer of " + transfer.bytes() + " bytes at " + position + " of " + name());
    }
  }

  private void send(Flight flight) {
    long nanos = random.between(shape.leastNanos(), shape.mostNanos());
    boolean write = flight.transfer.isWrite();
    if (suffers(Trouble.SLOW)) {
      nanos *= 100;
      stage.seen(Happening.SLOW);
    }
    if (random.oneIn(lateOneIn) && mayBeLate(write)) {
      nanos += random.between(0, write ? lateWriteNanos : lateReadNanos);
      flight.late = true;
      stage.seen(write ? Happening.LATE_WRITE : Happening.LATE_READ);
    }
    decide(flight, write);
    flight.depart(clock.nanoTime(), nanos, random);
  }

  /**
   * One at a time, or they would hold all of the shard's frames. A laggard may keep more writes:
   * the shard sees to it that one donor cannot hold them all. But reads must get through.
   */
  private boolean mayBeLate(boolean write) {
    int late = 0;
    for (Flight flight : flights) {
      late += flight.late ? 1 : 0;
    }
    return late == 0 || (shape.laggard() && write && late < shape.queueMax() / 2);
  }

  private void decide(Flight flight, boolean write) {
    if (suffers(Trouble.CUT)) {
      flight.sever(true);
    } else if (suffers(Trouble.FAILING) && random.oneIn(2)) {
      flight.outcome = Outcome.FAILED;
      stage.seen(write ? Happening.WRITE_FAILED : Happening.READ_FAILED);
    } else if (write && shape.tier() == Tier.COMPRESSED && !hold(flight.transfer)) {
      flight.outcome = Outcome.REFUSED;
      stage.seen(Happening.STORE_REFUSED);
    } else if (suffers(Trouble.FULL) && write) {
      flight.outcome = Outcome.NO_SPACE;
      stage.seen(Happening.DISK_FULL);
    } else if (suffers(Trouble.LYING) && !write) {
      // What is copied to a side that came back is not compared with anything.
      flight.lies = random.oneIn(2) && (!isMirrored || flight.transfer.isUrgent());
    } else if (losesWrites && write) {
      flight.lost = true;
      stage.seen(Happening.WRITE_LOST);
    }
  }

  /** Takes room for what is written, unless there is none or the bytes do not compress. */
  private boolean hold(Transfer transfer) {
    int first = (int) transfer.position() / unitBytes;
    int count = transfer.bytes() / unitBytes;
    if (random.oneIn(shape.refusesOneIn()) || heldUnits + count > shape.roomUnits()) {
      letGo(first, count);
      return false;
    }
    for (int unit = first; unit < first + count; unit++) {
      heldUnits += held[unit] ? 0 : 1;
      held[unit] = true;
    }
    return true;
  }

  private void letGo(int first, int count) {
    for (int unit = first; unit < first + count; unit++) {
      heldUnits -= held[unit] ? 1 : 0;
      held[unit] = false;
    }
  }

  /** When a flight may take its next step, or 0 if it may now. */
  long postpones(Flight flight, boolean atEnd) {
    long now = clock.nanoTime();
    if (suffers(Trouble.STUCK)) {
      stage.seen(Happening.STUCK);
      return troubleUntil[Trouble.STUCK.ordinal()] + random.between(0, shape.mostNanos());
    }
    if (!flight.severed || !flight.transfer.isWrite() || !suffers(Trouble.CUT)) {
      return 0;
    }
    long back = troubleUntil[Trouble.CUT.ordinal()];
    if (dead) {
      return atEnd ? Long.MAX_VALUE : 0;
    }
    return atEnd ? back : random.oneIn(2) ? random.between(now, back - 1) : 0;
  }

  /** Bytes for a read, true or not. */
  void read(Flight flight, byte[] into, int from, int to) {
    int at = (int) flight.transfer.position();
    medium.read(at, into, from, to);
    if (flight.lies) {
      medium.lie(at, into, from, to);
    }
  }

  /** Written bytes reach the medium. */
  void land(Flight flight, byte[] bytes, int from, int to) {
    int at = (int) flight.transfer.position();
    if (flight.lost || dead) {
      medium.lose(at, from, to);
      return;
    }
    if (flight.severed) {
      stage.seen(Happening.LANDED_AFTER_CUT);
    }
    medium.write(at, bytes, from, to);
  }

  /** A flight is over and waits to be reported. */
  void arrived(Flight flight) {
    if (flight.orphaned) {
      fence.remove(flight);
    } else {
      arrived.add(flight);
    }
    Transfer transfer = flight.transfer;
    if (flight.severed) {
      stage.seen(transfer.isWrite() ? Happening.LINK_CUT_WRITE : Happening.LINK_CUT_READ);
    }
    if (transfer.isWrite() && flight.outcome != Outcome.DONE && random.oneIn(2) && !dead) {
      medium.scramble((int) transfer.position(), transfer.bytes());
    }
  }

  @Override
  public int poll(Ended ended) {
    stage.before(Call.POLL_DONOR, 0, 0, index << 1);
    while (!unsent.isEmpty()) {
      send(unsent.removeFirst());
    }
    int limit = random.oneIn(8) ? random.below(4) : Integer.MAX_VALUE;
    int count = 0;
    while (!arrived.isEmpty() && count < limit) {
      report(arrived.remove(random.below(arrived.size())), ended);
      count++;
    }
    return count;
  }

  private void report(Flight flight, Ended ended) {
    Transfer transfer = flight.transfer;
    if (flight.outcome != Outcome.DONE) {
      lastFailure = flight.outcome + " at " + transfer.position();
    } else if (transfer.isWrite()) {
      setAcknowledged(transfer, true);
    }
    if (!flights.isEmpty() && flights.getFirst() != flight) {
      stage.seen(Happening.REORDERED);
    }
    stage.after(
        Call.POLL_DONOR,
        transfer.position(),
        transfer.bytes(),
        detail(transfer),
        flights.indexOf(flight));
    flights.remove(flight);
    spare.add(flight);
    transfer.end(flight.outcome);
    ended.ended(transfer);
  }

  @Override
  public long roomBytes() {
    return (long) Math.max(0, shape.roomUnits() - heldUnits) * unitBytes;
  }

  /** What was there is gone, and whoever still counts on it finds rubbish. */
  @Override
  public void forget(long position, int bytes) {
    letGo((int) position / unitBytes, bytes / unitBytes);
    if (!dead) {
      medium.scramble((int) position, bytes);
    }
  }

  private void setAcknowledged(Transfer transfer, boolean value) {
    int first = (int) transfer.position() / unitBytes;
    Arrays.fill(acknowledged, first, first + transfer.bytes() / unitBytes, value);
  }

  @Override
  public String lastFailure() {
    return lastFailure;
  }

  @Override
  public void close() {
    closed = true;
  }
}
