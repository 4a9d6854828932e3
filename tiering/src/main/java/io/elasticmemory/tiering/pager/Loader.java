package io.elasticmemory.tiering.pager;

/** Loads departures: what of a block goes, by way of a frame, and in which legs. */
final class Loader {
  private final Blocks blocks;
  private final Frames frames;
  private final Cargo cargo;

  Loader(Blocks blocks, Frames frames, Checksum checksum) {
    this.blocks = blocks;
    this.frames = frames;
    cargo = new Cargo(blocks, frames, checksum);
  }

  /** Names the first runs of dirty subblocks, as many as a trip has legs. */
  void nameDirty(Departure departure, Mask present, Mask clean) {
    Mask named = departure.named;
    named.set(present);
    named.removeAll(clean);
    int runs = 0;
    for (int from = named.nextSet(0); from < named.size(); ) {
      int to = named.nextClear(from);
      if (++runs > Trip.LEGS_MAX) {
        for (int subblock = from; subblock < to; subblock++) {
          named.remove(subblock);
        }
      }
      from = named.nextSet(to);
    }
  }

  /** Reads out what is named, and sees which of it is to be stored. */
  void readOut(Departure departure) {
    int bytes = blocks.subblockBytes();
    Mask named = departure.named;
    departure.zeros.clear();
    departure.storing.set(named);
    for (int from = named.nextSet(0); from < named.size(); ) {
      int to = named.nextClear(from);
      blocks.pages.read(
          blocks.geometry.offsetOf(departure.block, from),
          frames.memory(),
          frames.offset(departure.frame) + (long) from * bytes,
          (long) (to - from) * bytes);
      for (int subblock = from; subblock < to; subblock++) {
        if (frames.isZero(departure.frame, subblock * bytes, bytes)) {
          departure.zeros.add(subblock);
          departure.storing.remove(subblock);
        }
      }
      from = named.nextSet(to);
    }
  }

  /** Writes the marks, which count only once the stored bits are set. */
  void markAll(Departure departure) {
    int bytes = blocks.subblockBytes();
    Mask storing = departure.storing;
    for (int s = storing.nextSet(0); s < storing.size(); s = storing.nextSet(s + 1)) {
      cargo.mark(departure.block, s, departure.frame, s * bytes);
    }
  }

  /**
   * Makes legs of what is stored, to the slot of the departure, and seals it if that is on a donor
   * that must not read it.
   *
   * @return how many named subblocks found no leg; they are named no more
   */
  int addLegs(Departure departure) {
    Mask storing = departure.storing;
    boolean seals = cargo.isSealedAt(departure.donor) && !departure.sealed;
    int leftOut = 0;
    for (int from = storing.nextSet(0); from < storing.size(); ) {
      int to = storing.nextClear(from);
      if (!departure.hasRoom()) {
        // Zeros split the run; the rest stays dirty and leaves with the next departure.
        leftOut = leaveOut(departure, from);
        break;
      }
      if (seals) {
        seal(departure, from, to);
      }
      int at = from * blocks.subblockBytes();
      blocks.traffic.addLeg(departure, frames, at, from, to - from, true, false);
      from = storing.nextSet(to);
    }
    departure.sealed |= seals;
    return leftOut;
  }

  private void seal(Departure departure, int from, int to) {
    for (int s = from; s < to; s++) {
      cargo.seal(departure.block, s, departure.frame, s * blocks.subblockBytes());
    }
  }

  private int leaveOut(Departure departure, int from) {
    Mask left = blocks.scratch();
    for (int s = departure.named.nextSet(from);
        s < left.size();
        s = departure.named.nextSet(s + 1)) {
      left.add(s);
    }
    int count = left.count();
    departure.named.removeAll(left);
    departure.zeros.removeAll(left);
    departure.storing.removeAll(left);
    blocks.unprotect(departure.block, left);
    return count;
  }

  /** Writes what is named and present back from the frame. */
  void putBack(Departure departure, Mask present) {
    int bytes = blocks.subblockBytes();
    Mask named = departure.named;
    for (int s = named.nextSet(0); s < named.size(); s = named.nextSet(s + 1)) {
      if (present.get(s)) {
        open(departure, s);
        blocks.pages.write(
            blocks.geometry.offsetOf(departure.block, s),
            frames.memory(),
            frames.offset(departure.frame) + (long) s * bytes,
            bytes);
      }
    }
  }

  private void open(Departure departure, int subblock) {
    int at = subblock * blocks.subblockBytes();
    boolean sealed = departure.sealed && departure.storing.get(subblock);
    if (sealed && !cargo.open(departure.block, subblock, departure.frame, at)) {
      throw new IllegalStateException(
          "a frame of " + blocks.describe(departure.block) + " was changed while it was stored");
    }
  }
}
