package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.util.ArrayList;
import java.util.List;

/** Commands of the application to its pager, and what must be true when they are answered. */
final class Commands {
  private final World world;
  private final Pager pager;
  private final Geometry geometry;
  private final Seeded random;
  private long budgetBytes;
  private long boundBytes;
  private int resizes;
  private int newestResize;
  private int open;
  private long oldestAskedAt;

  /** The budget last asked for. */
  private long wantedBudgetBytes;

  private final boolean[] loading;
  private final List<Range> pinned = new ArrayList<>();

  private record Range(int first, int end) {}

  Commands(World world, Pager pager) {
    this.world = world;
    this.pager = pager;
    geometry = world.geometry;
    random = world.random;
    budgetBytes = world.scenario.settings().budgetBytes();
    boundBytes = budgetBytes;
    wantedBudgetBytes = budgetBytes;
    loading = new boolean[geometry.blockCount()];
  }

  /** Commands without an answer yet. */
  int open() {
    return open;
  }

  /** When the oldest of the open commands was asked at the latest. */
  long askedAt() {
    return oldestAskedAt;
  }

  /** Gives a command, between two turns of the shard. */
  void give() {
    switch (random.below(13)) {
      case 0, 1 -> discard();
      case 2, 3 -> unload();
      case 4, 5 -> prefetch();
      case 6 -> hint();
      case 7 -> keep();
      case 8, 9 -> load();
      case 10, 11 -> {
        if (pinned.isEmpty() || random.oneIn(2)) {
          pin();
        } else {
          unpin(pinned.remove(random.below(pinned.size())));
        }
      }
      default -> {
        if (resizes == 0 || random.oneIn(4)) {
          resize();
        }
      }
    }
  }

  private void asked() {
    if (open++ == 0) {
      oldestAskedAt = world.clock.nanoTime();
    }
  }

  private void answered() {
    open--;
    oldestAskedAt = world.clock.nanoTime();
    world.application.operationDone();
  }

  private void discard() {
    int first = world.application.someBlock();
    discard(first, Math.min(1 + random.below(4), geometry.blockCount() - first));
  }

  /** Unless one of them is being discarded, or is pinned, mostly. */
  void discard(int first, int count) {
    for (int block = first; block < first + count; block++) {
      if (world.model.isDiscarded(block) || world.pins.isAsked(block) && !random.oneIn(8)) {
        return;
      }
    }
    for (int block = first; block < first + count; block++) {
      meet(block, BlockWord.LEAVING, Happening.FREE_WHILE_LEAVING);
      meet(block, BlockWord.FETCHING, Happening.FREE_WHILE_FETCHING);
      meet(block, BlockWord.MOVING, Happening.FREE_WHILE_MOVING);
      if (world.pins.isAsked(block)) {
        world.tally.add(Happening.DISCARD_OF_PINNED);
        world.pins.discarded(block);
      }
      world.model.discardAsked(block);
      world.trace.add("discard of block %d is asked for", block);
      world.invariants.discardAsked(block);
      world.check(block);
    }
    asked();
    long askedAt = world.clock.nanoTime();
    pager.discard(first, count, result -> discarded(first, count, askedAt, result));
  }

  private void meet(int block, int activity, Happening race) {
    if (BlockWord.activity(world.table.word(block)) == activity) {
      world.tally.add(race);
    }
  }

  private void discarded(int first, int count, long askedAt, long result) {
    if (result != 0) {
      throw new SimFailure("a discard of block " + first + " ends with " + result, first);
    }
    for (int block = first; block < first + count; block++) {
      world.trace.add("discard of block %d is answered", block);
      world.check(block);
      world.invariants.discarded(block, isPatient(askedAt));
      world.model.discardDone(block);
      world.check(block);
    }
    answered();
  }

  /** True unless all patience with what donors keep of the time before is over. */
  private boolean isPatient(long askedAt) {
    long timeoutNanos = world.scenario.settings().faultTimeoutNanos();
    return world.clock.nanoTime() - askedAt < timeoutNanos;
  }

  private void unload() {
    int first = world.application.someBlock();
    unload(first, Math.min(1 + random.below(8), geometry.blockCount() - first));
  }

  void unload(int first, int count) {
    for (int block = first; block < first + count; block++) {
      meet(block, BlockWord.FETCHING, Happening.UNLOAD_WHILE_FETCHING);
      world.trace.add("unload of block %d is asked for", block);
    }
    asked();
    pager.unload(first, count, result -> answered());
  }

  /** Part of a load: what is present stays for now, so nothing of it may be on its way out. */
  private void keep() {
    int first = world.application.someBlock();
    int count = Math.min(1 + random.below(6), geometry.blockCount() - first);
    for (int block = first; block < first + count; block++) {
      meet(block, BlockWord.LEAVING, Happening.KEEP_WHILE_LEAVING);
      world.trace.add("block %d shall be kept", block);
    }
    asked();
    pager.keep(first, count, result -> answered());
  }

  private void load() {
    int first = world.application.someBlock();
    int end = Math.min(first + 1 + random.below(8), geometry.blockCount());
    for (int block = first; block < end; block++) {
      if (loading[block]) {
        return;
      }
    }
    for (int block = first; block < end; block++) {
      meet(block, BlockWord.LEAVING, Happening.LOAD_WHILE_LEAVING);
      meet(block, BlockWord.FETCHING, Happening.LOAD_WHILE_FETCHING);
      meet(block, BlockWord.MOVING, Happening.LOAD_WHILE_MOVING);
      world.trace.add("load of block %d is asked for", block);
      loading[block] = true;
      world.invariants.loadAsked(block);
    }
    asked();
    pager.load(first, end - first, result -> loaded(new Range(first, end), result));
  }

