package io.elasticmemory.space;

import io.elasticmemory.SpaceOptions;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Lifeline;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Randomness;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.CommandRingLayout;
import io.elasticmemory.wire.FaultSampleLayout;
import io.elasticmemory.wire.HandOver.DonorPart;
import io.elasticmemory.wire.SealTableLayout;
import io.elasticmemory.wire.UnmapQueueLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the application makes for a space, and what of it the pager gets.
 *
 * @param spaceIdHigh identity of the space
 * @param spaceIdLow identity of the space
 * @param counters a page for each shard
 * @param rings a command ring for each shard
 * @param pagerBells one for each shard
 * @param disks files, devices and compressed blocks, in the order of the donors
 * @param seals what bytes are sealed with before donors get them; null if they stay as they are
 */
record MadeSpace(
    long spaceIdHigh,
    long spaceIdLow,
    SpaceMemory memory,
    SharedMemory table,
    SharedMemory counters,
    SharedMemory rings,
    List<Doorbell> pagerBells,
    Doorbell applicationBell,
    Lifeline lifeline,
    List<Handle> disks,
    @Nullable SharedMemory seals) {

  /**
   * Makes everything.
   *
   * @param options of the space
   */
  static MadeSpace make(
      Platform platform,
      SpacePlan plan,
      SpaceOptions options,
      DonorEntries donors,
      long spaceIdHigh,
      long spaceIdLow,
      Undo undo) {
    // First what users get wrong, and what may not fit.
    List<Handle> disks = donors.openLocal(platform, plan, spaceIdHigh, spaceIdLow, undo);
    Memories memories = platform.memories();
    int shards = plan.stripes().shards();
    int slabs = donors.parts().stream().mapToInt(DonorPart::slabs).sum();
    long tableBytes = BlockTableLayout.tableBytes(plan.geometry(), slabs);
    MadeSpace made =
        new MadeSpace(
            spaceIdHigh,
            spaceIdLow,
            undo.add(memories.createSpace(plan.stripes(), options.usermode())),
            undo.add(memories.createShared("emp-table", tableBytes, !plan.lazy())),
            undo.add(memories.createShared("emp-counters", ShardCounters.bytes(shards), true)),
            undo.add(
                memories.createShared("emp-ring", shards * CommandRingLayout.RING_BYTES, true)),
            bells(memories, shards, undo),
            undo.add(memories.createDoorbell()),
            undo.add(platform.processes().createLifeline()),
            disks,
            options.isEncrypted() ? seals(memories, plan, spaceIdHigh, spaceIdLow, undo) : null);
    BlockTableLayout.format(made.table.segment(), plan.geometry(), spaceIdHigh, spaceIdLow);
    return made;
  }

  /** The key is made here and is nowhere else. */
  private static SharedMemory seals(
      Memories memories, SpacePlan plan, long spaceIdHigh, long spaceIdLow, Undo undo) {
    long bytes = SealTableLayout.tableBytes(plan.geometry());
    SharedMemory seals = undo.add(memories.createShared("emp-seals", bytes, !plan.lazy()));
    MemorySegment table = seals.segment();
    memories.keepSecret(table.asSlice(0, SealTableLayout.HEADER_BYTES));
    SealTableLayout.format(
        table,
        plan.geometry(),
        spaceIdHigh,
        spaceIdLow,
        Randomness.next(),
        Randomness.next(),
        Randomness.next(),
        Randomness.next());
    return seals;
  }

  private static List<Doorbell> bells(Memories memories, int shards, Undo undo) {
    List<Doorbell> bells = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      bells.add(undo.add(memories.createDoorbell()));
    }
    return bells;
  }

  /** Writes the headers of the counters; the pager adds who it is. */
  void formatCounters(int blockBytes) {
    new ShardCounters(counters.segment()).format(blockBytes);
  }

  /** What the pager wants to be unmapped, for each shard. */
  List<UnmapQueue> unmapQueues() {
    List<UnmapQueue> all = new ArrayList<>();
    for (long at = 0; at < rings.segment().byteSize(); at += CommandRingLayout.RING_BYTES) {
      MemorySegment queue =
          rings.segment().asSlice(at + CommandRingLayout.UNMAPS_AT, UnmapQueueLayout.QUEUE_BYTES);
      all.add(new UnmapQueue(queue, memory));
    }
    return all;
  }

  /** The samples of faults that the shards take. */
  FaultSamples faultSamples() {
    List<MemorySegment> all = new ArrayList<>();
    for (long at = 0; at < rings.segment().byteSize(); at += CommandRingLayout.RING_BYTES) {
      long samplesAt = at + CommandRingLayout.SAMPLES_AT;
      all.add(rings.segment().asSlice(samplesAt, FaultSampleLayout.SAMPLES_BYTES));
    }
    return new FaultSamples(all);
  }

  /** New rings in their memory. */
  CommandRings commandRings(Stripes stripes) {
    List<CommandRing> all = new ArrayList<>();
    for (int shard = 0; shard < stripes.shards(); shard++) {
      long at = shard * CommandRingLayout.RING_BYTES;
      MemorySegment ring = rings.segment().asSlice(at, CommandRingLayout.RING_BYTES);
      all.add(new CommandRing(ring, pagerBells.get(shard)::ring));
    }
    return new CommandRings(stripes, all);
  }

  /** What the pager gets, in the order of {@link io.elasticmemory.wire.HandOverLayout}. */
  List<Handle> handles() {
    List<Handle> handles = new ArrayList<>();
    int shards = pagerBells.size();
    for (int shard = 0; shard < shards; shard++) {
      handles.add(memory.faults(shard));
    }
    handles.add(memory.pages());
    handles.add(table.handle());
    handles.add(counters.handle());
    handles.add(rings.handle());
    handles.add(applicationBell.handle());
    handles.add(lifeline.otherEnd());
    pagerBells.forEach(bell -> handles.add(bell.handle()));
    for (int shard = 0; shard < shards; shard++) {
      // The same ones again: they arrive as descriptors of their own.
      handles.addAll(disks);
    }
    if (seals != null) {
      handles.add(seals.handle());
    }
    return handles;
  }
}
