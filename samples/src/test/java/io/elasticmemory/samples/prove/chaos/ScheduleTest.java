package io.elasticmemory.samples.prove.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a seed decides. */
class ScheduleTest {
  private static final int MANY = 2_000;

  private static List<Blow> blows(Harm.Lane lane, long seed) {
    Schedule schedule = new Schedule(lane, seed, _ -> true);
    return Stream.generate(schedule::next).limit(MANY).toList();
  }

  @ParameterizedTest
  @EnumSource
  void isTheSameForTheSameSeed(Harm.Lane lane) {
    assertThat(blows(lane, 7)).isEqualTo(blows(lane, 7)).isNotEqualTo(blows(lane, 8));
  }

  @Test
  void doesAllThereIsInTime() {
    Set<Harm> done = EnumSet.noneOf(Harm.class);
    for (Harm.Lane lane : Harm.Lane.values()) {
      for (Blow blow : blows(lane, 7)) {
        assertThat(blow.harm().lane()).isEqualTo(lane);
        assertThat(blow.lastMillis()).isBetween(blow.harm().millisMin(), blow.harm().millisMax());
        assertThat(blow.side()).isBetween(0, 1);
        done.add(blow.harm());
      }
    }
    assertThat(done).containsExactlyInAnyOrder(Harm.values());
  }

  @Test
  void leavesOutWhatIsNotPossible() {
    Schedule schedule = new Schedule(Harm.Lane.PAGERS, 7, harm -> !harm.needsStandby());
    assertThat(Stream.generate(schedule::next).limit(MANY).map(Blow::harm))
        .doesNotContain(Harm.KILL_STANDBY, Harm.STOP_STANDBY);
    assertThat(new Schedule(Harm.Lane.DISK, 7, _ -> false).isEmpty()).isTrue();
  }

  @Test
  void touchesNoSideLongerThanItMayBeSilent() {
    int fault = RoundSetting.FAULT_TIMEOUT_MILLIS;
    assertThat(
            Stream.of(Harm.values()).collect(Collectors.summarizingInt(Harm::millisMax)).getMax())
        .isLessThan(fault / 4);
  }
}
