package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.ASKED;
import static io.elasticmemory.wire.CommandRingLayout.DONE;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES;
import static io.elasticmemory.wire.CommandRingLayout.RESULT_AT;
import static io.elasticmemory.wire.CommandRingLayout.RING_BYTES;
import static io.elasticmemory.wire.CommandRingLayout.STATE_AT;
import static io.elasticmemory.wire.CommandRingLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.MemoryPressure;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A space whose pager answers what a test says, or nothing. */
class SpaceTest {
  private static final int BLOCK = 64 << 10;
  private static final long CAPACITY = 16 * BLOCK;
  private static final long REFUSED = -1;

  private final Fakes.Memory memory = new Fakes.Memory(CAPACITY);
  private final Fakes.Shared ring = new Fakes.Shared(RING_BYTES);
  private final CommandRings commands =
      new CommandRings(Stripes.one(CAPACITY), List.of(new CommandRing(ring.segment(), () -> {})));
  private final Undo undo = new Undo();
  private final Space space = new Space(parts());

  @AfterEach
  void close() {
    space.close();
  }

  // ---- what the pager answers to a discard

  @Test
  void aDiscardIsOverWhenThePagerHasDoneIt() throws Exception {
    CompletableFuture<Void> discarding = discarding(memory.whole());
    assertThat(discarding).isNotDone();

    answer(0);

    discarding.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aDiscardThatThePagerRefusesIsAFailure() {
    CompletableFuture<Void> discarding = discarding(memory.whole());

    answer(REFUSED);

    assertThatThrownBy(() -> discarding.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INTERNAL))
        .hasMessageContaining("1048576 bytes at offset 0");
  }

  /** Asked by then or not: what a discard is at must belong to nobody else. */
  @Test
  void memoryOfAnArenaThatEndsDuringADiscardIsHeldBackUntilThatIsOver() throws Exception {
    ArenaMemory arena = space.openArena(Arena.ofAuto());
    MemorySegment discarded = arena.allocate(3 * BLOCK, 1);
    MemorySegment _ = arena.allocate(BLOCK, 1);
    CompletableFuture<Void> discarding = discarding(discarded);

    memory.cleanups.getLast().run();
    assertThat(space.statistics().allocatedBytes()).isEqualTo(3 * BLOCK);
    assertThat(space.statistics().returningBytes()).isEqualTo(BLOCK);
    answer(0);
    discarding.get(10, TimeUnit.SECONDS);

    assertThat(space.statistics().allocatedBytes()).isZero();
    assertThat(space.statistics().returningBytes()).isEqualTo(3 * BLOCK);
    answer(0);
    assertThat(space.statistics().returningBytes()).isZero();
  }

  @Test
  void memoryOfAnArenaIsFreeAgainWhenItIsDiscarded() {
    endAnArena();
    assertThat(space.statistics().returningBytes()).isEqualTo(BLOCK);

    answer(0);

    assertThat(space.statistics().returningBytes()).isZero();
  }

  @Test
  void neighboursOfAnArenaAreDiscardedWithOneCommand() {
    try (Arena lifetime = Arena.ofConfined()) {
      ArenaMemory arena = space.openArena(lifetime);
      for (int i = 0; i < 8; i++) {
        MemorySegment _ = arena.allocate(BLOCK, 1);
      }
      memory.cleanups.getLast().run();
    }

    assertThat(IntStream.range(0, ENTRIES).filter(i -> state(i) == ASKED)).hasSize(1);
    assertThat(space.statistics().returningBytes()).isEqualTo(8 * BLOCK);
    answer(0);
    assertThat(space.statistics().returningBytes()).isZero();
  }

  @Test
  void memoryThatWasNotDiscardedIsHandedToNobody() {
    endAnArena();

    answer(REFUSED);

    assertThat(space.statistics().returningBytes()).isEqualTo(BLOCK);
    try (Arena lifetime = Arena.ofConfined()) {
      ArenaMemory other = space.openArena(lifetime);
      assertThat(other.allocate(CAPACITY - BLOCK, 1).address()).isEqualTo(memory.base() + BLOCK);
      memory.cleanups.getLast().run();
    }
  }

  // ---- a pager that answers nothing

  @Test
  void closesWhileADiscardNeverEnds() throws Exception {
    CompletableFuture<Void> discarding = discarding(memory.whole());
    assertClosesAndFails(discarding);
  }

  @Test
  void closesWhileALoadIsNotHeardOf() throws Exception {
    assertClosesAndFails(calling(() -> space.load(memory.whole(), 0, CAPACITY)));
  }

  @Test
  void closesWhileAnUnloadNeverEnds() throws Exception {
    assertClosesAndFails(calling(() -> space.unload(memory.whole(), 0, CAPACITY)));
  }

