package io.elasticmemory.samples.prove.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.JsonTree;
import org.junit.jupiter.api.Test;

/** What is counted and how it is said. */
class ChaosTallyTest {
  private final ChaosTally tally = new ChaosTally();

  @Test
  void saysWhatWasDoneAndFound() {
    tally.did(Harm.KILL_PAGER);
    tally.did(Harm.KILL_PAGER);
    tally.did(Harm.FLIP_PAYLOAD);
    tally.killedPager();
    tally.killedPager();
    tally.killedExporter();
    for (int second = 1; second <= 101; second++) {
      tally.longest(second * 1_000_000L);
    }
    tally.endedRound();

    JsonTree json = JsonTree.parse(tally.into(new JsonObject()).toString());
    assertThat(json.get("injected").get("kill-pager").number()).isEqualTo(2);
    assertThat(json.get("injected").get("flip-payload").number()).isEqualTo(1);
    assertThat(json.get("pagerKills").number()).isEqualTo(2);
    assertThat(json.get("exporterKills").number()).isEqualTo(1);
    assertThat(json.get("wrongWords").number()).isZero();
    assertThat(json.get("stallP50Millis").number()).isEqualTo(51);
    assertThat(json.get("stallP99Millis").number()).isEqualTo(100);
    assertThat(json.get("stallMaxMillis").number()).isEqualTo(101);
    assertThat(tally.isGood()).isTrue();
    assertThat(tally.describe())
        .isEqualTo(
            "3 blows, 2 pagers and 1 exporters killed; 0 accesses, 0 wrong words, 0 hangs;"
                + " stalls: median 51 ms, p99 100, longest 101");
  }

  @Test
  void isNotGoodWithoutARoundOrWithAFailure() {
    assertThat(tally.isGood()).isFalse();
    tally.endedRound();
    assertThat(tally.isGood()).isTrue();
    tally.failed("page 7 is wrong", 1, false);
    assertThat(tally.isGood()).isFalse();
    assertThat(tally.failures()).containsExactly("page 7 is wrong");
  }

  @Test
  void takesNothingForAFailureThatComesOfItsEnd() {
    tally.endedRound();
    tally.end();
    tally.failed("the program has ended", 0, false);
    assertThat(tally.isGood()).isTrue();
  }
}
