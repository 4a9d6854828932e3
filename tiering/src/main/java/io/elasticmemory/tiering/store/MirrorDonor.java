package io.elasticmemory.tiering.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Holdings;
import io.elasticmemory.port.StoredCheck;
import io.elasticmemory.port.Transfer;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Two donors with the same bytes, as one: either may be lost.
 *
 * <pre>
 *                     ┌──▶ side 0   a write is done when both have acknowledged, or one has and the
 *   start ──▶ errand ─┤             other is dropped; a read asks one side, and after a while, or
 *                     └──▶ side 1   when that fails, the other too: the first good answer counts
 * </pre>
 *
 * <p>A side that owes for long what the other has answered, that only fails, or that has lost its
 * bytes, is dropped: {@link Doubts} has it before any write is reported as done without it, and it
 * is used no more. It comes back as an empty one: written from then on, copied to in the background
 * after what is read for that has been checked, and believed when it lacks nothing. The last side
 * that is believed is never dropped; its failures are the mirror's.
 *
 * <p>Side 1 may be a backup: read only when side 0 does not answer, and a little behind with its
 * writes while side 0 is sound. Of a successor it may lack some slots, which are copied first.
 *
 * <p>Its time stands still while it is not polled, so that a pager that stood still blames nobody.
 * Used by one thread; allocates nothing while both sides are healthy.
 */
public final class MirrorDonor implements Donor, Holdings {
  /** Between two polls no more time passes than this. */
  private static final long GAP_NANOS_MAX = MILLISECONDS.toNanos(20);

  private static final long LOOK_NANOS = MILLISECONDS.toNanos(20);

  /** Who alone has a part is not dropped until it has been late for so many times what is late. */
  private static final int LACKING_TIMES = 3;

  private final MirrorSide[] sides;
  private final MirrorSettings settings;
  private final MirrorRules rules;
  private final Doubts doubts;
  private final Clock clock;
  private final Consumer<String> notices;
  private final Counters counters;
  private final long grantedBytes;
  private final boolean isElsewhere;
  private final Errands errands;
  private final Rebuild rebuild;
  private final Ended sink = this::ended;
  private final IntPredicate isWriting;

  /** What earlier pagers have stored is known. */
  private boolean known;

  private long polledAt;
  private long now;
  private long lookedAt;
  private boolean closed;

  /**
   * A mirror of two sides.
   *
   * @param first where side 0 is from
   * @param firstDonor side 0, open, or null if it cannot be had now
   * @param second where side 1 is from
   * @param secondDonor side 1, or null; one of the two is there and not doubted
   * @param known whether no earlier pager has stored anything; else {@link #holdsNothingElse} ends
   *     what {@link #holds} says
   * @param privateMemory gives zeroed memory that costs nothing until touched, aligned to pages
   */
  public MirrorDonor(
      MirrorSettings settings,
      Replica first,
      @Nullable Donor firstDonor,
      Replica second,
      @Nullable Donor secondDonor,
      Doubts doubts,
      boolean known,
      Clock clock,
      Counters counters,
      Consumer<String> notices,
      LongFunction<MemorySegment> privateMemory,
      MirrorRules rules) {
    this.settings = settings;
    this.doubts = doubts;
    this.known = known;
    this.clock = clock;
    this.counters = counters;
    this.notices = notices;
    this.rules = rules;
    sides = new MirrorSide[] {side(0, first, firstDonor), side(1, second, secondDonor)};
    MirrorSide believed = sides[0].isBelieved() ? sides[0] : sides[1];
    if (!believed.isBelieved()) {
      throw new IllegalArgumentException("no side of " + name() + " can be believed");
    }
    grantedBytes = grantedBytes(believed);
    isElsewhere = believed.donor().isElsewhere();
    int slots = (int) Math.min(Integer.MAX_VALUE, grantedBytes / settings.blockBytes());
    rebuild = new Rebuild(sides, settings, rules, counters, slots, privateMemory);
    errands = new Errands(sides, settings, rules, counters, rebuild, privateMemory);
    isWriting = errands::isWriting;
    polledAt = clock.nanoTime();
    counters.add(Counter.mirrors, 1);
    begin();
  }

