package io.elasticmemory.tiering.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.elasticmemory.port.Donor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side of a mirror.
 *
 * <pre>
 *                 late, unreachable, lost                came back, empty
 *   BELIEVED ───────────────────────────▶ DROPPED ──────────────────────▶ RETURNING
 *      ▲                                     ▲                                │
 *      │                                     └────────── fails ───────────────┤
 *      └────────────────────── has all that the other has ────────────────────┘
 * </pre>
 */
final class MirrorSide {
  private static final long SLOW_NANOS_FIRST = MILLISECONDS.toNanos(100);
  private static final long SLOW_NANOS_LAST = MILLISECONDS.toNanos(1000);
  private static final long NEVER = Long.MIN_VALUE;

  final int index;
  final Replica replica;
  private @Nullable Donor donor;
  private boolean believed;
  private @Nullable String condemned;
  private long failingSince = NEVER;
  private long failedAt = NEVER;
  private long awaySince = NEVER;
  private long unfencedSince = NEVER;
  private long heldSince = NEVER;
  private long slowUntil = NEVER;
  private long slowNanos = SLOW_NANOS_FIRST;
  private String lastFailure = "";

  /** Parts it was given since it was last polled. */
  private int started;

  MirrorSide(int index, Replica replica, @Nullable Donor donor, boolean believed) {
    this.index = index;
    this.replica = replica;
    this.donor = donor;
    this.believed = believed;
  }

  /** What it has is all that the mirror has. */
  boolean isBelieved() {
    return believed;
  }

  /** It is written. */
  boolean isThere() {
    return donor != null;
  }

  boolean isBackup() {
    return replica.isBackup();
  }

  /** It is believed, but not about what this slot holds. */
  boolean lacks(int slot) {
    return replica.lacks(slot);
  }

  boolean isReturning() {
    return donor != null && !believed;
  }

  Donor donor() {
    return Objects.requireNonNull(donor);
  }

  String name() {
    return replica.name();
  }

  /** It is empty, and will be given what it lacks. */
  void returns(Donor opened) {
    donor = opened;
    believed = false;
    condemned = null;
    heldSince = NEVER;
    worked();
    slowUntil = NEVER;
    awaySince = NEVER;
    unfencedSince = NEVER;
  }

  void believe() {
    believed = true;
  }

  /** It is to be dropped, if the mirror can do without it. */
  void condemn(String why) {
    if (condemned == null) {
      condemned = why;
    }
  }

  @Nullable String condemned() {
    return condemned;
  }

  /** It is kept for now. */
  void pardon(long now) {
    heldSince = condemned == null ? NEVER : heldSince == NEVER ? now : heldSince;
    condemned = null;
  }

  /** It has been condemned all the time for so long. */
  boolean isHeldFor(long now, long nanos) {
    return heldSince != NEVER && now - heldSince >= nanos;
  }

  void drop() {
    Donor dropped = donor();
    noteFailure(dropped);
    donor = null;
    believed = false;
    condemned = null;
    started = 0;
    replica.drop(dropped);
  }

  private void noteFailure(Donor from) {
    String failure = from.lastFailure();
    lastFailure = failure.isEmpty() ? lastFailure : failure;
  }

  String lastFailure() {
    if (donor != null) {
      noteFailure(donor);
    }
    return lastFailure;
  }

  boolean start(Part part, long now) {
    if (now - part.since < 0 || !donor().start(part)) {
      return false;
    }
    part.stage = Part.Stage.UNDER_WAY;
    part.since = now;
    started++;
    return true;
  }

  /** What it was given and has ended is ENDED from now on. */
  int poll(Donor.Ended sink) {
    started = 0;
    return donor == null ? 0 : donor.poll(sink);
  }

  boolean hasWork() {
    return donor != null && (started > 0 || donor.hasWork());
  }

  void worked() {
    failingSince = NEVER;
    slowNanos = SLOW_NANOS_FIRST;
  }

  /** A part has failed; failures far apart do not add up. */
  void failed(long now, long failingNanos) {
    if (failingSince == NEVER || now - failedAt > 2 * failingNanos) {
      failingSince = now;
    }
    failedAt = now;
    slow(now);
  }

  /** Takes note of whether it can be reached, and written. */
  void look(long now) {
    awaySince = since(awaySince, replica.isAway(donor()), now);
    unfencedSince = since(unfencedSince, !donor().isFenced(), now);
  }

  private static long since(long before, boolean is, long now) {
    return !is ? NEVER : before == NEVER ? now : before;
  }

  boolean isAwayFor(long now, long nanos) {
    return awaySince != NEVER && now - awaySince >= nanos;
  }

  /** For so long nothing may be written there, because of an earlier pager. */
  boolean isUnfencedFor(long now, long nanos) {
    return unfencedSince != NEVER && now - unfencedSince >= nanos;
  }

  /** It does not work now; that may pass. */
  boolean isFailing() {
    return failingSince != NEVER || awaySince != NEVER;
  }

  boolean hasFailedFor(long now, long nanos) {
    return failingSince != NEVER && failedAt - failingSince >= nanos;
  }

  /** Reads rather go to the other side for a while. */
  void slow(long now) {
    if (!isSlow(now)) {
      slowUntil = now + slowNanos;
      slowNanos = Math.min(2 * slowNanos, SLOW_NANOS_LAST);
    }
  }

  boolean isSlow(long now) {
    return slowUntil != NEVER && now - slowUntil < 0;
  }
}
