package io.elasticmemory.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpaceUseTest {
  private final SpaceUse use = new SpaceUse();

  @Test
  void anUnusedSpaceEndsOnce() {
    assertThat(use.beginClosing()).isTrue();
    assertThat(use.mayEnd()).isTrue();
    assertThat(use.mayEnd()).isFalse();
    assertThat(use.beginClosing()).isFalse();
  }

  @Test
  void openArenasForbidClosingAndAreCounted() {
    use.openArena();
    use.openArena();

    assertThatIllegalStateException()
        .isThrownBy(use::beginClosing)
        .withMessageContaining("2 confined or shared arenas of this space are still open");
    use.closeArena();
    assertThatIllegalStateException()
        .isThrownBy(use::beginClosing)
        .withMessageContaining("1 confined or shared arena of this space is still open");
    use.closeArena();
    assertThat(use.beginClosing()).isTrue();
  }

  @Test
  void automaticArenasDeferTheEndToTheLastOfThem() {
    use.openAutoArena();
    use.openAutoArena();

    assertThat(use.beginClosing()).isTrue();
    assertThat(use.mayEnd()).isFalse();
    assertThat(use.closeAutoArena()).isFalse();
    assertThat(use.closeAutoArena()).isTrue();
    assertThat(use.mayEnd()).isFalse();
  }

  @Test
  void anAutomaticArenaOfAnOpenSpaceEndsNothing() {
    use.openAutoArena();
    assertThat(use.closeAutoArena()).isFalse();
  }

  @Test
  void aClosingSpaceTakesNobodyIn() {
    assertThat(use.beginClosing()).isTrue();

    assertThatThrownBy(use::openArena).isInstanceOf(EmpException.class);
    assertThatThrownBy(use::openAutoArena).isInstanceOf(EmpException.class);
    assertThatThrownBy(use::beginCall).isInstanceOf(EmpException.class);
  }

  @Test
  void closingCanBeTakenBack() {
    assertThat(use.beginClosing()).isTrue();
    use.cancelClosing();

    use.openArena();
    use.closeArena();
    assertThat(use.mayEnd()).isFalse();
    assertThat(use.beginClosing()).isTrue();
  }

  @Test
  void waitsForCallsThatAreUnderWay() throws InterruptedException {
    use.beginCall();
    assertThat(use.beginClosing()).isTrue();
    Thread waiting = Thread.ofPlatform().start(use::awaitCalls);

    assertThat(waiting.join(Duration.ofMillis(50))).isFalse();
    use.endCall();
    assertThat(waiting.join(Duration.ofSeconds(10))).isTrue();
  }
}
