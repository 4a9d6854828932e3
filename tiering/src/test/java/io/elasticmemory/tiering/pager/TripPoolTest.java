package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.elasticmemory.port.Transfer.Outcome;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TripPoolTest {
  private static final int TRIPS = 5;

  private final List<Trip> registered = new ArrayList<>();
  private final Frames frames =
      new Frames(bytes -> MemorySegment.ofArray(new byte[(int) bytes]), 256, TRIPS * 256, 1, 64);
  private final TripPool<PlainTrip> pool =
      new TripPool<>(PlainTrip[]::new, PlainTrip::new, frames, registered::add);

  private static final class PlainTrip extends Trip {
    @Override
    void over() {}
  }

  private PlainTrip take(int block) {
    return pool.take(block, frames.take(), 7);
  }

  @Test
  void registersATripForEachFrame() {
    assertThat(registered).hasSize(TRIPS).doesNotHaveDuplicates();
    assertThat(pool.inUse()).isZero();
  }

  @Test
  void takesATripWithoutWhatItWasBefore() {
    PlainTrip used = take(3);
    used.addLeg();
    used.started();
    used.ended(Outcome.FAILED);
    used.cancelled = true;
    used.doomed = true;
    pool.giveBack(used);
    PlainTrip again = take(4);
    assertThat(again).isSameAs(used);
    assertThat(again.active).isTrue();
    assertThat(again.cancelled).isFalse();
    assertThat(again.doomed).isFalse();
    assertThat(again.legCount()).isZero();
    assertThat(again.failure()).isEqualTo(Outcome.DONE);
    assertThat(again.block).isEqualTo(4);
    assertThat(again.begunAt).isEqualTo(7);
  }

  @Test
  void hasNoMoreTripsThanFrames() {
    for (int i = 0; i < TRIPS; i++) {
      take(i);
    }
    assertThatExceptionOfType(ArrayIndexOutOfBoundsException.class)
        .isThrownBy(() -> pool.take(TRIPS, 0, 7));
  }

  @Test
  void takesATripBackOnce() {
    PlainTrip trip = take(1);
    take(2);
    pool.giveBack(trip);
    pool.giveBack(trip);
    assertThat(pool.inUse()).isEqualTo(1);
    assertThat(frames.freeCount()).isEqualTo(TRIPS - 1);
  }

  @Test
  void keepsATripWhoseLegsAreUnderWay() {
    PlainTrip trip = take(1);
    trip.addLeg();
    trip.started();
    pool.giveBackIfQuiet(trip);
    assertThat(pool.inUse()).isEqualTo(1);
    trip.ended(Outcome.DONE);
    pool.giveBackIfQuiet(trip);
    assertThat(pool.inUse()).isZero();
  }

  @Test
  void findsTheTripOfABlockUntilItIsCancelled() {
    PlainTrip trip = take(8);
    assertThat(pool.of(8)).isSameAs(trip);
    trip.cancelled = true;
    assertThat(pool.of(8)).isNull();
    assertThat(pool.hasAny(8, 1)).isTrue();
    assertThat(pool.hasAny(0, 8)).isFalse();
    assertThat(pool.hasAny(9, 100)).isFalse();
    assertThat(pool.hasAny(0, Integer.MAX_VALUE)).isTrue();
  }

  @Test
  void hasThoseInUseFirstWhateverIsTakenAndGivenBack() {
    long seed = System.nanoTime();
    System.out.println("TripPoolTest seed " + seed);
    Random random = new Random(seed);
    Set<PlainTrip> mine = new HashSet<>();
    for (int step = 0; step < 1_000; step++) {
      if (mine.size() < TRIPS && random.nextBoolean()) {
        assertThat(mine.add(take(step))).isTrue();
      } else if (!mine.isEmpty()) {
        PlainTrip trip = pool.get(random.nextInt(pool.inUse()));
        pool.giveBack(trip);
        assertThat(mine.remove(trip)).isTrue();
      }
      assertThat(inUse()).isEqualTo(mine);
      assertThat(frames.freeCount()).isEqualTo(TRIPS - mine.size());
    }
  }

  private Set<PlainTrip> inUse() {
    Set<PlainTrip> trips = new HashSet<>();
    for (int i = 0; i < pool.inUse(); i++) {
      assertThat(pool.get(i).place).isEqualTo(i);
      trips.add(pool.get(i));
    }
    return trips;
  }
}
