package io.elasticmemory.space;

import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Lifeline;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.CommandRingLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What the application makes for a space, and what of it the pager gets.
 *
 * @param spaceIdHigh identity of the space
 * @param spaceIdLow identity of the space
 * @param disks files and devices, in the order of the donors
 */
record MadeSpace(
    long spaceIdHigh,
    long spaceIdLow,
    SpaceMemory memory,
    SharedMemory table,
    SharedMemory counters,
    SharedMemory ring,
    Doorbell pagerBell,
    Doorbell applicationBell,
    Lifeline lifeline,
    List<Handle> disks) {

  /**
   * Makes everything.
   *
   * @param usermode accept faults that do not trap the kernel's own accesses
   */
  static MadeSpace make(
      Platform platform,
      SpacePlan plan,
      boolean usermode,
      DonorEntries donors,
      long spaceIdHigh,
      long spaceIdLow,
      Undo undo) {
    // First what users get wrong, and what may not fit.
    List<Handle> disks = donors.openDisks(platform.files(), undo);
    Memories memories = platform.memories();
    long capacity = plan.geometry().capacityBytes();
    long tableBytes = BlockTableLayout.tableBytes(plan.geometry());
    MadeSpace made =
        new MadeSpace(
            spaceIdHigh,
            spaceIdLow,
            undo.add(memories.createSpace(capacity, usermode)),
            undo.add(memories.createShared("emp-table", tableBytes, !plan.lazy())),
            undo.add(memories.createShared("emp-counters", CountersLayout.PAGE_BYTES, true)),
            undo.add(memories.createShared("emp-ring", CommandRingLayout.RING_BYTES, true)),
            undo.add(memories.createDoorbell()),
            undo.add(memories.createDoorbell()),
            undo.add(platform.processes().createLifeline()),
            disks);
    BlockTableLayout.format(made.table.segment(), plan.geometry(), spaceIdHigh, spaceIdLow);
    return made;
  }

  /** Writes the header of the counters, when the pager is known. */
  void formatCounters(long pagerPid) {
    new Counters(counters.segment()).format(pagerPid);
  }

  /** What the pager gets, in the order of {@link io.elasticmemory.wire.HandOverLayout}. */
  List<Handle> handles() {
    List<Handle> handles =
        new ArrayList<>(
            List.of(
                memory.faults(),
                memory.pages(),
                table.handle(),
                counters.handle(),
                ring.handle(),
                pagerBell.handle(),
                applicationBell.handle(),
                lifeline.otherEnd()));
    handles.addAll(disks);
    return handles;
  }
}
