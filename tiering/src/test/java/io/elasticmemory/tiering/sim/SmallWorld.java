package io.elasticmemory.tiering.sim;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.tiering.pager.BudgetPool;
import io.elasticmemory.tiering.pager.Shard;
import io.elasticmemory.tiering.pager.ShardSettings;
import io.elasticmemory.tiering.pager.SimulatedShards;
import io.elasticmemory.tiering.pager.Warden;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A shard, a simulated kernel with two threads, and donors, for tests that tell a short story. */
final class SmallWorld implements AutoCloseable {
  static final long MILLI = 1_000_000;
  static final long PATIENCE_NANOS = 400 * MILLI;

  final Geometry geometry;
  final VirtualClock clock = new VirtualClock();
  final Agenda agenda = new Agenda();
  final SimKernel kernel;
  final SimThread thread;
  final SimThread secondThread;
  final List<SimDonor> donors = new ArrayList<>();
  final Counters counters =
      new Counters(MemorySegment.ofArray(new long[(int) CountersLayout.PAGE_BYTES / 8]));
  final TableView table;
  private final SlotNotes notes;
  Shard shard;
  String stopReason = "";
  final List<String> losses = new ArrayList<>();
  private final Arena arena = Arena.ofConfined();
  private final ShardSettings settings;

  /** A world at rest. */
  SmallWorld(
      Stage stage, Geometry geometry, int pageBytes, long budgetBytes, DonorShape... shapes) {
    this(false, stage, geometry, pageBytes, budgetBytes, shapes);
  }

  /**
   * A world at rest.
   *
   * @param poison the program goes on when something is lost
   */
  SmallWorld(
      boolean poison,
      Stage stage,
      Geometry geometry,
      int pageBytes,
      long budgetBytes,
      DonorShape... shapes) {
    this.geometry = geometry;
    kernel = new SimKernel(geometry.capacityBytes(), pageBytes, 2, stage);
    thread = kernel.thread(0);
    secondThread = kernel.thread(1);
    counters.format(4096);
    for (DonorShape shape : shapes) {
      donors.add(
          new SimDonor(
              donors.size(),
              shape,
              geometry.blockBytes(),
              geometry.subblockBytes(),
              PATIENCE_NANOS,
              stage,
              clock,
              agenda,
              new Seeded(1)));
    }
    settings =
        new ShardSettings(
            budgetBytes,
            pageBytes,
            PATIENCE_NANOS,
            PATIENCE_NANOS / 4,
            0,
            8L * geometry.blockBytes(),
            false,
            true,
            poison);
    table = new TableView(geometry, World.SPACE_ID_HIGH, World.SPACE_ID_LOW);
    notes = new SlotNotes(donors);
    shard = open(0);
  }

  private Shard open(long residentBytes) {
    Stripes stripes = Stripes.one(geometry.capacityBytes());
    long budgetBytes = table.budgetBytes(settings.budgetBytes());
    return SimulatedShards.open(
        geometry,
        settings,
        new BudgetPool(geometry, stripes, budgetBytes, _ -> {}).purse(0, residentBytes),
        stripes,
        0,
        residentBytes,
        clock,
        kernel,
        kernel,
        List.copyOf(donors),
        table.segment(),
        notes::of,
        null,
        counters,
        arena,
        block -> {},
        SimulatedShards.Plant.NONE,
        new Recorder());
  }

  private final class Recorder implements Warden {
    @Override
    public void stop(String reason) {
      stopReason = reason;
    }

    @Override
    public void report(String loss) {
      losses.add(loss);
    }
  }

  /** The shard is dead, and another begins in its place. */
  void takeOver() {
    donors.forEach(SimDonor::orphan);
    table.raiseEpoch();
    donors.forEach(SimDonor::reopen);
    shard = open(kernel.residentBytes());
  }

  /** Lets the thread access a word; true if the kernel lets it, otherwise it waits. */
  boolean touch(long offset, boolean write) {
    return kernel.access(thread, offset, write, 1 + clock.nanoTime());
  }

  /** Turns of the shard, a millisecond each. */
  void turns(int count) {
    for (int i = 0; i < count; i++) {
      shard.turn();
      clock.pass(MILLI);
      agenda.run(clock.nanoTime());
    }
  }

  /** Lets time pass without the shard. */
  void passUntil(BooleanSupplier happens) {
    while (!happens.getAsBoolean()) {
      clock.pass(MILLI);
      agenda.run(clock.nanoTime());
    }
  }

  /** Writes a word, with as many turns as that takes; true unless it takes all patience. */
  boolean write(long offset, long value) {
    for (int i = 0; !touch(offset, true); i++) {
      if (i > PATIENCE_NANOS / MILLI) {
        return false;
      }
      turns(1);
    }
    kernel.store((int) offset, value);
    return true;
  }

  long count(Counter counter) {
    return counters.get(counter);
  }

  @Override
  public void close() {
    shard.close();
    arena.close();
  }
}
