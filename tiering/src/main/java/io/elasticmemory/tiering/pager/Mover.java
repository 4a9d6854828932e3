package io.elasticmemory.tiering.pager;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.tiering.policy.PlacementPolicy;
import io.elasticmemory.tiering.policy.ReplacementPolicy;
import io.elasticmemory.wire.BlockWord;

/**
 * Moves blocks between tiers in the background: the coldest down from a tier that is nearly full,
 * and those fetched repeatedly up to the next faster one; and out of COMPRESSED what it refuses to
 * take the rest of. A move copies all stored subblocks to a new slot, a few runs at a time, and
 * ends with one store that names it; whoever needs the block meanwhile cancels the move.
 */
final class Mover {
  /** Fetches from a slower tier after which a block should move up. */
  private static final int HEAT_TO_PROMOTE = 2;

  /** Stores of a block for which COMPRESSED is not asked once it has refused the block. */
  private static final int MOVES_AFTER_REFUSAL = 8;

  /** Blocks remembered for promotion. */
  private static final int CANDIDATES_MAX = 256;

  /** Candidates looked at in one turn. */
  private static final int CANDIDATES_PER_TURN_MAX = 16;

  private final Blocks blocks;
  private final Frames frames;
  private final Cargo cargo;
  private final TripPool<Move> moves;
  private final Mask present;
  private final boolean promote;

  /** The fastest tier below DRAM that is there, and whether there is a slower one. */
  private final Tier top;

  private final boolean hasLower;
  private final boolean hasRemote;

  /** For each tier, by its rank: so few free slots that blocks move down. */
  private final int[] demoteBelow = new int[Tier.values().length];

  private final long timeoutNanos;
  private final int[] passing = new int[CANDIDATES_PER_TURN_MAX];
  private int passingCount;
  private final int[] candidates = new int[CANDIDATES_MAX];
  private int candidateHead;
  private int candidateCount;

  Mover(Blocks blocks, Frames frames, Checksum checksum, ShardSettings settings) {
    this.blocks = blocks;
    this.frames = frames;
    cargo = new Cargo(blocks, frames, checksum);
    promote = settings.promote();
    timeoutNanos = settings.storeTimeoutNanos();
    boolean compressed = blocks.slots.all(Tier.COMPRESSED) > 0;
    hasRemote = blocks.slots.all(Tier.REMOTE) > 0;
    top = compressed ? Tier.COMPRESSED : hasRemote ? Tier.REMOTE : Tier.SSD;
    hasLower = blocks.slots.hasBelow(top);
    int most = (int) (settings.frameBytes() * 4 / blocks.geometry.blockBytes());
    for (Tier tier : Tier.values()) {
      demoteBelow[tier.ordinal()] = Math.max(2, Math.min(blocks.slots.all(tier) / 32, most));
    }
    present = new Mask(blocks.geometry.subblocks());
    moves =
        new TripPool<>(
            Move[]::new,
            () -> new Move(this, blocks.geometry.subblocks()),
            frames,
            blocks.traffic::register);
  }

  /** A block was needed and came from a tier. */
  void fetched(int block, Tier from) {
    if (!from.isBelow(top)) {
      return;
    }
    int heat = blocks.residency.heat(block) + 1;
    blocks.residency.heat(block, heat);
    if (promote && heat >= HEAT_TO_PROMOTE && candidateCount < CANDIDATES_MAX) {
      candidates[(candidateHead + candidateCount) % CANDIDATES_MAX] = block;
      candidateCount++;
    }
  }

  /** A block cannot leave before it has left its slot: its donor does not take what is dirty. */
  void passOn(int block) {
    if (passingCount < passing.length && blocks.residency.refused(block) > 0) {
      passing[passingCount++] = block;
    }
  }

