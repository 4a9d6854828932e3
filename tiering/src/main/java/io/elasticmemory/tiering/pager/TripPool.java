package io.elasticmemory.tiering.pager;

import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All trips of one kind, each with a frame while it is in use. There are as many as frames, so
 * whoever has a frame gets a trip. Those in use come first, so that nobody looks at the others:
 *
 * <pre>
 *   [ in use 0 | in use 1 | … | free | free | … ]
 * </pre>
 *
 * <p>Who is given back is replaced by the last of those in use. So a loop that gives back goes from
 * the end. Nothing is allocated after construction.
 */
final class TripPool<T extends Trip> {
  private final T[] trips;
  private final Frames frames;
  private int inUse;

  /** A pool with as many trips as there are frames; the registry hears of each once. */
  TripPool(IntFunction<T[]> places, Supplier<T> maker, Frames frames, Consumer<Trip> registry) {
    this.frames = frames;
    trips = places.apply(frames.count());
    for (int i = 0; i < trips.length; i++) {
      trips[i] = maker.get();
      trips[i].place = i;
      registry.accept(trips[i]);
    }
  }

  /** Trips in use, {@link #get} has them from 0. */
  int inUse() {
    return inUse;
  }

  T get(int index) {
    return trips[index];
  }

  /** Takes a trip for a block with a frame that the caller has taken, without legs. */
  T take(int block, int frame, long now) {
    T trip = trips[inUse++];
    trip.pack();
    trip.active = true;
    trip.doomed = false;
    trip.cancelled = false;
    trip.block = block;
    trip.frame = frame;
    trip.begunAt = now;
    return trip;
  }

  /** Takes the trip and its frame back; nothing happens if it is back already. */
  void giveBack(T trip) {
    if (!trip.active) {
      return;
    }
    trip.active = false;
    frames.give(trip.frame);
    T last = trips[--inUse];
    trips[trip.place] = last;
    trips[inUse] = trip;
    last.place = trip.place;
    trip.place = inUse;
  }

  /** Takes back a trip that nobody wants any more, unless legs of it are still under way. */
  void giveBackIfQuiet(T trip) {
    if (!trip.isUnderWay()) {
      giveBack(trip);
    }
  }

  /** The trip of a block that has not been cancelled, for kinds of which a block has one. */
  @Nullable T of(int block) {
    for (int i = 0; i < inUse; i++) {
      T trip = trips[i];
      if (trip.block == block && !trip.cancelled) {
        return trip;
      }
    }
    return null;
  }

  /** True if a trip of a block in the range is in use, wanted or not. */
  boolean hasAny(int firstBlock, int blockCount) {
    for (int i = 0; i < inUse; i++) {
      int block = trips[i].block;
      if (block >= firstBlock && block - firstBlock < blockCount) {
        return true;
      }
    }
    return false;
  }
}
