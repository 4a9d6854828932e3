package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgendaTest {
  @Test
  void letsThingsHappenInOrderOfTimeAndThenOfEntry() {
    Agenda agenda = new Agenda();
    List<Integer> happened = new ArrayList<>();
    Seeded random = new Seeded(7);
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      int name = i;
      int time = random.below(50);
      agenda.at(time, () -> happened.add(time * 1_000 + name));
      expected.add(time * 1_000 + name);
    }
    expected.sort(null);
    agenda.run(49);
    assertThat(happened).isEqualTo(expected);
    assertThat(agenda.next()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void keepsWhatIsNotDue() {
    Agenda agenda = new Agenda();
    List<String> happened = new ArrayList<>();
    agenda.at(10, () -> happened.add("ten"));
    agenda.at(20, () -> happened.add("twenty"));
    agenda.run(19);
    assertThat(happened).containsExactly("ten");
    assertThat(agenda.next()).isEqualTo(20);
  }

  @Test
  void takesEventsThatEventsEnter() {
    Agenda agenda = new Agenda();
    List<String> happened = new ArrayList<>();
    agenda.at(
        10,
        () -> {
          happened.add("first");
          agenda.at(10, () -> happened.add("second"));
        });
    agenda.run(10);
    assertThat(happened).containsExactly("first", "second");
  }
}
