package io.elasticmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  private static final List<String> KNOWN = List.of("block", "subblock", "onLoss");

  @Test
  void countsInsertedRemovedAndReplacedLetters() {
    assertThat(NearestName.edits("", "")).isZero();
    assertThat(NearestName.edits("abc", "")).isEqualTo(3);
    assertThat(NearestName.edits("block", "blokc")).isEqualTo(2);
    assertThat(NearestName.edits("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void suggestsWhatIsNear() {
    assertThat(NearestName.of("blocks", KNOWN)).hasValue("block");
    assertThat(NearestName.of("ONLOS", KNOWN)).hasValue("onLoss");
    assertThat(NearestName.of("sub", KNOWN)).hasValue("subblock");
  }

  @Test
  void suggestsNothingForWhatIsFar() {
    assertThat(NearestName.of("colour", KNOWN)).isEmpty();
    assertThat(NearestName.of("", KNOWN)).isEmpty();
    assertThat(NearestName.of("b".repeat(1_000_000), KNOWN)).isEmpty();
  }
}
