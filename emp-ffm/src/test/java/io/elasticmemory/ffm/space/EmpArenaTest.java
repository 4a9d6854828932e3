package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Arena} promises, of the arenas of a space. */
class EmpArenaTest {
  private static final long MIB = 1L << 20;

  @TempDir static Path directory;

  private static Emp emp;

  /** Makes an arena of the kind its name says. */
  private record Maker(String name, boolean closeable) {
    EmpArena make() {
      return switch (name) {
        case "confined" -> emp.ofConfined();
        case "shared" -> emp.ofShared();
        case "auto" -> emp.ofAuto();
        default -> emp.global();
      };
    }

    void end(EmpArena arena) {
      if (closeable) {
        arena.close();
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Maker> all() {
    return Stream.concat(
        closeable(), Stream.of(new Maker("auto", false), new Maker("global", false)));
  }

  static Stream<Maker> closeable() {
    return Stream.of(new Maker("confined", true), new Maker("shared", true));
  }

  @BeforeAll
  static void open() {
    emp = Emp.open("dram:8?block=16k|" + directory.resolve("spill") + ":128:0");
  }

  @AfterAll
  static void close() {
    emp.close();
  }

  @ParameterizedTest
  @MethodSource("all")
  void givesZeroedMemoryOfTheAskedSizeThatCanBeWritten(Maker maker) {
    EmpArena arena = maker.make();
    MemorySegment segment = arena.allocate(100_000, 8);

    assertThat(segment.byteSize()).isEqualTo(100_000);
    assertThat(segment.isNative()).isTrue();
    assertThat(segment.isReadOnly()).isFalse();
    assertThat(segment.mismatch(MemorySegment.ofArray(new byte[100_000]))).isEqualTo(-1);
    segment.fill((byte) 7);
    assertThat(segment.get(JAVA_BYTE, 99_999)).isEqualTo((byte) 7);
    maker.end(arena);
  }

  @ParameterizedTest
  @MethodSource("all")
  void segmentsHaveTheScopeOfTheirArena(Maker maker) {
    EmpArena arena = maker.make();
    MemorySegment segment = arena.allocate(64);

    assertThat(segment.scope()).isEqualTo(arena.scope());
    assertThat(arena.scope().isAlive()).isTrue();
    maker.end(arena);
    assertThat(segment.scope().isAlive()).isEqualTo(!maker.closeable());
  }

  @Test
  void touchesNothingToHandOutZeros() {
    long before = emp.statistics().get(Counter.faultsZero);
    try (Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(16 * MIB, 4096);
      assertThat(emp.isLoaded(segment)).isFalse();
      assertThat(emp.statistics().get(Counter.faultsZero)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 8, 16, 64, 4096, 16384, 1 << 20, 1 << 22, 1 << 24})
  void alignsToAnyPowerOfTwo(long alignment) {
    try (Arena arena = emp.ofConfined()) {
      for (long bytes : new long[] {1, 24, 5000, 40_000}) {
        MemorySegment segment = arena.allocate(bytes, alignment);
        assertThat(segment.address() % alignment).isZero();
        assertThat(segment.byteSize()).isEqualTo(bytes);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void refusesNegativeSizesAndAlignmentsThatAreNone(Maker maker) {
    EmpArena arena = maker.make();

    assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(-1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(Long.MIN_VALUE, 1));
    for (long alignment : new long[] {0, -1, 3, 48, Long.MIN_VALUE}) {
      assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(8, alignment));
    }
    maker.end(arena);
  }

  @ParameterizedTest
  @ValueSource(longs = {129 * MIB, Long.MAX_VALUE, Long.MAX_VALUE - 4095})
  void saysThatTheSpaceIsFullWithAnExceptionThatCanBeHandled(long bytes) {
    try (Arena arena = emp.ofConfined()) {
      assertThatThrownBy(() -> arena.allocate(bytes, 1))
          .isInstanceOfSatisfying(
              EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CAPACITY));
      assertThat(arena.allocate(8).byteSize()).isEqualTo(8);
    }
  }

  @Test
  void emptySegmentsHaveAddressesOfTheirOwn() {
    try (Arena arena = emp.ofConfined()) {
      List<Long> addresses = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        MemorySegment empty = arena.allocate(0, 8);
        assertThat(empty.byteSize()).isZero();
        addresses.add(empty.address());
      }
      assertThat(addresses).doesNotHaveDuplicates();
    }
  }

  @Test
  void segmentsNeverOverlap() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (Arena arena = emp.ofConfined()) {
      List<MemorySegment> segments = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        long bytes = random.nextInt(i % 10 == 0 ? 100_000 : 1_000) + 8L;
        segments.add(arena.allocate(bytes, 1L << random.nextInt(13)));
      }
      for (int i = 0; i < segments.size(); i++) {
        segments.get(i).fill((byte) i);
      }
      for (int i = 0; i < segments.size(); i++) {
        byte[] bytes = segments.get(i).toArray(JAVA_BYTE);
        assertThat(bytes).as("seed %d segment %d", seed, i).containsOnly((byte) i);
      }
    }
  }

  @Test
  void givesTheTypedAllocationsOfEverySegmentAllocator() {
    try (Arena arena = emp.ofConfined()) {
      assertThat(arena.allocateFrom("grün").getString(0)).isEqualTo("grün");
      assertThat(arena.allocateFrom(JAVA_INT, 1, 2, 3).toArray(JAVA_INT)).containsExactly(1, 2, 3);
      MemorySegment longs = arena.allocate(JAVA_LONG, 10);
      assertThat(longs.byteSize()).isEqualTo(80);
      assertThat(longs.address() % 8).isZero();
    }
  }

  @Test
  void whatAnArenaGivesBackIsZeroAgain() {
    for (int round = 0; round < 4; round++) {
      try (Arena arena = emp.ofConfined()) {
        for (long bytes : new long[] {16, 300, 9000, 20_000, MIB}) {
          for (int i = 0; i < 5; i++) {
            MemorySegment segment = arena.allocate(bytes, 1);
            assertThat(segment.mismatch(MemorySegment.ofArray(new byte[(int) bytes])))
                .as("round %d, %d bytes", round, bytes)
                .isEqualTo(-1);
            segment.fill((byte) 0xab);
          }
        }
      }
    }
  }

  /** A space of its own: what other tests have of global and automatic arenas lies anywhere. */
  @Test
  void fillsTheSpaceAgainAndAgain() {
    try (Emp whole = Emp.open("dram:8?block=16k|" + directory.resolve("filled") + ":128:0")) {
      long most = whole.capacityBytes();
      for (int round = 0; round < 5; round++) {
        try (Arena arena = whole.ofConfined()) {
          MemorySegment segment = arena.allocate(most, 1);
          segment.set(JAVA_LONG, 0, round);
          segment.set(JAVA_LONG, most - 8, round);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("closeable")
  void nothingWorksAfterClosing(Maker maker) {
    EmpArena arena = maker.make();
    MemorySegment segment = arena.allocate(64, 8);
    arena.close();

    assertThatIllegalStateException().isThrownBy(() -> arena.allocate(8, 8));
    assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, 0));
    assertThatIllegalStateException().isThrownBy(() -> emp.load(segment));
    assertThatIllegalStateException().isThrownBy(() -> emp.discard(segment));
    assertThatIllegalStateException().isThrownBy(arena::close);
  }

  @Test
  void aConfinedArenaIsItsThreadsAlone() throws Exception {
    try (EmpArena arena = emp.ofConfined();
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      MemorySegment segment = arena.allocate(64, 8);

      assertThat(failureOf(other.submit(() -> arena.allocate(8, 8))))
          .isInstanceOf(WrongThreadException.class);
      assertThat(failureOf(other.submit(() -> segment.get(JAVA_LONG, 0))))
          .isInstanceOf(WrongThreadException.class);
      assertThat(failureOf(other.submit(() -> emp.load(segment))))
          .isInstanceOf(WrongThreadException.class);
      assertThat(failureOf(other.submit(arena::close))).isInstanceOf(WrongThreadException.class);
    }
  }

  private static Throwable failureOf(Future<?> future) throws InterruptedException {
    try {
      Object result = future.get();
      throw new AssertionError("did not fail but gave " + result);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  @Test
  void aSharedArenaIsEveryThreads() throws Exception {
    try (EmpArena arena = emp.ofShared();
        ExecutorService others = Executors.newFixedThreadPool(4)) {
      List<Future<MemorySegment>> segments = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        long value = i;
        segments.add(
            others.submit(
                () -> {
                  MemorySegment segment = arena.allocate(4000, 8);
                  segment.set(JAVA_LONG, 3992, value);
                  return segment;
                }));
      }
      for (int i = 0; i < segments.size(); i++) {
        assertThat(segments.get(i).get().get(JAVA_LONG, 3992)).isEqualTo(i);
      }
    }
  }

  @Test
  void anArenaWhoseMemoryIsInUseCannotBeClosed() throws Exception {
    EmpArena arena = emp.ofShared();
    MemorySegment segment = arena.allocate(4096, 8);
    Path file = directory.resolve("in-use");
    CountDownLatch inUse = new CountDownLatch(1);
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService other = Executors.newSingleThreadExecutor();
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      Future<?> writing =
          other.submit(
              () -> {
                while (!stop.get()) {
                  long _ = channel.write(segment.asByteBuffer(), 0);
                  inUse.countDown();
                }
                return null;
              });
      inUse.await();
      Throwable refused = null;
      for (int i = 0; i < 100_000 && refused == null; i++) {
        refused = closeUnlessInUse(arena);
      }
      stop.set(true);
      if (arena.scope().isAlive()) {
        writing.get();
        arena.close();
      }
      assertThat(refused).isInstanceOf(IllegalStateException.class);
    }
  }

  /** What the refusal says, also if the arena was closed between two uses. */
  private static Throwable closeUnlessInUse(EmpArena arena) {
    try {
      arena.close();
      return new IllegalStateException("closed between two uses");
    } catch (IllegalStateException e) {
      return e;
    }
  }

  @Test
  void automaticAndGlobalArenasCannotBeClosed() {
    assertThatThrownBy(emp.ofAuto()::close).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(emp.global()::close).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void anAutomaticArenaGivesBackWhatNobodyCanReach() {
    long before = emp.statistics().allocatedBytes();
    for (int i = 0; i < 8; i++) {
      emp.ofAuto().allocate(4 * MIB, 8).set(JAVA_LONG, 0, i);
    }

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              System.gc();
              return emp.statistics().allocatedBytes() <= before;
            });
  }

  @Test
  void anAutomaticArenaLivesAsLongAsItsSegments() {
    MemorySegment segment = emp.ofAuto().allocate(MIB, 8);
    segment.set(JAVA_LONG, 0, 42);
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    assertThat(segment.get(JAVA_LONG, 0)).isEqualTo(42);
  }
}
