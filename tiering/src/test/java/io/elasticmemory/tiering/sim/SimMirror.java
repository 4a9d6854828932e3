package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.testing.PassingDonor;
import io.elasticmemory.tiering.store.BackupDonor;
import io.elasticmemory.tiering.store.BackupReplica;
import io.elasticmemory.tiering.store.Doubts;
import io.elasticmemory.tiering.store.MirrorDonor;
import io.elasticmemory.tiering.store.MirrorSettings;
import io.elasticmemory.tiering.store.Replica;
import io.elasticmemory.wire.BlockTableLayout;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** The real mirror over two simulated donors; what the shard asks of it is noted. */
final class SimMirror extends PassingDonor {
  private static final long COPY_BYTES_PER_SECOND = 10 << 20;
  private static final int LATE_PART = 8;
  private static final int FAILING_PART = 32;
  private static final long SLOW_NANOS = 50_000_000;

  private final World world;
  private final SimDonor first;

  private SimMirror(World world, SimDonor first, Donor mirror) {
    super(mirror);
    this.world = world;
    this.first = first;
  }

  /** Opens what a pager finds of two donors. */
  static SimMirror open(World world, Defect defect, SimDonor first, SimDonor second, Arena arena) {
    return second.isBackup()
        ? openBacked(world, defect, first, second, arena)
        : openPair(world, defect, first, second, arena);
  }

  private static SimMirror openBacked(
      World world, Defect defect, SimDonor first, SimDonor second, Arena arena) {
    Doubts doubts = new TableDoubts(world, defect, first.index(), first.shard());
    MirrorSettings settings = settings(world);
    BackupDonor backup =
        new BackupDonor(
            defect.donor(second, world.geometry.blockBytes()),
            settings,
            new SimDebts(world, defect, first),
            world.clock,
            bytes -> arena.allocate(bytes, 8));
    BackupReplica disk = new BackupReplica(backup, settings, world.clock, doubts.has(1));
    if (disk.lackingCount() > 0) {
      world.tally.add(Happening.DISK_LACKS);
    }
    first.pairing().backup(disk);
    Side exporter = new Side(world, defect, first);
    boolean diskWillDo = !doubts.has(1) && disk.lackingCount() == 0;
    Donor found = doubts.has(0) ? null : exporter.find(diskWillDo);
    return open(world, defect, first, exporter, found, disk, disk.opened(), doubts, arena);
  }

  private static SimMirror openPair(
      World world, Defect defect, SimDonor first, SimDonor second, Arena arena) {
    Side[] sides = {new Side(world, defect, first), new Side(world, defect, second)};
    Doubts doubts = new TableDoubts(world, defect, first.index(), first.shard());
    @Nullable Donor[] found = new Donor[2];
    for (int side = 0; side < 2; side++) {
      boolean otherWillDo = !doubts.has(1 - side) && !sides[1 - side].donor.isLost();
      found[side] = doubts.has(side) ? null : sides[side].find(otherWillDo && found[0] != null);
    }
    if (found[0] == null && found[1] == null) {
      int believed = doubts.has(0) ? 1 : 0;
      found[believed] = sides[believed].find(false);
    }
    return open(world, defect, first, sides[0], found[0], sides[1], found[1], doubts, arena);
  }

  private static MirrorSettings settings(World world) {
    long patienceNanos = world.scenario.settings().faultTimeoutNanos();
    return new MirrorSettings(
        world.geometry.blockBytes(),
        patienceNanos / LATE_PART,
        patienceNanos / FAILING_PART,
        COPY_BYTES_PER_SECOND);
  }

  private static SimMirror open(
      World world,
      Defect defect,
      SimDonor first,
      Replica firstSide,
      @Nullable Donor firstDonor,
      Replica secondSide,
      @Nullable Donor secondDonor,
      Doubts doubts,
      Arena arena) {
    return new SimMirror(
        world,
        first,
        new MirrorDonor(
            settings(world),
            firstSide,
            firstDonor,
            secondSide,
            secondDonor,
            doubts,
            world.table.epoch() == 1,
            world.clock,
            world.counters.of(first.shard()),
            line -> world.trace.add(line.replace("%", "%%"), SimFailure.NO_BLOCK),
            bytes -> arena.allocate(bytes, 8),
            defect.mirrorRules()));
  }