  @Test
  void callsFailAtOnceWhenTheEndHasToWaitForAnAutomaticArena() throws Exception {
    ArenaMemory _ = space.openAutoArena(Arena.ofAuto());
    CompletableFuture<Void> discarding = discarding(memory.whole());
    assertClosesAndFails(discarding);
    assertThat(memory.closed).isFalse();
    memory.cleanups.getLast().run();
    Awaitility.await().until(() -> memory.closed);
  }

  private void assertClosesAndFails(CompletableFuture<Void> call) throws Exception {
    running(space::close).get(10, TimeUnit.SECONDS);

    assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
  }

  /** The end unmaps: whoever still touches the space by then would hit something else. */
  @Test
  void theMemoryGoesWhenTheLastCallIsOver() throws Exception {
    CompletableFuture<Void> loadBegun = new CompletableFuture<>();
    CompletableFuture<Void> loadMayEnd = new CompletableFuture<>();
    memory.load =
        () -> {
          loadBegun.complete(null);
          loadMayEnd.join();
        };
    try {
      CompletableFuture<Void> loading = calling(() -> space.load(memory.whole(), 0, BLOCK));
      assertThat(loadBegun).as("before its pager knows").isNotDone();
      answer(0);
      loadBegun.get(10, TimeUnit.SECONDS);
      CompletableFuture<Void> closing = running(space::close);

      assertThatThrownBy(() -> closing.get(50, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(memory.closed).isFalse();
      loadMayEnd.complete(null);
      closing.get(10, TimeUnit.SECONDS);
      loading.get(10, TimeUnit.SECONDS);
      assertThat(memory.closed).isTrue();
    } finally {
      loadMayEnd.complete(null);
    }
  }

  private void endAnArena() {
    try (Arena lifetime = Arena.ofConfined()) {
      assertThat(space.openArena(lifetime).allocate(BLOCK, 1).address()).isEqualTo(memory.base());
      memory.cleanups.getLast().run();
    }
  }

  private CompletableFuture<Void> discarding(MemorySegment segment) {
    return calling(() -> space.discard(segment, 0, segment.byteSize()));
  }

  /** A call that has asked the pager for something. */
  private CompletableFuture<Void> calling(Runnable call) {
    CompletableFuture<Void> calling = running(call);
    awaitCommand();
    return calling;
  }

  /** On a thread of its own, which may stand still for ever. */
  private static CompletableFuture<Void> running(Runnable call) {
    return CompletableFuture.runAsync(call, body -> Thread.ofPlatform().daemon().start(body));
  }

  // ---- the pager

  /** Answers everything that was asked. */
  private void answer(long result) {
    awaitCommand();
    for (int i = 0; i < ENTRIES; i++) {
      if (state(i) == ASKED) {
        ring.segment().set(JAVA_LONG, entryAt(i) + RESULT_AT, result);
        JAVA_INT.varHandle().setRelease(ring.segment(), entryAt(i) + STATE_AT, DONE);
      }
    }
    commands.collect();
  }

  private void awaitCommand() {
    Awaitility.await().until(() -> IntStream.range(0, ENTRIES).anyMatch(i -> state(i) == ASKED));
  }

  private int state(int entry) {
    return (int) JAVA_INT.varHandle().getAcquire(ring.segment(), entryAt(entry) + STATE_AT);
  }

  // ---- the space

  private SpaceParts parts() {
    undo.add(memory);
    Fakes.Channel channel = new Fakes.Channel();
    Pagers pagers = undo.add(new Pagers(new Fakes.EndedGroup(), channel));
    MadeSpace made =
        new MadeSpace(
            1,
            2,
            memory,
            new Fakes.Shared(BLOCK),
            new Fakes.Shared(CountersLayout.PAGE_BYTES),
            ring,
            List.of(new Fakes.Bell()),
            new Fakes.Bell(),
            new Fakes.Line(),
            List.of(),
            null);
    FaultSamples samples = made.faultSamples();
    ControlThread neverStarted =
        new ControlThread(
            "control-of-a-test",
            new Fakes.FailingSockets(),
            channel,
            new Fakes.Bell(),
            new Fakes.Bell(),
            commands,
            List.of(),
            samples);
    return new SpaceParts(
        MemPath.parse("dram:64|/spill:512:0"),
        new SpacePlan(
            new Geometry(CAPACITY, BLOCK, BLOCK), Stripes.one(CAPACITY), CAPACITY, null, false),
        made,
        commands,
        samples,
        pagers,
        neverStarted,
        () -> new MemoryPressure(MemoryPressure.Level.NONE, MemoryPressure.Level.NONE),
        undo,
        BLOCK);
  }
}
