package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.DISCARD;
import static io.elasticmemory.wire.CommandRingLayout.RING_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.Stripes;
import java.lang.foreign.Arena;
import java.util.List;
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
            new Fakes.FailingSockets(),
            new Fakes.Channel(),
            new Fakes.Bell(),
            new Fakes.Bell(),
            new CommandRings(Stripes.one(1 << 20), List.of(ring)),
            List.of(),
            new FaultSamples(List.of()));
    thread.start();

    assertThatThrownBy(() -> pending.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
    assertThatThrownBy(() -> ring.ask(DISCARD, 0, 4096, 0)).isInstanceOf(EmpException.class);
    thread.stop();
  }
}
