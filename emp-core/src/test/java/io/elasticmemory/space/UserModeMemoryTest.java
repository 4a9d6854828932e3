package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Stripes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UserModeMemoryTest {
  private static final long BLOCK = 64 << 10;
  private static final long CAPACITY = 64 * BLOCK;

  private final Fakes.Memory memory = new Fakes.Memory(CAPACITY);
  private final AnsweringPager pager = new AnsweringPager(Stripes.one(CAPACITY));
  private final List<List<Long>> touched = new ArrayList<>();
  private int absent;

  private UserModeMemory withBudget(long bytes) {
    memory.userModeOnly = true;
    memory.tryLoad =
        (offset, length) -> {
          touched.add(List.of(offset, length));
          return absent-- <= 0;
        };
    return new UserModeMemory(memory, pager.rings, BLOCK, () -> bytes);
  }

  private static List<Long> asked(long offset, long bytes) {
    return List.of((long) LOAD, offset, bytes);
  }

  @Test
  void asksForTheBlocksAndTouchesThePartOnly() {
    withBudget(CAPACITY).load(BLOCK + 5, BLOCK);
    assertThat(pager.asked).containsExactly(asked(BLOCK, 2 * BLOCK));
    assertThat(touched).containsExactly(List.of(BLOCK + 5, BLOCK));
  }

  @Test
  void loadsWindowAfterWindowOfWhatIsLargerThanTheBudget() {
    withBudget(16 * BLOCK).load(BLOCK, 5 * BLOCK);
    assertThat(pager.asked)
        .containsExactly(
            asked(BLOCK, BLOCK), asked(2 * BLOCK, 2 * BLOCK), asked(4 * BLOCK, 2 * BLOCK));
  }

  @Test
  void windowsAreNeverLessThanABlock() {
    withBudget(BLOCK).load(0, 3 * BLOCK);
    assertThat(pager.asked).hasSize(3);
  }

  @Test
  void asksAgainForWhatOthersHavePushedOut() {
    absent = 2;
    withBudget(CAPACITY).load(0, 1);
    assertThat(pager.asked).hasSize(3);
  }

  @Test
  void comesToAnEndWhenOthersPushOutAll() {
    absent = Integer.MAX_VALUE;
    withBudget(CAPACITY).load(0, 1);
    assertThat(pager.asked).hasSizeBetween(2, 100);
  }

  @Test
  void doesNotAskAgainForWhatCannotBeBrought() {
    absent = Integer.MAX_VALUE;
    pager.result = 1;
    withBudget(CAPACITY).load(0, 1);
    assertThat(pager.asked).hasSize(1);
  }

  @Test
  void loadsNothingWithoutAsking() {
    withBudget(CAPACITY).load(7, 0);
    assertThat(pager.asked).isEmpty();
    assertThat(touched).isEmpty();
  }
}
