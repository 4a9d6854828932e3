package io.elasticmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PinTest {
  private static final int COLLECTIONS = 3;

  private int unpinned;

  @Test
  void unpinsOnce() {
    Pin pin = new Pin(MemorySegment.ofArray(new byte[8]), 8, () -> unpinned++);
    assertThat(pin.bytes()).isEqualTo(8);
    pin.close();
    pin.close();
    assertThat(unpinned).isEqualTo(1);
  }

  /** Whoever gives an address to a device keeps nothing but the pin. */
  @Test
  void keepsItsSegmentAlive() {
    AtomicReference<WeakReference<MemorySegment>> pinned = new AtomicReference<>();
    Pin pin = pin(pinned);
    WeakReference<MemorySegment> other = new WeakReference<>(Arena.ofAuto().allocate(8));
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              return other.refersTo(null);
            });
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }

    assertThat(pinned.get().refersTo(null)).isFalse();
    Reference.reachabilityFence(pin);
  }

  private Pin pin(AtomicReference<WeakReference<MemorySegment>> pinned) {
    MemorySegment segment = Arena.ofAuto().allocate(8);
    pinned.set(new WeakReference<>(segment));
    return new Pin(segment, 8, () -> unpinned++);
  }
}
