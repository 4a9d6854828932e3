package io.elasticmemory.ffm.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.ffm.ChildJvm;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.ffm.libc.OpenDescriptors;
import io.elasticmemory.ffm.memfd.LinuxMemories;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.Sockets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ControlChannelTest {
  private final LinuxSockets sockets = new LinuxSockets();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(ControlChannel.MESSAGE_BYTES_MAX);
  private final List<Handle> handles = new ArrayList<>();
  private final long pid = ProcessHandle.current().pid();
  private ControlChannel client;
  private ControlChannel server;

  @BeforeEach
  void connect() {
    Sockets.Pair pair = sockets.pair();
    client = pair.here();
    server = new SeqpacketChannel(Descriptor.of(pair.there()), pid);
  }

  @AfterEach
  void close() {
    handles.forEach(Handle::close);
    client.close();
    server.close();
    arena.close();
  }

  @Test
  void aProgramThatWasGivenNoConnectionIsTold() throws Exception {
    Process program = ChildJvm.start(GivenMain.class);
    assertThat(new String(program.getInputStream().readAllBytes(), UTF_8))
        .contains("descriptor 3 is no connection");
  }

  /** Asks for what it was given. */
  static final class GivenMain {
    public static void main(String[] arguments) {
      try (ControlChannel given = new LinuxSockets().given()) {
        System.out.println("given by " + given.peerPid());
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void whoLooksAtAMessageLeavesItToTheNextWithDescriptorsOfTheirOwn() throws IOException {
    LinuxMemories memories = new LinuxMemories();
    try (SharedMemory memory = memories.createShared("passed", 4096, false)) {
      memory.segment().set(JAVA_LONG, 0, 42);
      client.send(message(8, (byte) 1), List.of(memory.handle()), 0);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(server.peek(buffer, handles, 1000)).isEqualTo(8);
      try (SharedMemory theirs = memories.adoptShared(handles.removeLast(), 4096)) {
        assertThat(theirs.segment().get(JAVA_LONG, 0)).isEqualTo(42);
      }
    }
    assertThat(server.receive(buffer, handles, 1000)).isEqualTo(8);
    assertThat(handles).hasSize(1);
    assertThat(server.peek(buffer, handles, 0)).isZero();
  }

  @Test
  void whatLiesInAConnectionLivesAsLongAsItsEnd() throws IOException {
    Sockets.Pair other = sockets.pair();
    client.send(message(8, (byte) 1), List.of(other.there()), 0);
    other.there().close();
    assertThat(other.here().receive(buffer, handles, 20)).isZero();
    server.close();
    assertThat(other.here().receive(buffer, handles, 1000)).isEqualTo(-1);
    other.here().close();
  }

  @Test
  void keepsMessagesWholeAndInOrder() throws IOException {
    for (int bytes : new int[] {1, 8, 4096, ControlChannel.MESSAGE_BYTES_MAX}) {
      assertThat(client.send(message(bytes, (byte) bytes), List.of(), 0)).isTrue();
    }
    for (int bytes : new int[] {1, 8, 4096, ControlChannel.MESSAGE_BYTES_MAX}) {
      assertThat(server.receive(buffer, handles, 1000)).isEqualTo(bytes);
      assertThat(buffer.get(JAVA_BYTE, 0)).isEqualTo((byte) bytes);
      assertThat(buffer.get(JAVA_BYTE, bytes - 1)).isEqualTo((byte) bytes);
    }
    assertThat(handles).isEmpty();
  }

  @Test
  void takesMessagesFromTheHeap() throws IOException {
    client.send(MemorySegment.ofArray(new byte[] {1, 2, 3}), List.of(), 0);
    byte[] received = new byte[8];
    assertThat(server.receive(MemorySegment.ofArray(received), handles, 1000)).isEqualTo(3);
    assertThat(received).startsWith(1, 2, 3);
  }

  @Test
  void passesDescriptorsThatGoOnWorking() throws IOException {
    LinuxMemories memories = new LinuxMemories();
    try (SharedMemory memory = memories.createShared("passed", 4096, false)) {
      memory.segment().set(JAVA_LONG, 0, 42);
      client.send(message(8, (byte) 1), List.of(memory.handle(), memory.handle()), 0);
      assertThat(server.receive(buffer, handles, 1000)).isEqualTo(8);
    }
    assertThat(handles).hasSize(2);
    try (SharedMemory theirs = memories.adoptShared(handles.getFirst(), 4096)) {
      assertThat(theirs.segment().get(JAVA_LONG, 0)).isEqualTo(42);
    }
  }

  @Test
  void passedDescriptorsAreNotInheritedByPrograms() throws IOException {
    client.send(message(1, (byte) 1), List.of((Handle) nullDevice()), 0);
    server.receive(buffer, handles, 1000);
    long flags = FileCalls.fcntl(handles.getFirst().descriptor(), LinuxConstants.F_GETFD, 0);
    assertThat(flags).isEqualTo(LinuxConstants.FD_CLOEXEC);
  }

  @Test
  void passesAsManyDescriptorsAsItPromises() throws IOException {
    try (Descriptor device = nullDevice()) {
      List<Handle> many = new ArrayList<>();
      for (int i = 0; i < ControlChannel.HANDLES_MAX; i++) {
        many.add(device);
      }
      assertThat(client.send(message(1, (byte) 1), many, 0)).isTrue();
      assertThat(server.receive(buffer, handles, 1000)).isEqualTo(1);
      assertThat(handles).hasSize(ControlChannel.HANDLES_MAX);
      many.add(device);
      assertThatThrownBy(() -> client.send(message(1, (byte) 1), many, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("251");
    }
  }

  @Test
  void refusesMessagesThatAreEmptyOrTooLong() {
    MemorySegment tooLong = arena.allocate(ControlChannel.MESSAGE_BYTES_MAX + 1L);
    assertThatThrownBy(() -> client.send(tooLong, List.of(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32769");
    assertThatThrownBy(() -> client.send(arena.allocate(0), List.of(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aMessageLongerThanTheBufferIsAFailureAndLeaksNoDescriptor() throws IOException {
    try (Descriptor device = nullDevice()) {
      client.send(message(100, (byte) 1), List.of(device), 0);
      Set<String> before = OpenDescriptors.now();
      assertThatThrownBy(() -> server.receive(arena.allocate(10), handles, 1000))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("longer than 10 bytes");
      assertThat(handles).isEmpty();
      assertThat(OpenDescriptors.now()).isSubsetOf(before);
    }
  }

  @Test
  void saysThatNothingCameWithinTheTime() throws IOException {
    assertThat(server.receive(buffer, handles, 0)).isZero();
    long start = System.nanoTime();
    assertThat(server.receive(buffer, handles, 20)).isZero();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
  }

  @Test
  void saysThatTheOtherSideHasClosed() throws IOException {
    client.send(message(8, (byte) 1), List.of(), 0);
    client.close();
    assertThat(server.receive(buffer, handles, 1000)).isEqualTo(8);
    assertThat(server.receive(buffer, handles, 1000)).isEqualTo(-1);
    assertThatThrownBy(() -> server.send(message(8, (byte) 1), List.of(), 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("EPIPE");
  }

  @Test
  void saysThatTheOtherSideHasClosedWithoutReading() throws IOException {
    server.send(message(8, (byte) 1), List.of(), 0);
    client.close();
    assertThat(server.receive(buffer, handles, 1000)).isEqualTo(-1);
  }

  @Test
  void sendingToWhoDoesNotReadEndsWithinTheTime() throws IOException {
    MemorySegment message = message(ControlChannel.MESSAGE_BYTES_MAX, (byte) 1);
    int sent = 0;
    while (client.send(message, List.of(), 0)) {
      sent++;
    }
    assertThat(sent).isPositive();
    long start = System.nanoTime();
    assertThat(client.send(message, List.of(), 20)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(19_000_000);
    server.receive(buffer, handles, 0);
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> drain(server), CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
    assertThat(client.send(message, List.of(), 5000)).isTrue();
    reader.join();
  }

  private void drain(ControlChannel channel) {
    try {
      while (channel.receive(buffer, handles, 0) > 0) {
        // Thrown away.
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void canBeWaitedForByAPoller() throws IOException {
    try (Poller poller = sockets.openPoller()) {
      int[] events = {0};
      poller.watch(server, Poller.READ, happened -> events[0] = happened);
      assertThat(poller.await(0)).isZero();
      client.send(message(1, (byte) 1), List.of(), 0);
      assertThat(poller.await(1_000_000_000)).isEqualTo(1);
      assertThat(events[0]).isEqualTo(Poller.READ);
      server.receive(buffer, handles, 0);
      client.close();
      assertThat(poller.await(1_000_000_000)).isEqualTo(1);
      assertThat(events[0]).isEqualTo(Poller.READ | Poller.FAILED);
    }
  }

  @Test
  void aPollerTellsOfTheOtherEndAloneIfNothingElseIsWanted() throws IOException {
    try (Poller poller = sockets.openPoller()) {
      int[] events = {0};
      poller.watch(server, 0, happened -> events[0] = happened);
      client.send(message(1, (byte) 1), List.of(), 0);
      assertThat(poller.await(0)).isZero();
      client.close();
      assertThat(poller.await(1_000_000_000)).isEqualTo(1);
      assertThat(events[0]).isEqualTo(Poller.FAILED);
    }
  }

  private MemorySegment message(long bytes, byte value) {
    return arena.allocate(bytes).fill(value);
  }

  private static Descriptor nullDevice() {
    return new Descriptor((int) FileCalls.open("/dev/null", LinuxConstants.O_RDWR, 0), "null");
  }
}
