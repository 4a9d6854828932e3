package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.space.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SpaceOpenerTest {
  private final List<String> reasons = Collections.synchronizedList(new ArrayList<>());

  private final SpaceOpener.Outcome outcome =
      new SpaceOpener.Outcome() {
        @Override
        public void opened(Space space) {
          throw new AssertionError("no space is opened here");
        }

        @Override
        public void refused(String reason) {
          reasons.add(reason);
        }
      };

  @Test
  void tellsWhyItWasRefused() {
    SpaceOpener opener = new SpaceOpener(SpaceOpenerTest::refuse, outcome, 30_000);
    opener.start();

    assertThat(opener.awaitAccepted()).isTrue();
    assertThat(opener.awaitEnd()).isTrue();
    assertThat(opener.refusal()).isEqualTo("no such disk");
    assertThat(reasons).containsExactly("no such disk");
  }

  /** A strict program ended without a word after the wait. */
  @Test
  void saysThatItHasTakenTooLong() {
    CountDownLatch over = new CountDownLatch(1);
    SpaceOpener opener = new SpaceOpener(accepted -> refuseAfter(over), outcome, 50);
    opener.start();

    assertThat(opener.awaitEnd()).isFalse();
    assertThat(opener.refusal()).isNull();
    opener.giveUp();

    assertThat(reasons).singleElement().asString().contains("was not open after 50 ms");
    assertThat(opener.refusal()).isEqualTo(reasons.getFirst());
    over.countDown();
  }

  /** Every allocation waited that long again. */
  @Test
  void waitsNoLongerForLaterCallers() {
    CountDownLatch over = new CountDownLatch(1);
    SpaceOpener opener = new SpaceOpener(accepted -> refuseAfter(over), outcome, 1_000);
    opener.start();
    assertThat(opener.awaitEnd()).isFalse();

    long begun = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertThat(opener.awaitEnd()).isFalse();
    }

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(50));
    over.countDown();
  }

  private static Space refuse(Runnable accepted) {
    throw new EmpException(Kind.DONOR, "no such disk");
  }

  private static Space refuseAfter(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new EmpException(Kind.DONOR, "too late");
  }
}