  private void begin() {
    for (MirrorSide side : sides) {
      if (!side.isBelieved()) {
        doubts.set(side.index, true);
        counters.add(Counter.mirrorsDegraded, 1);
        notices.accept(sides[1 - side.index].name() + " alone has what " + name() + " hold");
      }
    }
    for (MirrorSide side : sides) {
      if (sides[1 - side.index].isBelieved()) {
        rebuild.resume(side, now);
      } else {
        side.replica.forgiveLacking();
      }
    }
  }

  private MirrorSide side(int index, Replica replica, @Nullable Donor donor) {
    return new MirrorSide(index, replica, donor, donor != null && !doubts.has(index));
  }

  private long grantedBytes(MirrorSide believed) {
    MirrorSide other = sides[1 - believed.index];
    long bytes = believed.donor().grantedBytes();
    return other.isThere() ? Math.min(bytes, other.donor().grantedBytes()) : bytes;
  }

  @Override
  public String name() {
    return sides[0].name() + " and " + sides[1].name();
  }

  @Override
  public Tier tier() {
    return Tier.REMOTE;
  }

  @Override
  public long grantedBytes() {
    return grantedBytes;
  }

  @Override
  public boolean isElsewhere() {
    return isElsewhere;
  }

  /** A side that came back is fenced from its opening. */
  @Override
  public boolean isFenced() {
    for (MirrorSide side : sides) {
      if (side.isBelieved() && !side.donor().isFenced()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean start(Transfer transfer) {
    Bounds.require(transfer, this, settings.blockBytes());
    return errands.start(transfer, now);
  }

  @Override
  public int poll(Ended ended) {
    tick();
    for (MirrorSide side : sides) {
      side.poll(sink);
    }
    condemn();
    allowLags();
    do {
      dropCondemned();
      errands.advance(now);
    } while (isCondemned());
    rebuild.advance(isWriting, now);
    takeBack();
    return errands.report(ended);
  }

  private void tick() {
    long time = clock.nanoTime();
    now += Math.min(time - polledAt, GAP_NANOS_MAX);
    polledAt = time;
  }

  private void ended(Transfer transfer) {
    Part part = (Part) transfer;
    part.stage = Part.Stage.ENDED;
    part.endedAt = now;
    if (part.isGood()) {
      sides[part.side].worked();
    } else {
      sides[part.side].failed(now, settings.failingNanos());
    }
  }

  // ---- sides that go

  private void condemn() {
    for (MirrorSide side : sides) {
      if (side.isThere()) {
        side.look(now);
        condemn(side);
      }
    }
  }

  private void condemn(MirrorSide side) {
    if (side.replica.isLost(side.donor())) {
      side.condemn(side.isBackup() ? "it fails: " + side.lastFailure() : "it lost what it had");
    } else if (side.hasFailedFor(now, settings.failingNanos())) {
      side.condemn("it only fails: " + side.lastFailure());
    } else if (side.isAwayFor(now, settings.failingNanos())) {
      side.condemn("it cannot be reached: " + side.lastFailure());
    } else if (side.isBackup() && isHeldUpBy(side)) {
      side.condemn("it is not known whether all that an ended pager wrote has arrived there");
    }
  }

  /** Nothing can be written because of a copy; nobody would be late with anything. */
  private boolean isHeldUpBy(MirrorSide side) {
    MirrorSide other = sides[1 - side.index];
    return other.isBelieved()
        && other.donor().isFenced()
        && side.isUnfencedFor(now, settings.lateNanos());
  }

  private boolean isCondemned() {
    return isCondemned(sides[0]) || isCondemned(sides[1]);
  }

  /** Who may have to be alone soon owes nothing by then. */
  private void allowLags() {
    for (MirrorSide side : sides) {
      MirrorSide other = sides[1 - side.index];
      boolean isSound = other.isBelieved() && !other.isFailing() && other.condemned() == null;
      side.replica.mayLag(rules.mayLag(isSound));
    }
  }

  /** Only what is not needed is dropped: the other has all, and works. */
  private boolean isCondemned(MirrorSide side) {
    return side.condemned() != null && !isNeeded(side, sides[1 - side.index]);
  }

  private boolean isNeeded(MirrorSide side, MirrorSide other) {
    if (!other.isBelieved() || (side.isBelieved() && other.isFailing())) {
      return true;
    }
    boolean lacks = rebuild.isOf(other) && !side.replica.isLost(side.donor());
    boolean mayHelp = lacks && !side.isHeldFor(now, LACKING_TIMES * settings.lateNanos());
    return mayHelp || !rules.isEnough(other.replica.owes());
  }

  private void dropCondemned() {
    for (MirrorSide side : sides) {
      if (isCondemned(side)) {
        drop(side, sides[1 - side.index]);
      }
      side.pardon(now);
    }
  }

  private void drop(MirrorSide side, MirrorSide other) {
    String why = side.condemned();
    boolean wasBelieved = side.isBelieved();
    if (wasBelieved) {
      doubts.set(side.index, true);
      counters.add(Counter.mirrorsDegraded, 1);
    }
    if (rebuild.isUnderWay()) {
      rebuild.abandon(side);
    }
    errands.dropped(side.index);
    side.drop();
    other.replica.forgiveLacking();
    allowLags();
    lookedAt = now;
    notices.accept(
        "%s is dropped (%s): %s alone has what both held"
            .formatted(side.name(), why, other.name()));
  }

  // ---- and come back

  private void takeBack() {
    for (MirrorSide side : sides) {
      if (!side.isThere() && known && now - lookedAt >= LOOK_NANOS) {
        lookedAt = now;
        open(side);
      } else if (side.isReturning() && rules.isRebuilt(rebuild.lacksNothing())) {
        believe(side);
      } else if (rebuild.isOf(side) && side.isBelieved() && rebuild.lacksNothing()) {
        notices.accept("%s lacks nothing: %s".formatted(side.name(), rebuild.describe(now)));
        rebuild.end();
      }
    }
  }

  private void open(MirrorSide side) {
    Donor opened = side.replica.open();
    if (opened == null) {
      return;
    }
    side.returns(opened);
    rebuild.begin(side, now);
    long mib = (long) rebuild.usedSlots() * settings.blockBytes() >> 20;
    notices.accept("%s is back and gets copies of %,d MiB".formatted(side.name(), mib));
  }

  private void believe(MirrorSide side) {
    doubts.set(side.index, false);
    side.believe();
    notices.accept(
        "%s has all that %s has again: %s"
            .formatted(side.name(), sides[1 - side.index].name(), rebuild.describe(now)));
    rebuild.end();
    counters.add(Counter.mirrorsDegraded, -1);
  }

  // ---- what it holds

  @Override
  public Holdings holdings() {
    return this;
  }

  @Override
  public boolean checkBy(StoredCheck check) {
    rebuild.checkBy(check);
    return true;
  }

  @Override
  public void forget(long position, int bytes) {
    if (bytes == settings.blockBytes()) {
      rebuild.forgot((int) (position / settings.blockBytes()));
    }
    for (MirrorSide side : sides) {
      if (side.isThere()) {
        side.donor().holdings().forget(position, bytes);
      }
    }
  }

  @Override
  public void holds(long position) {
    rebuild.wrote((int) (position / settings.blockBytes()));
  }

  @Override
  public void holdsNothingElse() {
    known = true;
  }

  // ---- when to look

  @Override
  public boolean hasWork() {
    return sides[0].hasWork() || sides[1].hasWork();
  }

  @Override
  public long nanosToNextEvent() {
    long next = errands.hasAny() ? errands.nanosToNextEvent(now) : Long.MAX_VALUE;
    for (MirrorSide side : sides) {
      if (side.isThere() && side.donor().isFenced()) {
        next = Math.min(next, side.donor().nanosToNextEvent());
      } else if (side.isThere()) {
        next = Math.min(next, Math.min(LOOK_NANOS, side.donor().nanosToNextEvent()));
      } else {
        next = Math.min(next, LOOK_NANOS);
      }
    }
    return rebuild.isUnderWay() ? Math.min(next, MILLISECONDS.toNanos(1)) : next;
  }

  /** Whoever is believed has lost it; a backup may only fail for now. */
  @Override
  public boolean isGone() {
    for (MirrorSide side : sides) {
      boolean hasLostAll = !side.isBackup() && side.isThere() && side.replica.isLost(side.donor());
      if (side.isBelieved() && !hasLostAll) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String lastFailure() {
    String failure = sides[0].lastFailure();
    return failure.isEmpty() ? sides[1].lastFailure() : failure;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (MirrorSide side : sides) {
      side.replica.close();
      if (side.isThere()) {
        side.donor().close();
      }
    }
  }
}
