package io.elasticmemory.ffm.memfd;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.ChildJvm;
import io.elasticmemory.ffm.process.LinuxProcesses;
import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.LifeSign;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.ProcessGroup;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LinuxLifeSignTest {
  private static final MemorySegment WORD = MemorySegment.ofArray(new byte[8]);
  private static final long BYTES = 4096;

  private final LinuxMemories memories = new LinuxMemories();

  @Test
  void tellsWhoWaitsThatItsHolderEnds() throws Exception {
    Sockets.Pair pair = new LinuxSockets().pair();
    List<String> words = ChildJvm.command(HolderMain.class);
    try (SharedMemory memory = memories.createShared("life", BYTES, false);
        ControlChannel channel = pair.here();
        ProcessGroup holder =
            new LinuxProcesses().start(words, System.getenv(), pair.there(), true);
        Peer peer = new LinuxProcesses().open(holder.pid())) {
      pair.there().close();
      LifeSign sign = memories.lifeSign(memory.segment());
      sign.format();
      assertThat(sign.awaitEnd()).as("nobody has it yet").isZero();
      channel.send(WORD, List.of(memory.handle()), 1000);
      assertThat(channel.receive(WORD, new ArrayList<>(), 30_000)).isEqualTo(8);
      assertThat(sign.hold(2)).as("another has it").isFalse();

      CompletableFuture<Long> told = CompletableFuture.supplyAsync(sign::awaitEnd);
      Thread.sleep(100);
      assertThat(told).isNotDone();
      peer.kill();
      assertThat(told.get()).isEqualTo(HolderMain.WHO);

      assertThat(holder.awaitEnd(10_000)).isTrue();
      assertThat(sign.awaitEnd()).as("told once").isZero();
    }
  }

  @Test
  void isHadAgainByTheNextIfNobodyWaited() throws Exception {
    LifeSign sign = sign();
    sign.format();
    Thread first = Thread.ofPlatform().start(() -> sign.hold(1));
    first.join();
    while (!sign.hold(2)) { // The kernel's part of the thread ends after Java's.
      Thread.onSpinWait();
    }
    CompletableFuture<Boolean> third = CompletableFuture.supplyAsync(() -> sign.hold(3));
    assertThat(third.get()).isFalse();
  }

  @Test
  void isNobodysBeforeItIsMadeReady() {
    LifeSign sign = sign();
    assertThat(sign.hold(1)).isFalse();
    assertThat(sign.awaitEnd()).isZero();
  }

  /** In memory that outlives every thread that holds it. */
  private LifeSign sign() {
    return memories.lifeSign(Arena.global().allocate(LifeSign.BYTES, LifeSign.BYTES));
  }

  /** Holds the life sign in the memory that it is given, says so, and lives on. */
  static final class HolderMain {
    static final long WHO = 77;

    public static void main(String[] arguments) throws Exception {
      try (ControlChannel channel = new LinuxSockets().given()) {
        List<Handle> handles = new ArrayList<>();
        channel.receive(WORD, handles, 30_000);
        SharedMemory memory = new LinuxMemories().adoptShared(handles.getFirst(), BYTES);
        if (new LinuxMemories().lifeSign(memory.segment()).hold(WHO)) {
          channel.send(WORD, List.of(), 1000);
        }
        Thread.sleep(60_000);
      }
    }
  }
}