  /** In the header of the table, where the world looks. */
  private record TableDoubts(World world, Defect defect, int donor, int shard) implements Doubts {
    @Override
    public boolean has(int side) {
      return world.table.isDoubted(donor, shard, side);
    }

    @Override
    public void set(int side, boolean doubted) {
      if (doubted && defect == Defect.DOUBT_FORGOTTEN) {
        return;
      }
      BlockTableLayout.doubt(world.table.segment(), donor, shard, side, doubted);
      world.trace.add(
          doubted ? "donor %2$d is doubted" : "donor %2$d is believed",
          SimFailure.NO_BLOCK,
          donor + side);
      world.tally.add(doubted ? Happening.SIDE_DROPPED : Happening.SIDE_BELIEVED_AGAIN);
      if (doubted) {
        dropped(side);
      }
      world.doubted();
    }

    /** However late both are, the last one is believed. */
    private void dropped(int side) {
      if (has(1 - side)) {
        throw new SimFailure("neither side of donor " + donor + " is believed any more");
      }
      if (world.donors.get(donor + side).suffers(Trouble.CLOGGED)) {
        world.tally.add(Happening.SIDE_DROPPED_WHILE_CLOGGED);
      }
    }
  }

  private static final class Side implements Replica {
    private final World world;
    private final Defect defect;
    private final SimDonor donor;
    private boolean asked;

    Side(World world, Defect defect, SimDonor donor) {
      this.world = world;
      this.defect = defect;
      this.donor = donor;
    }

    /** What a pager finds at its start; it may miss one that the other can stand in for. */
    @Nullable Donor find(boolean mayBeMissed) {
      boolean isFirst = world.table.epoch() == 1;
      if (mayBeMissed && !isFirst && (donor.isLost() || world.random.oneIn(8))) {
        world.tally.add(Happening.SIDE_MISSED_BY_SUCCESSOR);
        return null;
      }
      return defect.donor(donor, world.geometry.blockBytes());
    }

    @Override
    public String name() {
      return donor.name();
    }

    @Override
    public @Nullable Donor open() {
      if (world.hasLastingTrouble || donor.isDead()) {
        return null;
      }
      if (!asked) {
        asked = true;
        donor.orphan();
        donor.returnEmpty();
        donor.reopen();
      }
      if (!donor.isFenced()) {
        return null;
      }
      asked = false;
      if (world.random.oneIn(2)) {
        donor.suffer(Trouble.SLOW, world.clock.nanoTime() + SLOW_NANOS); // writes meet copies
      }
      if (world.random.oneIn(2)) {
        other().suffer(Trouble.LYING, world.clock.nanoTime() + SLOW_NANOS); // so do wrong reads
      }
      world.tally.add(Happening.SIDE_CAME_BACK);
      return defect.donor(donor, world.geometry.blockBytes());
    }

    private SimDonor other() {
      return world.donors.get(donor.index() + (donor.isCopy() ? -1 : 1));
    }

    @Override
    public boolean isLost(Donor opened) {
      return donor.isLost();
    }

    @Override
    public boolean isAway(Donor opened) {
      return donor.suffers(Trouble.CUT);
    }

    @Override
    public void drop(Donor opened) {
      donor.orphan();
    }

    @Override
    public void close() {}
  }

  @Override
  public boolean start(Transfer transfer) {
    if (!super.start(transfer)) {
      return false;
    }
    world.invariants.mirroredStarts(first, transfer);
    first.pairing().transfers().add(transfer);
    return true;
  }

  @Override
  public int poll(Ended ended) {
    return super.poll(
        transfer -> {
          first.pairing().transfers().remove(transfer);
          ended.ended(transfer);
        });
  }
}
