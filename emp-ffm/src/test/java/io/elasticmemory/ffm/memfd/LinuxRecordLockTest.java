package io.elasticmemory.ffm.memfd;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.ChildJvm;
import io.elasticmemory.ffm.process.LinuxProcesses;
import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.ProcessGroup;
import io.elasticmemory.port.RecordLock;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.Sockets;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LinuxRecordLockTest {
  private static final MemorySegment WORD = MemorySegment.ofArray(new byte[8]);

  private final LinuxMemories memories = new LinuxMemories();

  @Test
  void isHeldUntilTheProcessEndsAlthoughOthersHaveTheSameDescriptor() throws Exception {
    Sockets.Pair pair = new LinuxSockets().pair();
    List<String> words = ChildJvm.command(HolderMain.class);
    try (SharedMemory memory = memories.createShared("locked", 4096, false);
        ControlChannel channel = pair.here();
        ProcessGroup holder =
            new LinuxProcesses().start(words, System.getenv(), pair.there(), true);
        Peer peer = new LinuxProcesses().open(holder.pid())) {
      pair.there().close();
      RecordLock lock = memories.recordLock(memory.handle());
      assertThat(lock.holder()).isZero();
      channel.send(WORD, List.of(memory.handle()), 1000);
      assertThat(channel.receive(WORD, new ArrayList<>(), 30_000)).isEqualTo(8);
      assertThat(lock.holder()).isEqualTo(holder.pid());

      Thread waiting = Thread.ofPlatform().start(lock::acquire);
      waiting.join(200);
      assertThat(waiting.isAlive()).isTrue();
      peer.kill();
      waiting.join();

      assertThat(holder.awaitEnd(10_000)).isTrue();
      assertThat(lock.holder()).as("its own lock is no other's").isZero();
    }
  }

  /** Takes the lock on the memory file that it is given, says so, and keeps it. */
  static final class HolderMain {
    public static void main(String[] arguments) throws Exception {
      try (ControlChannel channel = new LinuxSockets().given()) {
        List<Handle> handles = new ArrayList<>();
        channel.receive(WORD, handles, 30_000);
        new LinuxMemories().recordLock(handles.getFirst()).acquire();
        channel.send(WORD, List.of(), 1000);
        Thread.sleep(60_000);
      }
    }
  }
}