  private void loaded(Range range, long result) {
    for (int block = range.first; block < range.end; block++) {
      world.trace.add("load of block %d is answered with %d", block, result);
      if (result == 0) {
        world.invariants.loaded(block);
      } else {
        world.invariants.loadFailed(block);
        requireReason(world.hasLastingTrouble, "load", block);
      }
      loading[block] = false;
    }
    answered();
  }

  private void pin() {
    int first = world.application.someBlock();
    pin(first, Math.min(first + 1 + random.below(4), geometry.blockCount()));
  }

  /** As many as a budget allows, which is what the application looks at before it asks. */
  private void pin(int first, int end) {
    long bytes = (world.pins.blocks() + world.pins.free(first, end)) * (long) blockBytes();
    if (bytes > pinnedBytesMax(wantedBudgetBytes)) {
      return;
    }
    for (int block = first; block < end; block++) {
      if (world.model.isDiscarded(block)) {
        return;
      }
    }
    for (int block = first; block < end; block++) {
      meet(block, BlockWord.LEAVING, Happening.PIN_WHILE_LEAVING);
      meet(block, BlockWord.FETCHING, Happening.PIN_WHILE_FETCHING);
      meet(block, BlockWord.MOVING, Happening.PIN_WHILE_MOVING);
      world.trace.add("pin of block %d is asked for", block);
      world.pins.ask(block);
    }
    asked();
    pager.pin(first, end - first, result -> pinned(new Range(first, end), result));
  }

  private static void requireReason(boolean given, String what, int block) {
    if (!given) {
      throw new SimFailure("a " + what + " from block " + block + " on is given up", block);
    }
  }

  private int blockBytes() {
    return geometry.blockBytes();
  }

  private long pinnedBytesMax(long budget) {
    return Math.min(budget / 2, budget - world.scenario.minimumBudgetBytes());
  }

  private void pinned(Range range, long result) {
    for (int block = range.first; block < range.end; block++) {
      world.trace.add("pin of block %d is answered with %d", block, result);
      if (result == 0) {
        world.pins.answered(block);
        world.check(block);
      }
    }
    if (result == 0) {
      pinned.add(range);
    } else {
      requireReason(
          world.hasLastingTrouble || world.unmappers.stream().anyMatch(u -> u.neverRuns),
          "pin",
          range.first);
      unpin(range);
    }
    answered();
  }

  /** Pins the block, or unpins it if it is pinned; nothing while it is being pinned. */
  void pinOrUnpin(int block) {
    Range range = new Range(block, block + 1);
    if (pinned.remove(range)) {
      unpin(range);
    } else if (!world.pins.isAsked(block)) {
      pin(block, block + 1);
    }
  }

  private void unpin(Range range) {
    for (int block = range.first; block < range.end; block++) {
      world.trace.add("block %d is unpinned", block);
      if (world.pins.release(block)) {
        pager.unpin(block, 1, result -> {});
      }
    }
    world.application.operationDone();
  }

  private void prefetch() {
    int first = world.application.someBlock();
    int count = Math.min(1 + random.below(6), geometry.blockCount() - first);
    for (int block = first; block < first + count; block++) {
      meet(block, BlockWord.LEAVING, Happening.PREFETCH_WHILE_LEAVING);
      world.trace.add("prefetch of block %d is asked for", block);
    }
    long from = geometry.offsetOf(first) + random.below(geometry.blockBytes());
    long bytes = geometry.offsetOf(first + count) - from;
    pager.prefetch(from, 1 + random.between(0, bytes - 1));
    world.application.operationDone();
  }

  /** Places far apart and places of one block, stored and not, present and not. */
  private void hint() {
    for (int i = 1 + random.below(12); i > 0; i--) {
      int block = world.application.someBlock();
      meet(block, BlockWord.LEAVING, Happening.HINT_WHILE_LEAVING);
      meet(block, BlockWord.FETCHING, Happening.HINT_WHILE_FETCHING);
      world.trace.add("hint at block %d", block);
      pager.hint(geometry.offsetOf(block) + random.below(geometry.blockBytes()));
    }
    world.application.operationDone();
  }

  private void resize() {
    if (world.hasActivity(BlockWord.FETCHING)) {
      world.tally.add(Happening.RESIZE_WHILE_FETCHING);
    }
    if (world.hasActivity(BlockWord.LEAVING)) {
      world.tally.add(Happening.RESIZE_WHILE_LEAVING);
    }
    long wanted =
        world.scenario.minimumBudgetBytes() + (long) random.below(32) * geometry.blockBytes();
    if ((long) world.pins.blocks() * blockBytes() > pinnedBytesMax(wanted)) {
      return;
    }
    wantedBudgetBytes = wanted;
    world.trace.add("resize from %2$d to %3$d bytes", SimFailure.NO_BLOCK, budgetBytes, wanted);
    if (resizes++ > 0) {
      world.tally.add(Happening.RESIZE_WHILE_RESIZING);
    }
    int number = ++newestResize;
    boundBytes = Math.max(wanted, boundBytes);
    world.bound.set(boundBytes);
    asked();
    pager.resize(wanted, result -> resized(number, wanted, result));
  }

  /** A newer resize ends the wait for an older one with 1. */
  private void resized(int number, long wanted, long result) {
    if (result != (number == newestResize ? 0 : 1)) {
      throw new SimFailure("a resize to " + wanted + " ends with " + result);
    }
    resizes--;
    if (result == 0) {
      budgetBytes = wanted;
      boundBytes = wanted;
      world.bound.set(wanted);
      world.bound.check(SimFailure.NO_BLOCK);
    }
    answered();
  }
}
