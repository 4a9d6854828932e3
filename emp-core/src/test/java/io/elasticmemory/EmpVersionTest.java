package io.elasticmemory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EmpVersionTest {

  @Test
  void isWhatTheBuildSays() {
    assertThat(EmpVersion.current()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
  }
}
