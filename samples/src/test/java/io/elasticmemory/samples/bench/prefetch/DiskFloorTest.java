package io.elasticmemory.samples.bench.prefetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiskFloorTest {
  private static final int MIB = 1 << 20;

  private Workplace workplace;
  private DiskFloor floor;
  private Path file;

  @BeforeEach
  void compile() throws IOException {
    workplace = Workplace.create();
    floor = DiskFloor.compile(workplace);
    file = Files.write(workplace.directory().resolve("file"), new byte[4 * MIB]);
  }

  @AfterEach
  void clear() {
    workplace.close();
  }

  @Test
  void readsAtRandomAndInOrder() throws IOException {
    DiskFloor.Rate random = floor.random(file, 4 * MIB, 4096, 64, 500, 7, DiskFloor.ANY_CPU);
    assertThat(random.requests()).isEqualTo(500);
    assertThat(random.nanos()).isPositive();
    assertThat(random.cpuNanos()).isPositive();
    assertThat(random.perSecond()).isPositive();

    DiskFloor.Rate sequential = floor.sequential(file, 4 * MIB, MIB, 4, 16, 0);
    assertThat(sequential.requests()).isEqualTo(16);
  }

  @Test
  void saysWhatItCannotRead() {
    assertThatThrownBy(() -> floor.random(file, 16 * MIB, 4096, 1, 5000, 0, DiskFloor.ANY_CPU))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("a read");
    assertThatThrownBy(() -> floor.random(file, 100, 4096, 1, 1, 0, DiskFloor.ANY_CPU))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("less than one request");
    Path missing = file.resolveSibling("missing");
    assertThatThrownBy(() -> floor.sequential(missing, MIB, MIB, 1, 1, DiskFloor.ANY_CPU))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("No such file");
  }
}
