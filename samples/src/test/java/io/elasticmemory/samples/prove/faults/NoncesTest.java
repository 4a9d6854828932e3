package io.elasticmemory.samples.prove.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NoncesTest {
  private static final int PAGE = 4096;

  private final Nonces nonces = new Nonces();

  /** A page as a stream cipher makes it. */
  private static MemorySegment encrypted(long page, long value, long nonce) {
    MemorySegment bytes = Arena.ofAuto().allocate(PAGE, 8);
    PageWords.write(bytes, 0, page, value);
    SplittableRandom stream = new SplittableRandom(nonce);
    for (long at = 0; at < PAGE; at += 8) {
      bytes.set(
          ValueLayout.JAVA_LONG, at, bytes.get(ValueLayout.JAVA_LONG, at) ^ stream.nextLong());
    }
    return bytes;
  }

  @Test
  void pagesWithNoncesOfTheirOwnAreAllDifferent() {
    for (int i = 0; i < 1_000; i++) {
      nonces.hear(encrypted(i % 50, i % 7, i));
    }
    assertThat(nonces.collected()).isEqualTo(1_000);
    assertThat(nonces.twice()).isZero();
  }

  @Test
  void aNonceThatComesTwiceIsSeen() {
    nonces.hear(encrypted(1, 5, 77));
    nonces.hear(encrypted(1, 6, 77));
    nonces.hear(encrypted(2, 6, 77));
    nonces.hear(encrypted(2, 6, 78));
    assertThat(nonces.twice()).isEqualTo(2);
  }

  @Test
  void theSameMessageAgainIsNoHarm() {
    nonces.hear(encrypted(1, 5, 77));
    nonces.hear(encrypted(1, 5, 77));
    assertThat(nonces.twice()).isZero();
    assertThat(nonces.collected()).isEqualTo(1);
  }
}
