package io.elasticmemory.tiering.store;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A side of a mirror whose transfers end when the test says so, or with the next poll. */
final class HeldSide implements Donor, Replica {
  private static final int MAX = 256;

  final MemorySegment bytes;
  final List<Transfer> underWay = new ArrayList<>(MAX);
  private final Transfer[] ending = new Transfer[MAX];
  private final String name;

  /** What transfers end with at the next poll; null: not yet. */
  @Nullable Outcome outcome = Outcome.DONE;

  /** Only those of this kind do, if it is said. */
  @Nullable Boolean onlyWrites;

  boolean lost;
  boolean away;
  boolean fenced = true;
  boolean canBeOpened;
  boolean dropped;
  boolean closed;

  HeldSide(String name, long grantedBytes) {
    this.name = name;
    bytes = Arena.ofAuto().allocate(grantedBytes, 4096);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Tier tier() {
    return Tier.REMOTE;
  }

  @Override
  public boolean isElsewhere() {
    return true;
  }

  @Override
  public long grantedBytes() {
    return bytes.byteSize();
  }

  @Override
  public boolean isFenced() {
    return fenced;
  }

  @Override
  public boolean start(Transfer transfer) {
    if (dropped) {
      throw new AssertionError(name + " was dropped, and is asked");
    }
    return underWay.size() < MAX && underWay.add(transfer);
  }

  @Override
  public int poll(Ended ended) {
    int count = 0;
    for (int i = 0; i < underWay.size() && outcome != null; i++) {
      Transfer transfer = underWay.get(i);
      if (onlyWrites == null || onlyWrites == transfer.isWrite()) {
        ending[count++] = transfer;
        underWay.remove(i--);
      }
    }
    for (int i = 0; i < count; i++) {
      move(ending[i]);
      ending[i].end(outcome);
      ended.ended(ending[i]);
    }
    return count;
  }

  private void move(Transfer transfer) {
    if (outcome != Outcome.DONE) {
      return;
    }
    if (transfer.isWrite()) {
      copy(transfer.frames(), transfer.frameOffset(), bytes, transfer.position(), transfer.bytes());
    } else {
      copy(bytes, transfer.position(), transfer.frames(), transfer.frameOffset(), transfer.bytes());
    }
  }

  private static void copy(MemorySegment from, long at, MemorySegment to, long toAt, int count) {
    MemorySegment.copy(from, at, to, toAt, count);
  }

  @Override
  public String lastFailure() {
    return outcome == null || outcome == Outcome.DONE ? "" : outcome.toString();
  }

  @Override
  public @Nullable Donor open() {
    if (!canBeOpened) {
      return null;
    }
    dropped = false;
    lost = false;
    away = false;
    return this;
  }

  /** It is had anew, with none of its bytes. */
  void comesBack() {
    bytes.fill((byte) 0xbd);
    outcome = Outcome.DONE;
    canBeOpened = true;
  }

  @Override
  public boolean isLost(Donor donor) {
    return lost;
  }

  @Override
  public boolean isAway(Donor donor) {
    return away;
  }

  @Override
  public void drop(Donor donor) {
    dropped = true;
    underWay.clear();
  }

  @Override
  public void close() {
    closed = true;
  }
}
