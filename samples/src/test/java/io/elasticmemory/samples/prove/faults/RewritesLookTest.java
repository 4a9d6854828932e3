package io.elasticmemory.samples.prove.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RewritesLookTest {
  @Test
  void countsTheChecksOfAllThreadsAndOfTheSlowest() {
    long[] many = LongStream.rangeClosed(1, 100).map(micros -> micros * 1000).toArray();
    RewritesLook look = RewritesLook.of(3, List.of(many, new long[] {5_000_000}), true, 7);
    assertThat(look).isEqualTo(new RewritesLook(3, 101, 1, 100, 5_000, true, 7));
  }

  @Test
  void hasNoTimesWithoutChecks() {
    assertThat(RewritesLook.of(0, List.of(new long[0], new long[0]), false, 0))
        .isEqualTo(new RewritesLook(0, 0, 0, 0, 0, false, 0));
  }

  @Test
  void comesOutOfItsLineAsItWas() {
    RewritesLook look = new RewritesLook(12, 1_000, 400, 350, 9_000, true, 64);
    assertThat(look.toLine()).startsWith(RewritesLook.prefix(12));
    assertThat(RewritesLook.parse(look.toLine())).isEqualTo(look);
    assertThatThrownBy(() -> RewritesLook.parse("look 12 1000"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("look 12 1000");
  }
}
