package io.elasticmemory.ffm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Check;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RdmaTest {
  @Test
  void saysThatThereIsNoDevice(@TempDir Path folder) {
    assertThat(Rdma.examine(folder.resolve("infiniband")))
        .isEqualTo(
            Check.ok("RDMA", "no device; only transport=rdma and exporters with -d need one"));
  }
}
