package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.CommandRingLayout;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOverLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A space as an application handed it over, with every descriptor checked and adopted: a wrong one
 * is refused here and never used.
 *
 * @param lifeline held open as long as this process lives, and nothing else
 * @param disks the descriptors of files and devices, in the order of the donors, not yet adopted
 */
record ReceivedSpace(
    HandOver handOver,
    Faults faults,
    Pages pages,
    SharedMemory table,
    SharedMemory counters,
    SharedMemory ring,
    Doorbell pagerBell,
    Doorbell applicationBell,
    Handle lifeline,
    List<Handle> disks) {

  private static final long RECEIVE_MILLIS_MAX = 60_000;

  /**
   * Waits for the hand-over.
   *
   * @throws EmpException that says what is wrong with it
   */
  static ReceivedSpace receive(ControlChannel channel, Memories memories) {
    List<Handle> handles = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(ControlChannel.MESSAGE_BYTES_MAX, 8);
      int bytes = channel.receive(message, handles, RECEIVE_MILLIS_MAX);
      if (bytes <= 0) {
        throw new EmpException(
            Kind.PAGER, "the application has " + (bytes < 0 ? "ended" : "handed nothing over"));
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
    if (handOver.faultHandles() != 1) {
      throw new IllegalArgumentException("fault handles " + handOver.faultHandles() + ", not 1");
    }
    Geometry geometry = handOver.geometry();
    long capacity = geometry.capacityBytes();
    List<Handle> fixed = handles.subList(1, 1 + HandOverLayout.FIXED_HANDLES);
    Faults faults = memories.adoptFaults(handles.getFirst(), handOver.base(), capacity);
    Pages pages = memories.adoptPages(fixed.get(HandOverLayout.PAGES_HANDLE), capacity);
    SharedMemory table =
        memories.adoptShared(
            fixed.get(HandOverLayout.TABLE_HANDLE), BlockTableLayout.tableBytes(geometry));
    SharedMemory counters =
        memories.adoptShared(fixed.get(HandOverLayout.COUNTERS_HANDLE), CountersLayout.PAGE_BYTES);
    SharedMemory ring =
        memories.adoptShared(fixed.get(HandOverLayout.RING_HANDLE), CommandRingLayout.RING_BYTES);
    requireTableOf(handOver, table.segment());
    requireCounters(counters.segment());
    return new ReceivedSpace(
        handOver,
        faults,
        pages,
        table,
        counters,
        ring,
        memories.adoptDoorbell(fixed.get(HandOverLayout.PAGER_BELL_HANDLE)),
        memories.adoptDoorbell(fixed.get(HandOverLayout.APPLICATION_BELL_HANDLE)),
        fixed.get(HandOverLayout.LIFELINE_HANDLE),
        List.copyOf(handles.subList(1 + HandOverLayout.FIXED_HANDLES, handles.size())));
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
