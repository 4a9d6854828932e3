package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.workload.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A minute in which everything fails that may. How long it stalls is not looked at here. */
@Timeout(900)
class ChaosIT {
  private static final long SEED = Seeds.choose("ChaosIT");

  @Test
  void leavesEveryWordRight() {
    Cli cli = new Cli();
    int code = cli.run("chaos", "--minutes", "1", "--seed", Long.toString(SEED), "--json", "-");

    System.out.println(cli.err());
    assertThat(code).as(cli.err()).isZero();
    JsonTree json = JsonTree.parse(cli.out());
    assertThat(json.get("wrongWords").number()).isZero();
    assertThat(json.get("hangs").number()).isZero();
    assertThat(json.get("pagerKills").number()).isPositive();
    assertThat(json.get("accesses").number()).isPositive();
    assertThat(json.get("seed").number()).isEqualTo(SEED);
  }
}
