package io.elasticmemory.tiering.sim;

import io.elasticmemory.tiering.pager.SimulatedShards;
import io.elasticmemory.tiering.store.Debts;

/** The debts in the header of the table, with an account of them where the world looks. */
final class SimDebts implements Debts {
  private final World world;
  private final Defect defect;
  private final SimDonor exporter;
  private final Debts table;

  SimDebts(World world, Defect defect, SimDonor exporter) {
    this.world = world;
    this.defect = defect;
    this.exporter = exporter;
    table =
        SimulatedShards.debts(
            world.table.segment(), exporter.index(), exporter.shard(), world.table.epoch());
  }

  @Override
  public int places() {
    return table.places();
  }

  @Override
  public int slot(int place) {
    return table.slot(place);
  }

  @Override
  public int owe(int slot) {
    if (defect == Defect.DEBT_FORGOTTEN) {
      return 0;
    }
    int place = table.owe(slot);
    if (place != NONE) {
      exporter.pairing().owe(slot);
      world.tally.add(Happening.DISK_OWES);
      world.trace.add(
          "the disk of donor %2$d owes slot %3$d", SimFailure.NO_BLOCK, exporter.index(), slot);
      world.killer.step();
    }
    return place;
  }

  @Override
  public void pay(int place) {
    if (defect == Defect.DEBT_FORGOTTEN) {
      return;
    }
    int slot = table.slot(place);
    table.pay(place);
    exporter.pairing().pay(slot);
    world.trace.add(
        "the disk of donor %2$d has slot %3$d", SimFailure.NO_BLOCK, exporter.index(), slot);
    int owner = world.slots.owner(exporter.index(), slot);
    if (owner >= 0) {
      world.check(owner);
    }
    world.killer.step();
  }
}
