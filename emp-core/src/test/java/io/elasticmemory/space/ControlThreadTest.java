package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.DISCARD;
import static io.elasticmemory.wire.CommandRingLayout.RING_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Stream;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControlThreadTest {
  private final CommandRing ring =
      new CommandRing(Arena.ofAuto().allocate(RING_BYTES, 8), () -> {});

  @Test
  void commandsFailWhenItRunsOutOfMemory() {
    CompletableFuture<Long> pending = ring.ask(DISCARD, 0, 4096, 0);
    ControlThread thread =
        new ControlThread(
            "control-of-a-test",
            new FailingSockets(),
            new Fakes.Channel(),
            new Fakes.Bell(),
            new Fakes.Bell(),
            ring);
    thread.start();

    assertThatThrownBy(() -> pending.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
    assertThatThrownBy(() -> ring.ask(DISCARD, 0, 4096, 0)).isInstanceOf(EmpException.class);
    thread.stop();
  }

  /** Their poller fails as anything may when the heap is full. */
  private static final class FailingSockets implements Sockets {
    @Override
    public Poller openPoller() {
      return new Poller() {
        @Override
        public void watch(Pollable source, int interest, Ready ready) {}

        @Override
        public void interest(Pollable source, int interest) {}

        @Override
        public void forget(Pollable source) {}

        @Override
        public int await(long timeoutNanos) {
          throw new OutOfMemoryError("made for this test");
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Listener listen() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ControlChannel connect(Path path, long timeoutMillis) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Stream connect(InetSocketAddress address) {
      throw new UnsupportedOperationException();
    }
  }
}
