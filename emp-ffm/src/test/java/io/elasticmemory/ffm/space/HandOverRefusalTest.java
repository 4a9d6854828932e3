package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.ProcessGroup;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.CommandRingLayout;
import io.elasticmemory.wire.FaultSampleLayout;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOverLayout;
import io.elasticmemory.wire.PagerMessageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pager believes nothing it is given. */
class HandOverRefusalTest {
  private static final Geometry GEOMETRY = new Geometry(64L << 20, 65536, 4096);
  private static final long MILLIS_MAX = 60_000;

  private final Platform platform = Platform.find();
  private final Memories memories = platform.memories();
  private final Deque<AutoCloseable> made = new ArrayDeque<>();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment message = arena.allocate(ControlChannel.MESSAGE_BYTES_MAX, 8);
  private final List<Handle> handles = new ArrayList<>();

  private SpaceMemory space;
  private SharedMemory table;
  private SharedMemory counters;
  private SharedMemory ring;
  private int bytes;

  /** A hand-over that a pager would take. */
  @BeforeEach
  void makeHandOver() {
    space = add(memories.createSpace(GEOMETRY.capacityBytes(), false));
    table = shared("emp-table", BlockTableLayout.tableBytes(GEOMETRY));
    counters = shared("emp-counters", CountersLayout.PAGE_BYTES);
    ring = shared("emp-ring", CommandRingLayout.RING_BYTES);
    BlockTableLayout.format(table.segment(), GEOMETRY, 1, 2);
    new Counters(counters.segment()).format(GEOMETRY.blockBytes());
    CommandRingLayout.format(ring.segment());
    FaultSampleLayout.format(
        ring.segment().asSlice(CommandRingLayout.SAMPLES_AT, FaultSampleLayout.SAMPLES_BYTES));
    handles.addAll(List.of(space.faults(), space.pages(), table.handle(), counters.handle()));
    handles.add(ring.handle());
    handles.add(add(memories.createDoorbell()).handle());
    handles.add(add(platform.processes().createLifeline()).otherEnd());
    handles.add(add(memories.createDoorbell()).handle());
    write(space.base());
  }

  private void write(long base) {
    Stripes stripes = Stripes.one(GEOMETRY.capacityBytes());
    HandOver handOver =
        new HandOver(
            1,
            2,
            base,
            GEOMETRY,
            8L << 20,
            1_000_000_000,
            0,
            true,
            true,
            true,
            false,
            false,
            stripes,
            List.of());
    bytes = HandOverLayout.write(handOver, message);
  }

  private SharedMemory shared(String name, long size) {
    return add(memories.createShared(name, size, true));
  }

  private <T extends AutoCloseable> T add(T thing) {
    made.push(thing);
    return thing;
  }

  @AfterEach
  void close() throws Exception {
    while (!made.isEmpty()) {
      made.pop().close();
    }
    arena.close();
  }

  /** What the pager answers, and the words with which it may have ended. */
  private record Answer(int kind, String text) {}

  private Answer answer() throws Exception {
    Sockets.Pair pair = platform.sockets().pair();
    try (ControlChannel channel = pair.here();
        ProcessGroup pager =
            platform.processes().start(command(), System.getenv(), pair.there(), true)) {
      pair.there().close();
      assertThat(channel.send(message.asSlice(0, bytes), handles, 10_000)).isTrue();
      MemorySegment reply = arena.allocate(ControlChannel.MESSAGE_BYTES_MAX, 8);
      int received = channel.receive(reply, new ArrayList<>(), MILLIS_MAX);
      assertThat(received).isPositive();
      channel.close();
      assertThat(pager.awaitEnd(MILLIS_MAX)).isTrue();
      MemorySegment answer = reply.asSlice(0, received);
      return new Answer(PagerMessageLayout.kind(answer), PagerMessageLayout.text(answer));
    }
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(ChildJvm.joined(ChildJvm.places(HandOverRefusalTest.class)));
    command.add(PagerProgram.find().mainClass());
    return command;
  }

  private void refuses(String pattern) throws Exception {
    Answer answer = answer();
    assertThat(answer.kind()).as(answer.text()).isEqualTo(PagerMessageLayout.REFUSED);
    assertThat(answer.text()).containsPattern(pattern).doesNotContain("\n");
  }

  @Test
  void takesOneThatIsRight() throws Exception {
    Answer answer = answer();
    assertThat(answer.kind()).as(answer.text()).isEqualTo(PagerMessageLayout.READY);
  }

  @Test
  void refusesAMessageThatIsNone() throws Exception {
    message.fill((byte) 'x');
    refuses("not a hand-over");
  }

  @Test
  void refusesAHandOverWithoutAllItsDescriptors() throws Exception {
    handles.removeLast();
    refuses("handles received of 8: 7");
  }

  @Test
  void refusesSomethingElseForFaults() throws Exception {
    handles.set(0, space.pages());
    refuses("userfaultfd");
  }

  @Test
  void refusesSomethingElseForPages() throws Exception {
    handles.set(1, handles.get(5));
    refuses("memory file|memfd");
  }

  @Test
  void refusesPagesOfAnotherSize() throws Exception {
    handles.set(1, table.handle());
    refuses("\\d+");
  }

  @Test
  void refusesATableOfAnotherSize() throws Exception {
    handles.set(2, ring.handle());
    refuses("\\d+");
  }

  @Test
  void refusesATableThatIsNotFormatted() throws Exception {
    table.segment().set(JAVA_LONG, BlockTableLayout.MAGIC_AT, 0);
    refuses("block table");
  }

  @Test
  void refusesATableCutDifferently() throws Exception {
    table.segment().set(JAVA_INT, BlockTableLayout.SUBBLOCK_BYTES_AT, 8192);
    refuses("entry bytes|block table");
  }

  @Test
  void refusesATableOfAnotherSpace() throws Exception {
    table.segment().set(JAVA_LONG, BlockTableLayout.SPACE_ID_LOW_AT, 7);
    refuses("another space");
  }

  @Test
  void refusesCountersThatAreNone() throws Exception {
    counters.segment().set(JAVA_LONG, CountersLayout.MAGIC_AT, 0);
    refuses("counters");
  }

  @Test
  void refusesARingThatIsNone() throws Exception {
    ring.segment().set(JAVA_LONG, CommandRingLayout.MAGIC_AT, 0);
    refuses("command ring");
  }

  @Test
  void refusesABaseThatIsNotAligned() throws Exception {
    write(space.base() + 4096);
    refuses("aligned to 2 MiB");
  }
}
