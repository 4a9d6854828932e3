package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.CommandRingLayout.ADVISE;
import static io.elasticmemory.wire.CommandRingLayout.ARGUMENT_AT;
import static io.elasticmemory.wire.CommandRingLayout.ASKED;
import static io.elasticmemory.wire.CommandRingLayout.ASKED_AT;
import static io.elasticmemory.wire.CommandRingLayout.BYTES_AT;
import static io.elasticmemory.wire.CommandRingLayout.CLOSE;
import static io.elasticmemory.wire.CommandRingLayout.DISCARD;
import static io.elasticmemory.wire.CommandRingLayout.DONE;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES_AT;
import static io.elasticmemory.wire.CommandRingLayout.KEEP;
import static io.elasticmemory.wire.CommandRingLayout.LET_GO;
import static io.elasticmemory.wire.CommandRingLayout.LOAD;
import static io.elasticmemory.wire.CommandRingLayout.MAGIC;
import static io.elasticmemory.wire.CommandRingLayout.MAGIC_AT;
import static io.elasticmemory.wire.CommandRingLayout.OFFSET_AT;
import static io.elasticmemory.wire.CommandRingLayout.OPERATION_AT;
import static io.elasticmemory.wire.CommandRingLayout.ORDER_AT;
import static io.elasticmemory.wire.CommandRingLayout.PIN;
import static io.elasticmemory.wire.CommandRingLayout.PREFETCH;
import static io.elasticmemory.wire.CommandRingLayout.RESIZE;
import static io.elasticmemory.wire.CommandRingLayout.RESULT_AT;
import static io.elasticmemory.wire.CommandRingLayout.RING_BYTES;
import static io.elasticmemory.wire.CommandRingLayout.STATE_AT;
import static io.elasticmemory.wire.CommandRingLayout.TAKEN;
import static io.elasticmemory.wire.CommandRingLayout.UNLOAD;
import static io.elasticmemory.wire.CommandRingLayout.UNPIN;
import static io.elasticmemory.wire.CommandRingLayout.VERSION;
import static io.elasticmemory.wire.CommandRingLayout.VERSION_AT;
import static io.elasticmemory.wire.CommandRingLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.Advice;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandDeskTest {
  private static final int BLOCK = 65536;
  private static final Geometry GEOMETRY = new Geometry(64L << 20, BLOCK, 4096);

  private final MemorySegment ring = Arena.ofAuto().allocate(RING_BYTES, 8);
  private final Told orders = new Told();
  private int rings;
  private long asked;

  CommandDeskTest() {
    ring.set(JAVA_LONG, MAGIC_AT, MAGIC);
    ring.set(JAVA_INT, VERSION_AT, VERSION);
    ring.set(JAVA_INT, ENTRIES_AT, ENTRIES);
  }

  /** Writes down what it is told and answers when the test wants it. */
  private static final class Told implements Orders {
    final List<String> lines = new ArrayList<>();
    final List<Done> open = new ArrayList<>();

    @Override
    public void discard(int firstBlock, int blockCount, Done done) {
      lines.add("discard " + firstBlock + " " + blockCount);
      open.add(done);
    }

    @Override
    public void unload(int firstBlock, int blockCount, Done done) {
      lines.add("unload " + firstBlock + " " + blockCount);
      open.add(done);
    }

    @Override
    public void prefetch(long offset, long bytes) {
      lines.add("prefetch " + offset + " " + bytes);
    }

    @Override
    public void keep(int firstBlock, int blockCount, Done done) {
      lines.add("keep " + firstBlock + " " + blockCount);
      open.add(done);
    }

    @Override
    public void load(int firstBlock, int blockCount, Done done) {
      lines.add("load " + firstBlock + " " + blockCount);
      open.add(done);
    }

    @Override
    public void pin(int firstBlock, int blockCount, Done done) {
      lines.add("pin " + firstBlock + " " + blockCount);
      open.add(done);
    }

    @Override
    public void unpin(int firstBlock, int blockCount, Done done) {
      lines.add("unpin " + firstBlock + " " + blockCount);
      open.add(done);
    }

    @Override
    public void letGo(int firstBlock, int blockCount) {
      lines.add("letGo " + firstBlock + " " + blockCount);
    }

    @Override
    public void advise(long offset, long bytes, Advice advice) {
      lines.add("advise " + offset + " " + bytes + " " + advice);
    }

    @Override
    public void resize(long budgetBytes, Done done) {
      lines.add("resize " + budgetBytes);
      open.add(done);
    }
  }

  private CommandDesk desk() {
    return desk(Stripes.one(GEOMETRY.capacityBytes()), 0);
  }

  private CommandDesk desk(Stripes stripes, int shard) {
    return new CommandDesk(
        ring,
        GEOMETRY,
        stripes,
        shard,
        ShardSettings.minimumBudgetBytes(GEOMETRY),
        orders,
        () -> rings++);
  }

  private void ask(int entry, int operation, long offset, long bytes, long argument) {
    asked++;
    put(entry, operation, offset, bytes, argument, asked);
    ring.set(JAVA_LONG, ASKED_AT, asked);
  }

  /** As the application does before it counts the entry. */
  private void put(int entry, int operation, long offset, long bytes, long argument, long order) {
    long at = entryAt(entry);
    ring.set(JAVA_INT, at + OPERATION_AT, operation);
    ring.set(JAVA_LONG, at + OFFSET_AT, offset);
    ring.set(JAVA_LONG, at + BYTES_AT, bytes);
    ring.set(JAVA_LONG, at + ARGUMENT_AT, argument);
    ring.set(JAVA_LONG, at + ORDER_AT, order);
    ring.set(JAVA_INT, at + STATE_AT, ASKED);
  }

  private int state(int entry) {
    return ring.get(JAVA_INT, entryAt(entry) + STATE_AT);
  }

  private long result(int entry) {
    return ring.get(JAVA_LONG, entryAt(entry) + RESULT_AT);
  }

  @Test
  void takesCommandsInTheOrderTheyWereAskedWhereverTheyStand() {
    CommandDesk desk = desk();
    ask(200, DISCARD, 0, 2 * BLOCK, 0);
    ask(3, UNLOAD, BLOCK, BLOCK, 0);
    ask(100, PREFETCH, 5000, 70_000, 0);
    ask(7, KEEP, 3 * BLOCK, BLOCK, 0);
    ask(1, RESIZE, 0, 0, 32 << 20);

    assertThat(desk.take()).isTrue();
    assertThat(orders.lines)
        .containsExactly(
            "discard 0 2", "unload 1 1", "prefetch 5000 70000", "keep 3 1", "resize 33554432");
    assertThat(desk.take()).isFalse();
    assertThat(orders.lines).hasSize(5);
  }

  /** What was put before the place the desk looks at is not seen, what was put behind it is. */
  @ParameterizedTest
  @ValueSource(longs = {1, Long.MAX_VALUE - 1, -1})
  void leavesAPinForLaterThatStandsBehindTheUnpinAskedBeforeIt(long count) {
    CommandDesk desk = desk();
    asked = count - 1;
    ask(9, DISCARD, 0, BLOCK, 0);
    put(200, PIN, BLOCK, BLOCK, 0, count + 2);
    assertThat(desk.take()).isTrue();
    assertThat(orders.lines).containsExactly("discard 0 1");

    put(3, UNPIN, BLOCK, BLOCK, 0, count + 1);
    ring.set(JAVA_LONG, ASKED_AT, count + 2);
    assertThat(desk.take()).isTrue();
    assertThat(orders.lines).containsExactly("discard 0 1", "unpin 1 1", "pin 1 1");
    assertThat(desk.take()).isFalse();
  }

  @Test
  void takesAgainWhatAnEarlierPagerHasNotAnswered() {
    CommandDesk earlier = desk();
    ask(3, UNPIN, 0, BLOCK, 0);
    ask(0, DISCARD, BLOCK, BLOCK, 0);
    ask(2, PIN, 0, BLOCK, 0);
    assertThat(earlier.take()).isTrue();
    orders.open.getFirst().done(0);
    orders.lines.clear();

    CommandDesk next = desk();
    next.takeAgain();
    ask(1, UNLOAD, 0, BLOCK, 0);
    assertThat(next.take()).isTrue();
    assertThat(orders.lines).containsExactly("discard 1 1", "pin 0 1", "unload 0 1");
    assertThat(state(3)).isEqualTo(DONE);
  }

  /** A thread would wait for ever for an answer that stands there already. */
  @Test
  void ringsForWhatAnEarlierPagerHasAnsweredAndNotAnnounced() {
    CommandDesk earlier = desk();
    ask(0, UNLOAD, 0, BLOCK, 0);
    assertThat(earlier.take()).isTrue();
    orders.open.getFirst().done(5);
    assertThat(state(0)).isEqualTo(DONE);
    assertThat(rings).isZero();

    CommandDesk next = desk();
    next.takeAgain();
    assertThat(next.take()).isFalse();
    next.announce();
    next.announce();
    assertThat(rings).isEqualTo(1);
    assertThat(result(0)).isEqualTo(5);
  }

  @Test
  void answersWhenItIsDoneAndRingsOnce() {
    CommandDesk desk = desk();
    ask(0, UNLOAD, 0, BLOCK, 0);
    ask(1, DISCARD, 0, BLOCK, 0);
    assertThat(desk.take()).isTrue();
    desk.announce();
    assertThat(state(0)).isEqualTo(TAKEN);
    assertThat(rings).isZero();

    orders.open.get(0).done(5);
    orders.open.get(1).done(0);
    desk.announce();
    desk.announce();

    assertThat(state(0)).isEqualTo(DONE);
    assertThat(result(0)).isEqualTo(5);
    assertThat(state(1)).isEqualTo(DONE);
    assertThat(rings).isEqualTo(1);
  }

  @Test
  void aHintIsDoneAtOnce() {
    CommandDesk desk = desk();
    ask(0, PREFETCH, 0, 1, 0);

    assertThat(desk.take()).isTrue();
    assertThat(state(0)).isEqualTo(DONE);
    assertThat(result(0)).isZero();
  }

  @Test
  void answersAdviceAtOnceAndKnowsOnlyWhatLasts() {
    CommandDesk desk = desk();
    ask(0, ADVISE, 5000, 70_000, Advice.RANDOM.ordinal());
    ask(1, ADVISE, 0, 1, Advice.WILL_NEED.ordinal());
    ask(3, LET_GO, BLOCK, 2 * BLOCK, 0);
    ask(2, ADVISE, 0, 1, -1);

    assertThat(desk.take()).isTrue();
    assertThat(orders.lines).containsExactly("advise 5000 70000 RANDOM", "letGo 1 2");
    assertThat(result(3)).isZero();
    assertThat(result(0)).isZero();
    assertThat(result(1)).isEqualTo(CommandDesk.REFUSED);
    assertThat(result(2)).isEqualTo(CommandDesk.REFUSED);
  }

  @Test
  void loadsAndPinsWholeBlocksOfAStripeOfItsOwn() {
    CommandDesk desk = desk(new Stripes(GEOMETRY.capacityBytes(), 4 * BLOCK, 2), 1);
    ask(0, LOAD, 4 * BLOCK, 4 * BLOCK, 0);
    ask(1, PIN, 13 * BLOCK, 2 * BLOCK, 0);
    ask(2, UNPIN, 13 * BLOCK, BLOCK, 0);
    ask(3, LOAD, 0, BLOCK, 0);
    ask(4, PIN, 4 * BLOCK, 5 * BLOCK, 0);
    ask(5, UNPIN, 4 * BLOCK + 4096, BLOCK, 0);

    assertThat(desk.take()).isTrue();
    assertThat(orders.lines).containsExactly("load 4 4", "pin 13 2", "unpin 13 1");
    orders.open.get(1).done(1);
    assertThat(result(1)).isEqualTo(1);
    for (int refused = 3; refused <= 5; refused++) {
      assertThat(result(refused)).isEqualTo(CommandDesk.REFUSED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, -65536, 65536",
    "1, 0, 0",
    "1, 0, -65536",
    "1, 1, 65536",
    "1, 0, 65535",
    "1, 67108864, 65536",
    "1, 0, 67174400",
    "1, 9223372036854710272, 65536",
    "2, 65536, 67108864",
    "2, 0, 9223372036854775807",
    "3, 0, 67108865",
    "3, -1, 1",
    "8, 1, 65536",
    "8, 0, 67174400",
    "9, 1, 65536",
    "9, 0, 67174400",
    "10, -65536, 65536",
    "10, 0, 0",
    "11, 65536, 9223372036854710272",
    "6, -1, 1",
    "6, 0, 67108865",
    "4, 0, 0",
    "0, 0, 65536",
    "77, 0, 65536",
  })
  void refusesWhatMakesNoSense(int operation, long offset, long bytes) {
    CommandDesk desk = desk();
    ask(9, operation, offset, bytes, 1);

    assertThat(desk.take()).isTrue();
    assertThat(state(9)).isEqualTo(DONE);
    assertThat(result(9)).isEqualTo(CommandDesk.REFUSED);
    assertThat(orders.lines).isEmpty();
  }

  @Test
  void closingIsAnsweredLast() {
    CommandDesk desk = desk();
    ask(4, CLOSE, 0, 0, 0);

    assertThat(desk.isClosing()).isFalse();
    assertThat(desk.take()).isTrue();
    assertThat(desk.isClosing()).isTrue();
    assertThat(state(4)).isEqualTo(TAKEN);
    desk.answerClose();
    assertThat(state(4)).isEqualTo(DONE);
    assertThat(rings).isEqualTo(1);
  }

  @Test
  void anyContentsOfTheRingAreTakenOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    CommandDesk desk = desk();
    for (int round = 0; round < 200; round++) {
      for (int entry = 0; entry < ENTRIES; entry++) {
        ask(entry, random.nextInt(12), random.nextLong(), random.nextLong(), random.nextLong());
      }
      assertThat(desk.take()).as("seed %d", seed).isTrue();
    }
    assertThat(orders.lines).allMatch(line -> line.matches("resize \\d+"), "seed " + seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {MAGIC_AT, VERSION_AT, ENTRIES_AT})
  void refusesSomethingThatIsNoRing(long at) {
    ring.set(JAVA_INT, at, 77);
    assertThatIllegalArgumentException().isThrownBy(this::desk).withMessageContaining("ring");
  }
}