  /** Begins moves while there are buffers and reasons. Returns true if anything was done. */
  boolean run() {
    if (!hasLower) {
      return false;
    }
    boolean worked = false;
    while (passingCount > 0 && frames.freeCount() > 0) {
      worked |= passNext();
    }
    worked |= demoteFrom(Tier.COMPRESSED);
    worked |= demoteFrom(Tier.REMOTE);
    for (int i = 0; i < CANDIDATES_PER_TURN_MAX && candidateCount > 0; i++) {
      if (frames.freeCount() == 0 || !hasRoomAbove(candidates[candidateHead])) {
        break;
      }
      worked |= promoteNext();
    }
    return worked;
  }

  private boolean passNext() {
    int block = passing[--passingCount];
    long word = blocks.word(block);
    int target = blocks.slots.placePassing();
    return target != PlacementPolicy.NOWHERE
        && BlockWord.hasSlot(word)
        && blocks.slots.isCompressed(BlockWord.donor(word))
        && mayMove(word)
        && begin(block, target);
  }

  private static boolean mayMove(long word) {
    return BlockWord.activity(word) == BlockWord.NONE && !BlockWord.isLost(word);
  }

  private boolean demoteFrom(Tier tier) {
    boolean worked = false;
    while (frames.freeCount() > 0
        && blocks.slots.free(tier) < demoteBelow[tier.ordinal()]
        && demote(tier)) {
      worked = true;
    }
    return worked;
  }

  private boolean demote(Tier tier) {
    int block = blocks.cold.first(tier);
    if (block == ReplacementPolicy.NOBODY) {
      return false;
    }
    int target =
        tier == Tier.COMPRESSED ? blocks.slots.placePassing() : blocks.slots.placeIn(Tier.SSD, 0);
    if (target == PlacementPolicy.NOWHERE) {
      return false;
    }
    // Whether it can move or not, others are colder from now on; a finished move takes it out.
    blocks.cold.remove(block);
    blocks.cold.append(tier, block);
    long word = blocks.word(block);
    return mayMove(word) && !blocks.slots.isAvoided(BlockWord.donor(word)) && begin(block, target);
  }

  /** The tier to which a block of that word would move up; its own if there is none. */
  private Tier above(long word) {
    Tier tier = BlockWord.hasSlot(word) ? blocks.slots.tier(BlockWord.donor(word)) : top;
    return tier == Tier.SSD && hasRemote ? Tier.REMOTE : tier.isBelow(top) ? top : tier;
  }

  /** The last slots of a tier are for blocks that leave DRAM. */
  private boolean hasRoomAbove(int block) {
    Tier tier = above(blocks.word(block));
    return blocks.slots.free(tier) > demoteBelow[tier.ordinal()] / 2;
  }

  private boolean promoteNext() {
    int block = candidates[candidateHead];
    candidateHead = (candidateHead + 1) % CANDIDATES_MAX;
    candidateCount--;
    long word = blocks.word(block);
    Tier tier = above(word);
    int target = blocks.slots.placeIn(tier, 0);
    return target != PlacementPolicy.NOWHERE
        && BlockWord.hasSlot(word)
        && mayMove(word)
        && blocks.slots.tier(BlockWord.donor(word)).isBelow(tier)
        && (tier != Tier.COMPRESSED || blocks.residency.refused(block) == 0)
        && begin(block, target);
  }

  private boolean begin(int block, int targetDonor) {
    long word = blocks.word(block);
    if (blocks.traffic.isBusy(BlockWord.donor(word), BlockWord.slot(word))) {
      return false;
    }
    Move move = take(block, word);
    blocks.stored(block, move.moving);
    if (move.moving.isEmpty()) {
      moves.giveBack(move);
      return false;
    }
    move.targetDonor = targetDonor;
    move.targetSlot = blocks.slots.take(targetDonor, block);
    blocks.table.target(block, BlockWord.withSlot(0, targetDonor, move.targetSlot));
    Failpoint.MOVE_TARGETED.reach();
    blocks.table.word(block, BlockWord.withActivity(word, BlockWord.MOVING));
    Failpoint.MOVE_NAMED.reach();
    blocks.residency.present(block, present);
    if (containsAll(present, move.moving) && !cargo.isSealedAt(move.donor)) {
      readFromMemory(move);
    } else {
      move.next = 0;
      addLegs(move, false);
      blocks.traffic.start(move);
    }
    return true;
  }

