package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.CommandRingLayout;
import io.elasticmemory.wire.CompressedLayout;
import io.elasticmemory.wire.FaultSampleLayout;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a standby does while it waits: again and again it takes a small space of its own over and
 * serves the faults of a thread of its own, so that the code is loaded and compiled when its turn
 * comes. Each time it finds what it has left itself, as after a crash. The space holds twice its
 * budget: blocks leave, compressed where that pays, else to a file in memory if the real space has
 * a disk, are fetched, and are forgotten.
 *
 * <p>The thread that faults does so in native state: in Java it would hold up the collector, which
 * would hold up the thread that it waits for.
 */
final class Rehearsal implements AutoCloseable {
  private static final long CAPACITY_BYTES = 4L << 20;
  private static final long FILLED_BYTES = CAPACITY_BYTES / 2;
  private static final int BLOCK_BYTES_MAX = 64 << 10;
  private static final long COMPRESSED_BYTES = 2 * Donor.SLAB_BYTES;
  private static final long FILE_BYTES = Donor.SLAB_BYTES;
  private static final Path MEMORY_FILES = Path.of("/dev/shm");

  /** Of four words one is random: compresses well. */
  private static final int COMPRESSIBLE_STEP = 4;

  private static final long FAULT_TIMEOUT_NANOS = 10_000_000_000L;

  private final Platform platform;
  private final Memories memories;
  private final HandOver handOver;
  private final SpaceMemory memory;
  private final Faults faults;
  private final SharedMemory table;
  private final SharedMemory counters;
  private final SharedMemory ring;
  private final SharedMemory compressed;
  private final Doorbell bell;
  private final List<DonorPart> donors = new ArrayList<>();
  private final List<Handle> disks = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private final MemorySegment block;
  private long forgotten;
  private volatile boolean stopped;

  /** A small space cut as a large one is. */
  Rehearsal(Platform platform, HandOver large) {
    this.platform = platform;
    memories = platform.memories();
    Geometry real = large.geometry();
    int blockBytes = Math.min(real.blockBytes(), BLOCK_BYTES_MAX);
    int subblockBytes = Math.min(real.subblockBytes(), blockBytes);
    Geometry geometry = new Geometry(CAPACITY_BYTES, blockBytes, subblockBytes);
    memory = memories.createSpace(CAPACITY_BYTES, true);
    faults = memories.adoptFaults(memory.faults(), memory.base(), CAPACITY_BYTES);
    counters = memories.createShared("emp-rehearsal", ShardCounters.bytes(1), true);
    ring = memories.createShared("emp-rehearsal", CommandRingLayout.RING_BYTES, true);
    compressed = memories.createShared("emp-rehearsal", COMPRESSED_BYTES, false);
    bell = memories.createDoorbell();
    donors.add(donor(DonorKind.COMPRESSED, COMPRESSED_BYTES));
    disks.add(compressed.handle());
    if (large.donors().stream().anyMatch(DonorPart::isDisk)) {
      addFile();
    }
    int slabs = donors.stream().mapToInt(DonorPart::slabs).sum();
    table =
        memories.createShared("emp-rehearsal", BlockTableLayout.tableBytes(geometry, slabs), true);
    Stripes stripes = Stripes.one(CAPACITY_BYTES);
    handOver =
        new HandOver(
            1,
            1,
            memory.base(),
            geometry,
            BudgetPool.minimumBytes(geometry, stripes),
            FAULT_TIMEOUT_NANOS,
            0,
            large.promote(),
            large.elastic(),
            large.sampling(),
            large.poison(),
            false,
            stripes,
            donors);
    block = memories.reservePrivate(blockBytes);
    format();
    fill();
  }

  private static DonorPart donor(DonorKind kind, long bytes) {
    return new DonorPart(kind, bytes, 0, 0, "rehearsal", "", false);
  }

  /** Where there is no memory for files, or none with direct I/O, it is done without. */
  private void addFile() {
    String name = "emp-rehearsal-" + ProcessHandle.current().pid();
    try {
      disks.add(platform.files().createSpillFile(MEMORY_FILES.resolve(name), FILE_BYTES, false));
      donors.add(donor(DonorKind.SPILL_FILE, FILE_BYTES));
    } catch (EmpException e) {
      return;
    }
  }

