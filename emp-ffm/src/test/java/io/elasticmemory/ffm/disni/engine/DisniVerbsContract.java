package io.elasticmemory.ffm.disni.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.VerbsDevice;
import io.elasticmemory.port.verbs.contract.MessageContract;
import org.junit.jupiter.api.Test;

/**
 * The verbs by DiSNI keep the contract, too. Below DiSNI is EMP's own provider: what its native
 * half would lose on the way is not seen here.
 */
abstract class DisniVerbsContract extends MessageContract {
  private static final long READABLE_NANOS = 20_000_000;

  private final Verbs verbs = new DisniVerbs();

  @Override
  protected Verbs verbs() {
    return verbs;
  }

  @Override
  protected Verbs otherVerbs() {
    return verbs;
  }

  @Override
  protected boolean isReadable(Pollable source) {
    boolean[] ready = {false};
    try (Poller poller = new LinuxSockets().openPoller()) {
      poller.watch(source, Poller.READ, _ -> ready[0] = true);
      poller.await(READABLE_NANOS);
      poller.forget(source);
    }
    return ready[0];
  }

  @Test
  void saysWhatDisniDoesNotHave() {
    VerbsDevice device = verbs.devices().getFirst();
    assertThat(device.atomics()).isFalse();
    assertThat(device.regionBytesMax()).isEqualTo((2L << 30) - 1);
  }
}
