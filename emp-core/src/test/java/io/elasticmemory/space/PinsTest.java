package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.DISCARD;
import static io.elasticmemory.wire.CommandRingLayout.PIN;
import static io.elasticmemory.wire.CommandRingLayout.UNPIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.Stripes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PinsTest {
  private static final long BLOCK = 64 << 10;
  private static final long STRIPE = Stripes.STRIPE_BYTES_MIN;
  private static final long BUDGET = 100 * BLOCK;
  private static final long MINIMUM = 32 * BLOCK;

  private final AnsweringPager pager = new AnsweringPager(Stripes.of(4 * STRIPE, 2));
  private final Pins pins = new Pins(pager.rings, BLOCK, MINIMUM, BUDGET);

  private static SpaceRange range(long offset, long bytes) {
    return new SpaceRange(offset, bytes);
  }

  private static List<Long> asked(long operation, long offset, long bytes) {
    return List.of(operation, offset, bytes);
  }

  @Test
  void pinsWholeBlocksOfEachStripe() {
    pins.pin(range(STRIPE - BLOCK - 1, BLOCK + 2));

    assertThat(pager.asked)
        .containsExactly(asked(PIN, STRIPE - 2 * BLOCK, 2 * BLOCK), asked(PIN, STRIPE, BLOCK));
  }

  @Test
  void unpinsWhatNobodyHoldsAnyMore() {
    pins.pin(range(0, 2 * BLOCK));
    pins.pin(range(BLOCK, 2 * BLOCK));
    pager.asked.clear();

    pins.unpin(range(0, 2 * BLOCK));
    assertThat(pager.asked).containsExactly(asked(UNPIN, 0, BLOCK));
    pins.unpin(range(BLOCK, 2 * BLOCK));
    assertThat(pager.asked.stream().mapToLong(command -> command.get(2)).sum())
        .isEqualTo(3 * BLOCK);
  }

  @Test
  void asksForNothingWhereThereIsNothing() {
    pins.pin(range(5, 0));
    pins.unpin(range(5, 0));
    assertThat(pager.asked).isEmpty();
  }

  @Test
  void refusesMoreThanHalfOfTheBudget() {
    pins.pin(range(0, 50 * BLOCK));
    pins.pin(range(BLOCK, 3 * BLOCK));

    assertThatThrownBy(() -> pins.pin(range(50 * BLOCK - 1, 2)))
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CAPACITY))
        .hasMessageContainingAll("65536 bytes", "3276800", "6553600", "dram:<MiB>");
    pins.unpin(range(0, 50 * BLOCK));
    pins.pin(range(50 * BLOCK - 1, 2));
  }

  @Test
  void leavesWhatTheSpaceNeedsToWork() {
    pins.resize(MINIMUM + 3 * BLOCK);
    pins.pin(range(0, 3 * BLOCK));
    assertThatThrownBy(() -> pins.pin(range(3 * BLOCK, 1))).isInstanceOf(EmpException.class);
  }

  @Test
  void refusesABudgetThatIsTooSmallForWhatIsPinned() {
    pins.pin(range(0, 40 * BLOCK));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> pins.resize(79 * BLOCK))
        .withMessageContainingAll("5177344", "2588672", "2621440", "unpin");
    pins.resize(80 * BLOCK);
    pins.unpin(range(0, 40 * BLOCK));
    pins.resize(MINIMUM);
  }

  @Test
  void aPinThatFailsLeavesNothingPinned() {
    pager.result = 1;

    assertThatThrownBy(() -> pins.pin(range(0, 2 * BLOCK)))
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CAPACITY))
        .hasMessageContaining("131072 bytes at offset 0");
    assertThat(pager.asked).containsExactly(asked(PIN, 0, 2 * BLOCK), asked(UNPIN, 0, 2 * BLOCK));
    assertThat(pins.isAny()).isFalse();
    assertThat(pins.isPinned(range(0, STRIPE))).isFalse();
  }

  @Test
  void refusesToForgetWhatIsPinned() {
    pins.pin(range(BLOCK, 1));
    pager.asked.clear();
    assertThatIllegalStateException()
        .isThrownBy(() -> pins.discard(range(0, 4 * BLOCK)))
        .withMessageContaining("65536 of the 262144 bytes");
    assertThat(pager.asked).isEmpty();

    pins.unpin(range(BLOCK, 1));
    assertThat(pins.discard(range(0, 4 * BLOCK)).join()).isZero();
  }

  @Test
  void nothingIsPinnedBetweenTheLookAndTheDiscard() {
    int rounds = 2_000;
    CompletableFuture<Void> pinning =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < rounds; i++) {
                pins.pin(range(0, 1));
                pins.unpin(range(0, 1));
              }
            });
    while (!pinning.isDone()) {
      try {
        CompletableFuture<Long> _ = pins.discard(range(0, BLOCK));
      } catch (IllegalStateException e) {
        Thread.yield();
      }
    }
    pinning.join();
    List<Long> operations = pager.asked.stream().map(List::getFirst).toList();
    for (int i = 1; i < operations.size(); i++) {
      if (operations.get(i) == DISCARD) {
        assertThat(operations.get(i - 1)).isNotEqualTo((long) PIN);
      }
    }
  }

  @Test
  void doesWhatWaitsWhenTheLastByteIsUnpinned() {
    List<String> done = new ArrayList<>();
    pins.afterUnpin(range(0, BLOCK), () -> done.add("never pinned"));
    pins.pin(range(10, 5));
    pins.pin(range(14, 5));
    pins.afterUnpin(range(0, 10), () -> done.add("before"));
    pins.afterUnpin(range(19, 100), () -> done.add("after"));
    pins.afterUnpin(range(12, 0), () -> done.add("empty"));
    assertThat(done).containsExactly("never pinned", "before", "after", "empty");
    done.clear();

    pins.afterUnpin(range(0, 11), () -> done.add("first"));
    pins.afterUnpin(range(18, 1), () -> done.add("second"));
    pins.unpin(range(14, 5));
    assertThat(done).containsExactly("second");
    pins.unpin(range(10, 5));
    assertThat(done).containsExactly("second", "first");
  }

  @Test
  void refusesToUnpinTwice() {
    pins.pin(range(0, 1));
    pins.unpin(range(0, 1));
    assertThatIllegalStateException().isThrownBy(() -> pins.unpin(range(0, 1)));
  }

  @Test
  void canBeUnpinnedInAClosedSpace() {
    pins.pin(range(0, 1));
    pager.rings.close();
    pins.unpin(range(0, 1));
    assertThatThrownBy(() -> pins.pin(range(0, 1)))
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
  }
}
