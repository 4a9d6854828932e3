package io.elasticmemory.samples.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.workload.Seeds;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a space must show, at the smallest size. The others take too long for every build: 1 and the
 * deaths of 7 have tests of their own, 5 and 9 are for {@code emp prove space}.
 */
@Timeout(600)
class ProveSpaceIT {
  private static final long SEED = Seeds.choose("ProveSpaceIT");

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 6, 8})
  void shows(int item) throws IOException {
    StringWriter shown = new StringWriter();
    Proof proof =
        new Proof("space", SpaceItems.all(), Scale.SMALL, SEED, new PrintWriter(shown, true));
    boolean good = proof.run(List.of(item));
    System.out.println(shown);
    assertThat(good).as(shown.toString()).isTrue();
  }
}