  private Move take(int block, long word) {
    Move move = moves.take(block, frames.take(), blocks.clock.nanoTime());
    move.writing = false;
    move.generation = BlockWord.generation(word);
    move.donor = BlockWord.donor(word);
    move.slot = BlockWord.slot(word);
    move.deadline = move.begunAt + timeoutNanos;
    return move;
  }

  private static boolean containsAll(Mask all, Mask some) {
    for (int i = 0; i < (all.size() + 63) >>> 6; i++) {
      if ((some.word(i) & ~all.word(i)) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The first runs that have not been asked for in this phase, as many as a trip has legs. */
  private void addLegs(Move move, boolean write) {
    Mask moving = move.moving;
    int from = moving.nextSet(move.next);
    while (from < moving.size() && move.hasRoom()) {
      int to = moving.nextClear(from);
      int at = from * blocks.subblockBytes();
      blocks.traffic.addLeg(move, frames, at, from, to - from, write, false);
      from = moving.nextSet(to);
    }
    move.next = from;
  }

  /** Clean subblocks are protected, so the memory file is as good a source as the slot. */
  private void readFromMemory(Move move) {
    Mask moving = move.moving;
    int bytes = blocks.subblockBytes();
    for (int from = moving.nextSet(0); from < moving.size(); ) {
      int to = moving.nextClear(from);
      blocks.pages.read(
          blocks.geometry.offsetOf(move.block, from),
          frames.memory(),
          frames.offset(move.frame) + (long) from * bytes,
          (long) (to - from) * bytes);
      from = moving.nextSet(to);
    }
    writeToTarget(move);
  }

  private void writeToTarget(Move move) {
    if (!isGood(move)) {
      blocks.counters.add(Counter.checksumErrors, 1);
      // Not again before somebody has needed it: bytes that went bad for good stay bad.
      blocks.cold.remove(move.block);
      cancel(move);
      moves.giveBackIfQuiet(move);
      return;
    }
    Failpoint.MOVE_READ.reach();
    blocks.table.requireEpoch();
    if (cargo.isSealedAt(move.targetDonor) && !cargo.isSealedAt(move.donor)) {
      seal(move);
    }
    move.pack();
    move.writing = true;
    move.donor = move.targetDonor;
    move.slot = move.targetSlot;
    move.next = 0;
    addLegs(move, true);
    blocks.traffic.start(move);
  }

  /** What is sealed and stays so moves as it is; its seal says whether it is good. */
  private boolean isGood(Move move) {
    Mask moving = move.moving;
    int bytes = blocks.subblockBytes();
    boolean opens = cargo.isSealedAt(move.donor) && !cargo.isSealedAt(move.targetDonor);
    boolean isPlain = !cargo.isSealedAt(move.donor) || opens;
    for (int s = moving.nextSet(0); s < moving.size(); s = moving.nextSet(s + 1)) {
      boolean good =
          (!opens || cargo.open(move.block, s, move.frame, s * bytes))
              && (isPlain
                  ? cargo.hasMark(move.block, s, move.frame, s * bytes)
                  : cargo.isSealed(move.block, s, move.frame, s * bytes));
      if (!good) {
        return false;
      }
    }
    return true;
  }

  /** Where it is now it is not sealed, so that no seal is lost. */
  private void seal(Move move) {
    Mask moving = move.moving;
    for (int s = moving.nextSet(0); s < moving.size(); s = moving.nextSet(s + 1)) {
      cargo.seal(move.block, s, move.frame, s * blocks.subblockBytes());
    }
  }

  /** All legs of a phase have ended. */
  void over(Move move) {
    boolean current =
        !move.cancelled
            && blocks.rules.isCurrent(blocks.word(move.block), move.generation)
            && blocks.activity(move.block) == BlockWord.MOVING;
    if (!current) {
      moves.giveBack(move);
    } else if (move.hasFailed()) {
      fail(move);
    } else if (move.next < move.moving.size()) {
      goOn(move);
    } else if (!move.writing) {
      writeToTarget(move);
    } else {
      complete(move);
    }
  }

  private void fail(Move move) {
    if (move.failure() == Outcome.REFUSED) {
      blocks.residency.refused(move.block, MOVES_AFTER_REFUSAL);
      blocks.residency.heat(move.block, 0);
    } else {
      blocks.slots.avoid(move.donor);
    }
    cancel(move);
    moves.giveBackIfQuiet(move);
  }

  /** The next runs of the same phase. */
  private void goOn(Move move) {
    requireAcknowledged(move);
    move.pack();
    addLegs(move, move.writing);
    blocks.traffic.start(move);
  }

  private void requireAcknowledged(Move move) {
    if (!blocks.rules.isStored(move.legCount(), move.acknowledged())) {
      throw new IllegalStateException(
          "invariant 2: "
              + move.acknowledged()
              + " of "
              + move.legCount()
              + " legs acknowledged for the move of "
              + blocks.describe(move.block));
    }
  }

  private void complete(Move move) {
    requireAcknowledged(move);
    Failpoint.MOVE_ACKNOWLEDGED.reach();
    int block = move.block;
    long old = blocks.word(block);
    long word = BlockWord.withSlot(old, move.targetDonor, move.targetSlot);
    blocks.table.word(block, BlockWord.withActivity(word, BlockWord.NONE));
    Failpoint.MOVE_ENDED.reach();
    blocks.table.removeTarget(block);
    long bytes = (long) move.moving.count() * blocks.subblockBytes();
    boolean up =
        blocks.slots.tier(BlockWord.donor(old)).isBelow(blocks.slots.tier(move.targetDonor));
    blocks.counters.add(up ? Counter.bytesPromoted : Counter.bytesDemoted, bytes);
    blocks.residency.heat(block, 0);
    moves.giveBack(move);
    blocks.traffic.release(BlockWord.donor(old), BlockWord.slot(old));
    blocks.requeueCold(block);
    blocks.giveEmptySlotBack(block);
  }

  /** Gives a block's move up: the block is needed, or its contents are given up. */
  void cancel(int block) {
    Move move = moves.of(block);
    if (move == null) {
      throw new IllegalStateException(blocks.describe(block) + " is MOVING without a move");
    }
    cancel(move);
    moves.giveBackIfQuiet(move);
  }

  private void cancel(Move move) {
    int block = move.block;
    blocks.counters.add(Counter.movesCancelled, 1);
    move.cancelled = true;
    move.dropUnstarted();
    blocks.table.activity(block, BlockWord.NONE);
    blocks.table.removeTarget(block);
    blocks.traffic.release(move.targetDonor, move.targetSlot);
  }

  /** Gives up on donors that do not answer. Returns the nanoseconds until the next deadline. */
  long checkDeadlines(long now) {
    long next = Long.MAX_VALUE;
    // From the end, because who is given back is replaced from there.
    for (int i = moves.inUse() - 1; i >= 0; i--) {
      Move move = moves.get(i);
      if (move.cancelled) {
        continue;
      }
      if (now - move.deadline >= 0) {
        blocks.counters.add(Counter.transfersLate, 1);
        blocks.slots.avoid(move.donor);
        cancel(move);
        moves.giveBackIfQuiet(move);
      } else {
        next = Math.min(next, move.deadline - now);
      }
    }
    return next;
  }

  /** True if a move of a block in the range has legs under way, wanted or not. */
  boolean isUnderWay(int firstBlock, int blockCount) {
    return moves.hasAny(firstBlock, blockCount);
  }
}
