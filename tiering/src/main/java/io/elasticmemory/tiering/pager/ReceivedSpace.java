package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.CommandRingLayout;
import io.elasticmemory.wire.FaultSampleLayout;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOverLayout;
import io.elasticmemory.wire.HintQueueLayout;
import io.elasticmemory.wire.SealTableLayout;
import io.elasticmemory.wire.UnmapQueueLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A space as an application handed it over, with every descriptor checked and adopted: a wrong one
 * is refused here and never used.
 *
 * @param faults one for each shard
 * @param counters a page for each shard
 * @param rings a command ring for each shard
 * @param pagerBells one for each shard
 * @param lifeline held open as long as this process lives, and nothing else
 * @param disks for each shard the descriptors of files and devices, in the order of the donors, not
 *     yet adopted
 * @param seals the seal table, null if the space is not encrypted
 */
record ReceivedSpace(
    HandOver handOver,
    List<Faults> faults,
    Pages pages,
    SharedMemory table,
    SharedMemory counters,
    SharedMemory rings,
    Doorbell applicationBell,
    List<Doorbell> pagerBells,
    Handle lifeline,
    List<Handle> disks,
    @Nullable SharedMemory seals) {

  private static final long RECEIVE_MILLIS_MAX = 60_000;

  /**
   * Waits for the hand-over and leaves it to the pagers that come later.
   *
   * @return null if the application does not need a pager any more
   * @throws EmpException that says what is wrong with it
   */
  static @Nullable ReceivedSpace receive(ControlChannel channel, Memories memories) {
    List<Handle> handles = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(ControlChannel.MESSAGE_BYTES_MAX, 8);
      int bytes = channel.peek(message, handles, RECEIVE_MILLIS_MAX);
      if (bytes < 0) {
        return null;
      }
      if (bytes == 0) {
        throw new EmpException(Kind.PAGER, "the application has handed nothing over");
      }
      HandOver handOver = HandOverLayout.read(message.asSlice(0, bytes), handles.size());
      return adopt(handOver, handles, memories);
    } catch (IllegalArgumentException e) {
      throw new EmpException(
          Kind.INTERNAL, "the application handed over what it must not: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new EmpException(Kind.PAGER, "the hand-over failed: " + e.getMessage(), e);
    }
  }

  private static ReceivedSpace adopt(HandOver handOver, List<Handle> handles, Memories memories) {
    int shards = handOver.shards();
    Geometry geometry = handOver.geometry();
    long capacity = geometry.capacityBytes();
    int fixedEnd = shards + HandOverLayout.FIXED_HANDLES;
    List<Handle> fixed = handles.subList(shards, fixedEnd);
    List<Faults> faults = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      Handle uffd = handles.get(shard);
      faults.add(memories.adoptFaults(uffd, handOver.base(), handOver.stripes(), shard));
    }
    Pages pages = memories.adoptPages(fixed.get(HandOverLayout.PAGES_HANDLE), capacity);
    SharedMemory table =
        memories.adoptShared(
            fixed.get(HandOverLayout.TABLE_HANDLE),
            BlockTableLayout.tableBytes(geometry, handOver.slabs()));
    SharedMemory counters =
        memories.adoptShared(
            fixed.get(HandOverLayout.COUNTERS_HANDLE), ShardCounters.bytes(shards));
    SharedMemory rings =
        memories.adoptShared(
            fixed.get(HandOverLayout.RING_HANDLE), shards * CommandRingLayout.RING_BYTES);
    requireTableOf(handOver, table.segment());
    for (int shard = 0; shard < shards; shard++) {
      requireCounters(counters.segment().asSlice(ShardCounters.bytes(shard)));
    }
    List<Handle> bells = handles.subList(fixedEnd, fixedEnd + shards);
    int disksEnd = fixedEnd + shards + shards * handOver.donorHandles();
    return new ReceivedSpace(
        handOver,
        faults,
        pages,
        table,
        counters,
        rings,
        memories.adoptDoorbell(fixed.get(HandOverLayout.APPLICATION_BELL_HANDLE)),
        bells.stream().map(memories::adoptDoorbell).toList(),
        fixed.get(HandOverLayout.LIFELINE_HANDLE),
        List.copyOf(handles.subList(fixedEnd + shards, disksEnd)),
        handOver.encrypted() ? adoptSeals(handOver, handles.getLast(), memories) : null);
  }

  private static SharedMemory adoptSeals(HandOver handOver, Handle handle, Memories memories) {
    Geometry geometry = handOver.geometry();
    SharedMemory seals = memories.adoptShared(handle, SealTableLayout.tableBytes(geometry));
    MemorySegment table = seals.segment();
    memories.keepSecret(table.asSlice(0, SealTableLayout.HEADER_BYTES));
    SealTableLayout.check(table, geometry, handOver.spaceIdHigh(), handOver.spaceIdLow());
    return seals;
  }

  /** What a shard seals and opens with, for itself alone. */
  Seals openSeals() {
    return seals == null
        ? Seals.NONE
        : new AesGcmSeals(seals.segment(), handOver.geometry(), (_, _) -> {});
  }

  /** A shard's descriptors of files and devices, in the order of the donors. */
  List<Handle> disks(int shard) {
    int each = handOver.donorHandles();
    return disks.subList(shard * each, (shard + 1) * each);
  }

  /** A shard's queue of hints. */
  MemorySegment hints(int shard) {
    return ring(shard).asSlice(CommandRingLayout.HINTS_AT, HintQueueLayout.QUEUE_BYTES);
  }

  /** What a shard wants to be unmapped. */
  MemorySegment unmaps(int shard) {
    return ring(shard).asSlice(CommandRingLayout.UNMAPS_AT, UnmapQueueLayout.QUEUE_BYTES);
  }

  /** Where a shard puts samples of its faults. */
  MemorySegment samples(int shard) {
    return ring(shard).asSlice(CommandRingLayout.SAMPLES_AT, FaultSampleLayout.SAMPLES_BYTES);
  }

  /** A shard's command ring. */
  MemorySegment ring(int shard) {
    long bytes = CommandRingLayout.RING_BYTES;
    return rings.segment().asSlice(shard * bytes, bytes);
  }

  private static void requireTableOf(HandOver handOver, MemorySegment table) {
    Geometry geometry = BlockTableLayout.check(table);
    if (!geometry.equals(handOver.geometry())) {
      throw new IllegalArgumentException(
          "block table of " + geometry + " for a space of " + handOver.geometry());
    }
    long high = table.get(ValueLayout.JAVA_LONG, BlockTableLayout.SPACE_ID_HIGH_AT);
    long low = table.get(ValueLayout.JAVA_LONG, BlockTableLayout.SPACE_ID_LOW_AT);
    if (high != handOver.spaceIdHigh() || low != handOver.spaceIdLow()) {
      throw new IllegalArgumentException("block table of another space");
    }
  }

  private static void requireCounters(MemorySegment counters) {
    long magic = counters.get(ValueLayout.JAVA_LONG, CountersLayout.MAGIC_AT);
    int version = counters.get(ValueLayout.JAVA_INT, CountersLayout.VERSION_AT);
    if (magic != CountersLayout.MAGIC || version != CountersLayout.VERSION) {
      throw new IllegalArgumentException("not a page of counters, or of version " + version);
    }
  }
}
