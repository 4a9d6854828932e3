package io.elasticmemory.samples.bench.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementTest {
  @Test
  void readsTheKernelsListOfCpus() {
    assertThat(Placement.parse("0-2,6,8-9")).containsExactly(0, 1, 2, 6, 8, 9);
    assertThat(Placement.parse("3")).containsExactly(3);
  }

  @Test
  void takesCpusThatThisProcessMayUse() {
    assertThat(Placement.one(List.of(4, 6))).isEqualTo(new Placement("one", 4, 4, 4, false));
    assertThat(Placement.two(List.of(4, 6))).isEqualTo(new Placement("two", 4, 6, 4, true));
  }

  @Test
  void refusesTwoCpusWhereThereIsOne() {
    assertThatThrownBy(() -> Placement.two(List.of(5)))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("only CPU 5; take --pin one");
  }
}
