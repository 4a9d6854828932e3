package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Holdings;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * An exporter or a spill file whose transfers take virtual time, end in any order, and go wrong in
 * the ways the port allows. It keeps the port's promises: a write that has been reported changes
 * nothing afterwards.
 */
final class SimDonor implements Donor, Holdings {
  private final int index;
  private final DonorShape shape;
  private final int unitBytes;
  private final long patienceNanos;
  private final Stage stage;
  private final VirtualClock clock;
  private final Agenda agenda;
  private final Seeded random;

  private final Medium medium;
  private final CompressedRoom room;
  private final List<Flight> spare = new ArrayList<>();
  private final List<Flight> unsent = new ArrayList<>();
  private final List<Flight> flights = new ArrayList<>();
  private final List<Flight> arrived = new ArrayList<>();

  private final Fence fence;
  private final int blockBytes;
  private final Troubles troubles;
  private final Fate fate;
  private final Pairing pairing;
  private String lastFailure = "";
  private boolean closed;

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
    troubles = new Troubles(clock);
    pairing = new Pairing(shape.slots());
    medium = new Medium(shape.slots() * blockBytes, unitBytes, stage, random);
    room = new CompressedRoom(shape, medium.bytes().length / unitBytes, unitBytes, random);
    fate = new Fate(shape, troubles, room, patienceNanos, stage, clock, random);
  }

  // ---- the simulation's side

  /** What becomes of its transfers. */
  Fate fate() {
    return fate;
  }

  /** Something is the matter until a moment. */
  void suffer(Trouble trouble, long until) {
    troubles.suffer(trouble, until);
    if (trouble == Trouble.CUT) {
      for (Flight flight : flights) {
        if (!flight.ended) {
          flight.sever(random.oneIn(2));
        }
      }
    }
  }

  boolean suffers(Trouble trouble) {
    return troubles.suffers(trouble);
  }

  /** It will never answer again, and all it had is gone. */
  void die() {
    suffer(Trouble.CUT, Long.MAX_VALUE);
    troubles.die();
    medium.breakAll();
    stage.seen(Happening.DONOR_DEAD);
  }

  /** It is started anew, without what it had: nobody gets an answer before he asks anew. */
  void restart() {
    suffer(Trouble.CUT, Long.MAX_VALUE);
    troubles.lose();
    stage.seen(Happening.SIDE_STARTED_ANEW);
  }

  boolean isLost() {
    return troubles.isLost();
  }

  boolean isDead() {
    return troubles.isDead();
  }

  /** Its client has noticed that it is dead, or never will: of every second one. */
  @Override
  public boolean isGone() {
    return troubles.isDead() && index % 2 == 0;
  }

  /** Whoever asks anew finds it without what it had. */
  void returnEmpty() {
    troubles.noticeLoss();
    if (random.oneIn(2)) {
      medium.replace();
    }
  }

  /** What it has to do with another that has the same bytes. */
  Pairing pairing() {
    return pairing;
  }

  boolean isMirrored() {
    return pairing.isMirrored();
  }

  /** It is the second of two, and has no slots of its own. */
  boolean isCopy() {
    return shape.copy();
  }

  /** It is the second of two, a disk. */
  boolean isBackup() {
    return shape.isBackup();
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
    return medium.isAcknowledged(place, bytes);
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
    pairing.orphan();
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
    boolean silent = suffers(Trouble.CUT) || suffers(Trouble.STUCK) || suffers(Trouble.CLOGGED);
    return troubles.isDead()
        ? Long.MAX_VALUE
        : clock.nanoTime() + (silent ? patienceNanos / 64 : 0);
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
      medium.acknowledge((int) transfer.position(), transfer.bytes(), false);
    }
    stage.after(
        Call.START_TRANSFER,
        transfer.position(),
        transfer.bytes(),
        detail(transfer),
        flights.size() - 1);
    if (shape.sync()) {
      fate.send(flight, flights);
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
    if (flight.lost || troubles.isDead()) {
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
    boolean isUndone = transfer.isWrite() && flight.outcome != Outcome.DONE && !flight.isHalved();
    if (isUndone && random.oneIn(2) && !troubles.isDead()) {
      medium.scramble((int) transfer.position(), transfer.bytes());
    }
  }

  @Override
  public int poll(Ended ended) {
    stage.before(Call.POLL_DONOR, 0, 0, index << 1);
    while (!unsent.isEmpty()) {
      fate.send(unsent.removeFirst(), flights);
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
      medium.acknowledge((int) transfer.position(), transfer.bytes(), true);
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
  public Holdings holdings() {
    return this;
  }

  @Override
  public long roomBytes() {
    return room.bytes();
  }

  /** What was there is gone, and whoever still counts on it finds rubbish. */
  @Override
  public void forget(long position, int bytes) {
    room.letGo(position, bytes);
    if (!troubles.isDead()) {
      medium.scramble((int) position, bytes);
    }
  }

  @Override
  public String lastFailure() {
    return lastFailure;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** What it has, what it has said about it, and what is on its way. */
  void print(Fingerprint print) {
    print.add(medium.bytes(), 0, medium.bytes().length);
    for (int unit = 0; unit < medium.bytes().length / unitBytes; unit++) {
      boolean acknowledged = medium.isAcknowledged(unit * unitBytes, unitBytes);
      print.add((acknowledged ? 1 : 0) + (room.holds(unit) ? 2 : 0));
    }
    print.add(fence.isClosed() ? 1 : 0);
    for (Flight flight : flights) {
      flight.print(print);
    }
    for (Flight orphan : fence.orphans()) {
      orphan.print(print);
    }
  }
}