  /**
   * Takes over and serves.
   *
   * @param loads how often its thread asks for a subblock
   */
  void run(int loads) {
    if (memory.isUserModeOnly()) {
      return; // a thread in native state cannot fault there
    }
    ReceivedSpace space = space();
    prepareDiscards();
    long _ = Succession.take(space);
    Sockets.Pair pair = platform.sockets().pair();
    try (ControlChannel here = pair.here();
        Handle _ = pair.there();
        Peer own = platform.processes().open(ProcessHandle.current().pid());
        OpenShards shards =
            new OpenShards(platform, here, own, new PagerLog(here), Rehearsal::fail)) {
      Watchdog _ = shards.open(space, Prepared.NOTHING);
      Thread program =
          Thread.ofPlatform().daemon().name("emp-rehearsal").start(() -> load(loads, shards));
      shards.run();
      awaitEnd(program);
    }
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  private static void fail(String reason) {
    throw new IllegalStateException("a rehearsal has failed: " + reason);
  }

  /** Ends it soon; any thread. */
  void stop() {
    stopped = true;
  }

  /** As if another pager had served the space before. */
  private void format() {
    Geometry geometry = handOver.geometry();
    BlockTableLayout.format(table.segment(), geometry, 1, 1);
    BlockTableLayout.take(table.segment(), 1);
    new ShardCounters(counters.segment()).format(geometry.blockBytes());
    CommandRingLayout.format(ring.segment());
    FaultSampleLayout.format(
        ring.segment().asSlice(CommandRingLayout.SAMPLES_AT, FaultSampleLayout.SAMPLES_BYTES));
    int pieceBytes = CompressedLayout.pieceBytes(geometry);
    CompressedLayout.format(compressed.segment(), pieceBytes, 1, 1);
  }

  /** Half of it, as if written by the program; it shrinks to less than half. */
  private void fill() {
    for (long at = 0; at < FILLED_BYTES; at += handOver.geometry().blockBytes()) {
      if (!put(at)) {
        throw new IllegalStateException("a rehearsal found its own space in use");
      }
    }
  }

  /** Writes a block as the program would; false if something is there. */
  private boolean put(long at) {
    int blockBytes = handOver.geometry().blockBytes();
    boolean compresses = donors.size() == 1 || at / blockBytes % 2 == 0;
    long step = compresses ? COMPRESSIBLE_STEP : 1;
    for (long word = 0; word < blockBytes; word += step * Long.BYTES) {
      block.set(JAVA_LONG, word, random.nextLong());
    }
    return faults.copy(at, block, 0, blockBytes, 0) == blockBytes;
  }

  /**
   * The next pager finds two commands that were not answered: to forget what may be anywhere, and
   * what is present. What was forgotten before is written again, unless it was read since.
   */
  private void prepareDiscards() {
    boolean _ = put(forgotten);
    forgotten = blockIn(0, FILLED_BYTES);
    long present = blockIn(FILLED_BYTES, CAPACITY_BYTES);
    boolean _ = put(present);
    askToDiscard(1, forgotten);
    askToDiscard(2, present);
  }

  private long blockIn(long from, long to) {
    int blockBytes = handOver.geometry().blockBytes();
    return random.nextLong(from / blockBytes, to / blockBytes) * blockBytes;
  }

  private void askToDiscard(int order, long offset) {
    MemorySegment entries = ring.segment();
    long at = CommandRingLayout.entryAt(order);
    entries.set(JAVA_INT, at + CommandRingLayout.OPERATION_AT, CommandRingLayout.DISCARD);
    entries.set(JAVA_LONG, at + CommandRingLayout.OFFSET_AT, offset);
    entries.set(JAVA_LONG, at + CommandRingLayout.BYTES_AT, handOver.geometry().blockBytes());
    entries.set(JAVA_LONG, at + CommandRingLayout.ORDER_AT, order);
    entries.set(JAVA_INT, at + CommandRingLayout.STATE_AT, CommandRingLayout.ASKED);
    entries.set(JAVA_LONG, CommandRingLayout.ASKED_AT, order);
  }

  private ReceivedSpace space() {
    return new ReceivedSpace(
        handOver,
        List.of(faults),
        memories.adoptPages(memory.pages(), CAPACITY_BYTES),
        table,
        counters,
        ring,
        bell,
        List.of(bell),
        bell.handle(),
        disks.stream().map(Handle::duplicate).toList(),
        null);
  }

  private void load(int loads, OpenShards shards) {
    int subblockBytes = handOver.geometry().subblockBytes();
    for (int i = 0; i < loads && !stopped; i++) {
      long at = random.nextLong(FILLED_BYTES / subblockBytes) * subblockBytes;
      memory.load(at, subblockBytes);
    }
    shards.abandon();
  }

  @Override
  public void close() {
    memory.close();
    table.close();
    counters.close();
    ring.close();
    compressed.close();
    bell.close();
    disks.forEach(Handle::close);
  }
}
