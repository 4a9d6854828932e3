package io.elasticmemory.ffm.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The space of the environment, in a JVM that has one. */
class EnvironmentTest {

  @Test
  void isOpenedAtFirstUseAndStays() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(List.of("-Demp.path=dram:8"), ChildProgram.class, "environment")) {
      assertThat(child.readLine()).isEqualTo("dram:8 true true");
      assertThat(child.readLine()).contains("lives as long as the process");
      assertThat(child.exitCode()).isZero();
      assertThat(child.errors()).isEmpty();
    }
  }

  @Test
  void isRefusedAtFirstUseIfItsPathIsBad() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(List.of("-Demp.path=dram:x"), ChildProgram.class, "environment")) {
      assertThat(child.readLine()).startsWith("PATH ").contains("dram:x");
      assertThat(child.exitCode()).isEqualTo(2);
    }
  }

  @Test
  void isRefusedAtFirstUseIfThereIsNoPath() throws Exception {
    try (ChildJvm child = ChildJvm.start(List.of(), ChildProgram.class, "environment")) {
      assertThat(child.readLine()).startsWith("PATH ").contains("EMP_PMEM_PATH");
      assertThat(child.exitCode()).isEqualTo(2);
    }
  }
}
